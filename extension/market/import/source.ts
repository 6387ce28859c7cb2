import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { type ErrorPlace, LabError, type LabErrorReason } from '../../contracts/errors.ts';
import { hasVerifiedChecksum } from './checksum.ts';

/** A JavaScript string holds at most about 537 million characters; the file is decoded into one. */
export const largestFile = 500_000_000;

/** How a file is named to people. */
export interface SourceName {
  readonly path: string;
  /** File name without its folders; the only part that reports may show. */
  readonly name: string;
}

/** A file of candles as it was found. */
export interface Source extends SourceName {
  readonly bytes: Uint8Array;
  /** Whether a file `NAME.CHECKSUM` beside it holds the hash of just these bytes. */
  readonly isVerified: boolean;
}

/** Reads one file. Throws `data.missing`, `data.empty` or `data.format`. */
export async function readSource(path: string): Promise<Source> {
  const name = basename(path);
  const place = { file: path };
  let size: number;
  let bytes: Uint8Array;
  try {
    const facts = await stat(path);
    if (facts.isDirectory()) {
      throw new LabError('data.format', `${path} is a folder, not a file of candles.`, {
        action: 'Name one file inside it.',
        place,
      });
    }
    // A device such as /dev/zero may never end.
    if (facts.isCharacterDevice() || facts.isBlockDevice()) {
      throw new LabError('data.format', `${path} is a device, not a file of candles.`, {
        action: 'Name a file.',
        place,
      });
    }
    size = facts.size;
    if (size > largestFile) {
      throw new LabError('data.format', `${name} has ${size} bytes, more than ${largestFile} can be read.`, {
        action: 'Split it by year and import the parts.',
        place,
      });
    }
    bytes = await readFile(path);
  } catch (error) {
    if (LabError.is(error)) throw error;
    throw new LabError('data.missing', `The file ${path} could not be read.`, {
      action: 'Check that the path is right and that you may read the file.',
      place,
      cause: error,
    });
  }
  if (bytes.length === 0) {
    throw new LabError('data.empty', `${name} is empty.`, {
      action: 'Download or export the file again.',
      place,
    });
  }
  return { path, name, bytes, isVerified: await hasVerifiedChecksum(path, bytes) };
}

const binaryKinds: readonly (readonly [signature: string, kind: string])[] = [
  ['PK\u0003\u0004', 'a ZIP archive or an Excel workbook'],
  ['\u001f\u008b', 'a gzip archive'],
  ['PAR1', 'a Parquet file'],
  ['PARE', 'an encrypted Parquet file'],
  ['ARROW1', 'an Arrow file'],
  ['FEA1', 'a Feather file of version 1, which newer programs do not write'],
  ['\u00ff\u00fe', 'UTF-16 text'],
  ['\u00fe\u00ff', 'UTF-16 text'],
];

/** The text of a source, without a byte order mark. Throws `data.format` for anything but UTF-8 text. */
export function decodeText(source: Source): string {
  const head = Buffer.from(source.bytes.subarray(0, 8)).toString('latin1');
  const kind = binaryKinds.find(([signature]) => head.startsWith(signature))?.[1];
  if (kind !== undefined) throw notText(source, `${source.name} is ${kind}, not a text file of candles.`);
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

/** Where a data row stands: a line of a text file (from 1), or its place among the rows of others (from 0). */
export type RowPlace = { readonly line: number } | { readonly entry: number };

/** The error that refuses a file because of one of its rows. */
export function rowError(
  source: SourceName,
  row: RowPlace,
  reason: LabErrorReason,
  problem: string,
  action = 'Correct or delete that row, or download the file again.',
): LabError {
  const isLine = 'line' in row;
  const where = isLine ? `line ${row.line}` : `entry ${row.entry + 1}`;
  const place: ErrorPlace = isLine
    ? { file: source.path, line: row.line }
    : { file: source.path, bar: row.entry };
  return new LabError(reason, `${source.name}, ${where}: ${problem}.`, { action, place });
}
