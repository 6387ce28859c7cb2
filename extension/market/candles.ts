import { createHash } from 'node:crypto';
import {
  type CandleColumns,
  type Candles,
  type CandlesMeta,
  candlesMetaSchema,
} from '../contracts/candles.ts';
import { LabError } from '../contracts/errors.ts';
import type { Timeframe } from '../contracts/timeframes.ts';

/** The columns of a candle set, in the order in which they are hashed and stored. */
export const candleColumnNames = ['time', 'open', 'high', 'low', 'close', 'volume'] as const;

/**
 * Content hash of a candle set: SHA-256 over the timeframe's name and the bytes of the six columns in
 * the order of `candleColumnNames`. The columns are hashed as they lie in memory, which is
 * little-endian on every platform that Node supports for this program.
 */
export function hashCandles(timeframe: Timeframe, columns: CandleColumns): string {
  const hash = createHash('sha256').update(timeframe);
  for (const name of candleColumnNames) {
    const column = columns[name];
    hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  }
  return hash.digest('hex');
}

/** Builds a candle set around its columns (not copied) and gives it its content hash. */
export function makeCandles(meta: Omit<CandlesMeta, 'hash'>, columns: CandleColumns): Candles {
  const { venue, symbol, timeframe, synthetic } = meta;
  const { time, open, high, low, close, volume } = columns;
  const hash = hashCandles(timeframe, columns);
  return { venue, symbol, timeframe, synthetic, hash, time, open, high, low, close, volume };
}

/** The facts that identify a candle set, without its columns. */
export function candlesMeta(candles: Candles): CandlesMeta {
  return candlesMetaSchema.parse(candles);
}

/**
 * The bars with `fromTime` <= open time < `toTime` (UTC ms; either may be left out), as views of the
 * same memory with a hash of their own. Throws `data.empty` when no bar lies in the range.
 */
export function sliceCandles(candles: Candles, fromTime = -Infinity, toTime = Infinity): Candles {
  const start = firstIndexAtOrAfter(candles.time, fromTime);
  const end = firstIndexAtOrAfter(candles.time, toTime);
  if (start >= end) {
    throw new LabError('data.empty', `No bar of ${candles.symbol} lies in the chosen range of time.`, {
      action: `Choose a range within ${describeRange(candles.time)}.`,
    });
  }
  if (start === 0 && end === candles.time.length) return candles;
  return makeCandles(candles, {
    time: candles.time.subarray(start, end),
    open: candles.open.subarray(start, end),
    high: candles.high.subarray(start, end),
    low: candles.low.subarray(start, end),
    close: candles.close.subarray(start, end),
    volume: candles.volume.subarray(start, end),
  });
}

function firstIndexAtOrAfter(times: Float64Array, time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function describeRange(times: Float64Array): string {
  const first = times.at(0);
  const last = times.at(-1);
  if (first === undefined || last === undefined) return 'the data, which holds no bars';
  return `${new Date(first).toISOString()} to ${new Date(last).toISOString()}`;
}
