import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { CandleColumns, Candles } from '../../contracts/candles.ts';
import { LabError } from '../../contracts/errors.ts';
import type { Timeframe } from '../../contracts/timeframes.ts';
import { candleColumnNames, hashCandles } from '../candles.ts';
import { type ColumnPlace, columnPlaces, decodeCandles } from './arrow.ts';
import { isAbsent } from './files.ts';

/** Bytes of one read: few enough that hashing begins early, many enough that calls cost nothing. */
const pieceBytes = 8 * 1024 * 1024;

/**
 * Loads a stored set, or answers undefined where its file is gone. Each piece of the file is hashed while
 * the system reads the next, so that checking every byte costs hardly more than reading it. `timeframe` is
 * the one that the set is known by; a file that says otherwise is hashed once more.
 * @throws LabError `data.format` for a damaged file, `data.missing` for one that cannot be read
 */
export async function loadCandles(path: string, timeframe: Timeframe): Promise<Candles | undefined> {
  let file: FileHandle;
  try {
    file = await open(path);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw unreadable(path, error);
  }
  try {
    const bytes = new Uint8Array((await file.stat()).size);
    const hash = createHash('sha256').update(timeframe);
    let places: readonly ColumnPlace[] | undefined;
    let done = 0;
    for await (const end of readInPieces(file, bytes)) {
      places ??= await columnPlaces(bytes.subarray(0, end));
      for (const { from, to } of places) {
        const [first, last] = [Math.max(from, done), Math.min(to, end)];
        if (first < last) hash.update(bytes.subarray(first, last));
      }
      done = end;
    }
    return await decodeCandles(bytes, path, (stored, columns) =>
      stored === timeframe && liesAt(columns, places ?? [])
        ? hash.digest('hex')
        : hashCandles(stored, columns),
    );
  } catch (error) {
    if (LabError.is(error)) throw error;
    throw unreadable(path, error);
  } finally {
    await file.close();
  }
}

/** Fills `bytes` from the file, and answers after each piece up to where it is filled while the next is read. */
async function* readInPieces(file: FileHandle, bytes: Uint8Array): AsyncGenerator<number> {
  const read = async (from: number): Promise<number> => {
    const { bytesRead } = await file.read(bytes, from, Math.min(pieceBytes, bytes.length - from), from);
    // Another program cut the file meanwhile: what is missing stays zero and fails its check.
    return bytesRead === 0 ? bytes.length : from + bytesRead;
  };
  for (let next = read(0), end = 0; end < bytes.length; ) {
    end = await next;
    if (end < bytes.length) next = read(end);
    yield end;
  }
}

/** Whether the columns are just the bytes that were hashed, in the order in which they were. */
function liesAt(columns: CandleColumns, places: readonly ColumnPlace[]): boolean {
  return (
    places.length === candleColumnNames.length &&
    candleColumnNames.every((name, index) => {
      const { byteOffset, byteLength } = columns[name];
      return places[index]?.from === byteOffset && places[index].to === byteOffset + byteLength;
    })
  );
}

function unreadable(path: string, cause: unknown): LabError {
  return new LabError('data.missing', `The stored candles ${path} could not be read.`, {
    action: 'Check that you may read the file.',
    place: { file: path },
    cause,
  });
}
