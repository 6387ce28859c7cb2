import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { type ErrorPlace, LabError, type LabErrorReason } from '../../contracts/errors.ts';
import { hasVerifiedChecksum } from './checksum.ts';

/** A JavaScript string holds at most about 537 million characters; a text file is decoded into one. */
export const largestFile = 500_000_000;

/** How a file of candles is named to people. */
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

/**
 * Reads files of candles, and those in folders; in the order of their names, so that the order in which they
 * are given plays no part. Throws `data.missing`, `data.empty` or `data.format`.
 */
export async function readSources(paths: readonly string[]): Promise<[Source, ...Source[]]> {
  const files = new Set<string>();
  for (const path of paths) for (const file of await filesAt(path)) files.add(resolve(file));
  const order = (path: string): string => `${basename(path)}\n${path}`;
  const sources: Source[] = [];
  let size = 0;
  for (const path of [...files].sort((a, b) => (order(a) < order(b) ? -1 : 1))) {
    const source = await readSource(path);
    size += source.bytes.length;
    if (size > largestFile) throw tooLarge(source, `${files.size} files have`);
    sources.push(source);
  }
  const [first, ...rest] = sources;
  if (first === undefined) throw new LabError('usage', 'No file is named.', { action: 'Name a file.' });
  return [first, ...rest];
}

/** One name for several files: that of the first, and how many more there are. */
export function commonName([first, ...rest]: readonly [SourceName, ...SourceName[]]): SourceName {
  const more = rest.length === 0 ? '' : ` and ${rest.length} more`;
  return { path: first.path, name: `${first.name}${more}` };
}

const candleFile = /^[^.].*\.(?:csv|tsv|txt|json|zip|parquet|feather|arrow|arrows|ipc)$/i;

/** The file itself, or the files of candles in a folder; folders inside it are left alone. */
async function filesAt(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const entries = await readdir(path, { withFileTypes: true });
    const names = entries.filter((entry) => !entry.isDirectory() && candleFile.test(entry.name));
    if (names.length > 0) return names.map(({ name }) => join(path, name));
  } catch (cause) {
    throw unreadable(path, cause);
  }
  throw new LabError('data.empty', `The folder ${path} holds no files of candles.`, {
    action: 'Name a folder with CSV, JSON, Parquet, Feather or ZIP files, or one file.',
    place: { file: path },
  });
}

/** Reads one file. Throws `data.missing`, `data.empty` or `data.format`. */
export async function readSource(path: string): Promise<Source> {
  const name = basename(path);
  const place = { file: path };
  let bytes: Uint8Array;
  try {
    const facts = await stat(path);
    // A device such as /dev/zero may never end.
    if (facts.isCharacterDevice() || facts.isBlockDevice()) {
      throw new LabError('data.format', `${path} is a device, not a file of candles.`, {
        action: 'Name a file.',
        place,
      });
    }
    if (facts.size > largestFile) throw tooLarge({ path, name }, `${name} has ${facts.size} bytes,`);
    bytes = await readFile(path);
  } catch (error) {
    if (LabError.is(error)) throw error;
    throw unreadable(path, error);
  }
  if (bytes.length === 0) {
    throw new LabError('data.empty', `${name} is empty.`, {
      action: 'Download or export the file again.',
      place,
    });
  }
  return { path, name, bytes, isVerified: await hasVerifiedChecksum(path, bytes) };
}

function tooLarge(source: SourceName, what: string): LabError {
  return new LabError('data.format', `${what} more than the ${largestFile} bytes that can be read.`, {
    action: 'Split the data by year and import the parts.',
    place: { file: source.path },
  });
}

function unreadable(path: string, cause: unknown): LabError {
  return new LabError('data.missing', `The file ${path} could not be read.`, {
    action: 'Check that the path is right and that you may read the file.',
    place: { file: path },
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
