import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { LabError } from '../../contracts/errors.ts';
import { largestFile, readSource, type Source, type SourceName } from './source.ts';

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
    if (size > largestFile) {
      throw new LabError('data.format', `${files.size} files have more than ${largestFile} bytes.`, {
        action: 'Import them in parts, such as year by year.',
        place: { file: path },
      });
    }
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
  const facts = await stat(path).catch(() => undefined);
  if (facts?.isDirectory() !== true) return [path];
  const names = await readdir(path, { withFileTypes: true }).then(
    (entries) => entries.filter((entry) => !entry.isDirectory() && candleFile.test(entry.name)),
    (cause) => {
      throw new LabError('data.missing', `The folder ${path} could not be read.`, {
        action: 'Check that you may read it.',
        place: { file: path },
        cause,
      });
    },
  );
  if (names.length > 0) return names.map(({ name }) => join(path, name));
  throw new LabError('data.empty', `The folder ${path} holds no files of candles.`, {
    action: 'Name a folder with CSV, JSON, Parquet, Feather or ZIP files, or one file.',
    place: { file: path },
  });
}
