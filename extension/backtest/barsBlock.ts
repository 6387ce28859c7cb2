import type { CandleColumns } from '../contracts/candles.ts';
import type { MarketPiece } from './timeline.ts';

/**
 * Bars of a run on their way into a sandbox, as one row of numbers: markets; then of each market its bars, its
 * finer bars, and the number of its rates of funding (one a bar, or 0 for none); then of each market the six columns of its
 * bars, the six of its finer bars, and the rates. A rate is thus revealed with its bar, and not before.
 */
const headWidth = 3;

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
    ...pieces.flatMap(({ from, to, finer, funding }) => [
      to - from,
      finer === undefined ? 0 : finer.to - finer.from,
      funding === undefined ? 0 : to - from,
    ]),
  );
  const parts: Float64Array[] = [head];
  for (const { columns, from, to, finer, funding } of pieces) {
    for (const column of columnsOf(columns)) parts.push(column.subarray(from, to));
    if (finer !== undefined) {
      for (const column of columnsOf(finer.columns)) parts.push(column.subarray(finer.from, finer.to));
    }
    if (funding !== undefined) parts.push(funding.subarray(from, to));
  }
  return parts;
}

/**
 * The pieces of a block; their columns are views of it.
 * @throws RangeError for numbers that are no block
 */
export function readBlock(block: Float64Array): MarketPiece[] {
  const markets = block[0] ?? NaN;
  const head = 1 + headWidth * markets;
  let length = head;
  for (let index = 1; index < head; index += headWidth) {
    const [bars, finer, funding] = [block[index] ?? NaN, block[index + 1] ?? NaN, block[index + 2] ?? NaN];
    length += 6 * (bars + finer) + (funding === 0 ? 0 : bars);
  }
  if (!Number.isInteger(markets) || length !== block.length)
    throw new RangeError('a block of bars of wrong length');
  let offset = head;
  const column = (count: number): Float64Array => {
    const start = offset;
    offset += count;
    return block.subarray(start, offset);
  };
  const take = (count: number): CandleColumns => ({
    time: column(count),
    open: column(count),
    high: column(count),
    low: column(count),
    close: column(count),
    volume: column(count),
  });
  return Array.from({ length: markets }, (_, market): MarketPiece => {
    const index = 1 + headWidth * market;
    const [bars, finer] = [block[index] as number, block[index + 1] as number];
    const piece = { columns: take(bars), from: 0, to: bars };
    const inside = finer === 0 ? {} : { finer: { columns: take(finer), from: 0, to: finer } };
    return { ...piece, ...inside, ...(block[index + 2] === 0 ? {} : { funding: column(bars) }) };
  });
}

/** Bars of the first market of a block. */
export function firstBars(block: Float64Array): number {
  return block[1] ?? 0;
}
