import { LabError } from '../../contracts/errors.ts';
import type { Source } from './source.ts';

/** The kinds of files that are read, told by their first bytes and never by their names. */
export type SourceKind = 'text' | 'zip' | 'parquet' | 'arrow file' | 'arrow stream';

const signatures: readonly (readonly [signature: string, kind: SourceKind])[] = [
  ['PK\u0003\u0004', 'zip'],
  ['PK\u0005\u0006', 'zip'],
  ['PAR1', 'parquet'],
  ['ARROW1', 'arrow file'],
  ['\u00ff\u00ff\u00ff\u00ff', 'arrow stream'],
];

const refused: readonly (readonly [signature: string, kind: string])[] = [
  ['\u001f\u008b', 'a gzip archive'],
  ['PARE', 'an encrypted Parquet file'],
  ['FEA1', 'a Feather file of version 1, which nothing writes any more'],
  ['\u00ff\u00fe', 'UTF-16 text'],
  ['\u00fe\u00ff', 'UTF-16 text'],
];

/** What kind of file this is. Throws `data.format` for a known kind that is not read. */
export function kindOf(source: Source): SourceKind {
  const head = Buffer.from(source.bytes.subarray(0, 8)).toString('latin1');
  const kind = signatures.find(([signature]) => head.startsWith(signature))?.[1];
  if (kind !== undefined) return kind;
  const other = refused.find(([signature]) => head.startsWith(signature))?.[1];
  if (other !== undefined) throw notText(source, `${source.name} is ${other}.`);
  return 'text';
}

/** The text of a source, without a byte order mark. Throws `data.format` for anything but UTF-8 text. */
export function decodeText(source: Source): string {
  if (source.bytes.includes(0)) throw notText(source, `${source.name} holds binary data.`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(source.bytes);
  } catch (error) {
    throw notText(source, `${source.name} is not UTF-8 text.`, error);
  }
}

function notText(source: Source, message: string, cause?: unknown): LabError {
  return new LabError('data.format', message, {
    action: 'Unpack it or export it as CSV in UTF-8, then import that file.',
    place: { file: source.path },
    cause,
  });
}
