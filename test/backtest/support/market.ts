import type { FundingColumns } from '../../../extension/backtest/funding.ts';
import type { CandleColumns } from '../../../extension/contracts/candles.ts';

export const hour = 3_600_000;
/** 2020-01-01 00:00 UTC, a Wednesday. */
export const startTime = 1_577_836_800_000;

/** One market of a run, and finer bars of it where there are any. */
export interface MarketInput {
  readonly columns: CandleColumns;
  readonly finer?: CandleColumns;
  readonly funding?: FundingColumns;
}

/** Numbers from 0 to 1 by the mulberry32 generator; the engine uses another one. */
export function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function emptyColumns(bars: number): CandleColumns {
  return {
    time: new Float64Array(bars),
    open: new Float64Array(bars),
    high: new Float64Array(bars),
    low: new Float64Array(bars),
    close: new Float64Array(bars),
    volume: new Float64Array(bars),
  };
}

export interface MarketOptions {
  readonly bars: number;
  readonly seed: number;
  /** Largest move of one bar, as a fraction. */
  readonly swing?: number;
  readonly start?: number;
  /** Time between two bars in milliseconds. */
  readonly step?: number;
}

/**
 * A seeded market around `start`. Every price is a multiple of 1/64, so that sums of them are exact
 * whatever their order: two ways to compute an average agree to the bit, and no cross hangs on rounding.
 * Gaps between a close and the next open, bars without movement and bars without volume occur.
 */
export function syntheticMarket(options: MarketOptions): CandleColumns {
  const { bars, seed, swing = 0.02, start = 1000, step = hour } = options;
  const random = numbersFrom(seed);
  const round = (price: number): number => Math.max(1, Math.round(price * 64) / 64);
  const columns = emptyColumns(bars);
  let price = start;
  for (let bar = 0; bar < bars; bar++) {
    const isStill = random() < 0.02;
    // A pull towards the start keeps a long series from running away.
    const drift = Math.log(start / price) * 0.01;
    const gap = random() < 0.1 ? (random() - 0.5) * 2 * swing : 0;
    const open = isStill ? price : round(price * (1 + gap));
    const close = isStill ? open : round(open * (1 + drift + (random() - 0.5) * 2 * swing));
    const reach = isStill ? 0 : random() * swing;
    columns.time[bar] = startTime + bar * step;
    columns.open[bar] = open;
    columns.high[bar] = Math.max(open, close, round(Math.max(open, close) * (1 + reach * random())));
    columns.low[bar] = Math.min(open, close, round(Math.min(open, close) * (1 - reach * random())));
    columns.close[bar] = close;
    columns.volume[bar] = isStill ? 0 : Math.round(random() * 1000);
    price = close;
  }
  return columns;
}

/** A bar written out; its volume is 1 where none is given. */
export type Row = readonly [open: number, high: number, low: number, close: number, volume?: number];

/** Bars written out one by one, an hour apart. */
export function marketOf(rows: readonly Row[], step = hour): CandleColumns {
  const columns = emptyColumns(rows.length);
  for (const [bar, [open, high, low, close, volume = 1]] of rows.entries()) {
    columns.time[bar] = startTime + bar * step;
    columns.open[bar] = open;
    columns.high[bar] = high;
    columns.low[bar] = low;
    columns.close[bar] = close;
    columns.volume[bar] = volume;
  }
  return columns;
}

/** The same market with each price changed by `map`; highs and lows are put in order again. */
export function mapPrices(
  columns: CandleColumns,
  map: (price: number, bar: number) => number,
): CandleColumns {
  const high = columns.high.map(map);
  const low = columns.low.map(map);
  return {
    time: columns.time,
    open: columns.open.map(map),
    high: high.map((value, bar) => Math.max(value, low[bar] as number)),
    low: low.map((value, bar) => Math.min(value, high[bar] as number)),
    close: columns.close.map(map),
    volume: columns.volume,
  };
}

/** The bars that `isKept` keeps, by their number. */
export function keptBars(columns: CandleColumns, isKept: (bar: number) => boolean): CandleColumns {
  const kept = (column: Float64Array): Float64Array => column.filter((_, bar) => isKept(bar));
  const { time, open, high, low, close, volume } = columns;
  return {
    time: kept(time),
    open: kept(open),
    high: kept(high),
    low: kept(low),
    close: kept(close),
    volume: kept(volume),
  };
}

/** Bars that are each `count` of the given ones. */
export function coarserBars(finer: CandleColumns, count: number): CandleColumns {
  const bars = finer.time.length / count;
  const columns = emptyColumns(bars);
  for (let bar = 0; bar < bars; bar++) {
    const first = bar * count;
    const end = first + count;
    columns.time[bar] = finer.time[first] as number;
    columns.open[bar] = finer.open[first] as number;
    columns.high[bar] = Math.max(...finer.high.subarray(first, end));
    columns.low[bar] = Math.min(...finer.low.subarray(first, end));
    columns.close[bar] = finer.close[end - 1] as number;
    columns.volume[bar] = finer.volume.subarray(first, end).reduce((sum, value) => sum + value, 0);
  }
  return columns;
}
