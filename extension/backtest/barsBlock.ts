import type { CandleColumns } from '../contracts/candles.ts';
import type { MarketPiece } from './timeline.ts';

/**
 * Bars of a run on their way into a sandbox, as one row of numbers: markets; then of each market its bars and
 * finer bars; then of each market the six columns of its bars and the six of its finer bars.
 */

const columnsOf = ({ time, open, high, low, close, volume }: CandleColumns): readonly Float64Array[] => [
  time,
  open,
  high,
  low,
  close,
  volume,
];

/** The pieces as parts that make one block when they are joined. */
export function blockParts(pieces: readonly MarketPiece[]): Float64Array[] {
  const head = Float64Array.of(
    pieces.length,
    ...pieces.flatMap(({ from, to, finer }) => [to - from, finer === undefined ? 0 : finer.to - finer.from]),
  );
  const parts: Float64Array[] = [head];
  for (const { columns, from, to, finer } of pieces) {
    for (const column of columnsOf(columns)) parts.push(column.subarray(from, to));
    if (finer === undefined) continue;
    for (const column of columnsOf(finer.columns)) parts.push(column.subarray(finer.from, finer.to));
  }
  return parts;
}

/**
 * The pieces of a block; their columns are views of it.
 * @throws RangeError for numbers that are no block
 */
export function readBlock(block: Float64Array): MarketPiece[] {
  const markets = block[0] ?? NaN;
  const head = 1 + 2 * markets;
  let length = head;
  for (let index = 1; index < head; index++) length += 6 * (block[index] ?? NaN);
  if (!Number.isInteger(markets) || length !== block.length)
    throw new RangeError('a block of bars of wrong length');
  let offset = head;
  const take = (count: number): CandleColumns => {
    const column = (): Float64Array => {
      const start = offset;
      offset += count;
      return block.subarray(start, offset);
    };
    return {
      time: column(),
      open: column(),
      high: column(),
      low: column(),
      close: column(),
      volume: column(),
    };
  };
  return Array.from({ length: markets }, (_, market): MarketPiece => {
    const bars = block[1 + 2 * market] as number;
    const finer = block[2 + 2 * market] as number;
    const piece = { columns: take(bars), from: 0, to: bars };
    return finer === 0 ? piece : { ...piece, finer: { columns: take(finer), from: 0, to: finer } };
  });
}

/** Bars of the first market of a block. */
export function firstBars(block: Float64Array): number {
  return block[1] ?? 0;
}
