import type { Source } from './source.ts';

/** The kinds of files that are read; all that is none of the others is read as text. */
export type SourceKind = 'text' | 'zip' | 'parquet' | 'arrow file' | 'arrow stream';

const signatures: readonly (readonly [signature: string, kind: SourceKind])[] = [
  ['PK\u0003\u0004', 'zip'],
  ['PK\u0005\u0006', 'zip'],
  ['PAR1', 'parquet'],
  ['ARROW1', 'arrow file'],
  ['\u00ff\u00ff\u00ff\u00ff', 'arrow stream'],
];

/** What kind of file this is, by its first bytes and never by its name. */
export function kindOf(source: Source): SourceKind {
  const head = Buffer.from(source.bytes.subarray(0, 8)).toString('latin1');
  return signatures.find(([signature]) => head.startsWith(signature))?.[1] ?? 'text';
}
