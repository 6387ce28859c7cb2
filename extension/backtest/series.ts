import type { Series } from 'strategy-lab';
import type { CandleColumns } from '../contracts/candles.ts';
import { historyBars } from './rules.ts';

/** Bars computed in one go; the window holds the history and three such blocks before it moves up. */
export const blockBars = 4096;
const capacity = historyBars + 3 * blockBars;

/** Reads the values of a series up to its end, which may lie ahead of the bar the strategy sees. */
export let valuesOf: (series: Series) => Float64Array;
/** True for a series that was made here, and no look-alike. */
export let isSeries: (value: unknown) => value is Series;
/** The window over which a series runs: one for each market and timeframe. */
export let windowOf: (series: Series) => BarWindow | undefined;
/** Bars before the first value of a series; infinite where the calendar decides about its first bar. */
export let lookbackOf: (series: Series) => number;

/** A column over the window, of which the strategy can read the past only. */
export class WindowSeries implements Series {
  readonly #values: Float64Array;
  readonly #window: BarWindow;
  readonly #lookback: number;

  static {
    valuesOf = (series) => {
      if (!(#values in series)) {
        throw new TypeError('an indicator takes a series of this run as its source');
      }
      return series.#values;
    };
    isSeries = (value): value is Series => typeof value === 'object' && value !== null && #values in value;
    windowOf = (series) => (#window in series ? series.#window : undefined);
    lookbackOf = (series) => (#lookback in series ? series.#lookback : 0);
  }

  constructor(window: BarWindow, lookback: number) {
    this.#window = window;
    this.#lookback = lookback;
    this.#values = window.addColumn();
    Object.freeze(this);
  }

  get value(): number {
    return this.#values[this.#window.cursor] as number;
  }

  get previous(): number {
    const index = this.#window.cursor - 1;
    return index < 0 ? NaN : (this.#values[index] as number);
  }

  ago(barsAgo: number): number {
    if (!Number.isInteger(barsAgo) || barsAgo < 0 || barsAgo > historyBars) {
      if (barsAgo < 0) this.#window.onRefused('a bar of the future');
      throw new RangeError(`ago takes whole bars from 0 to ${historyBars}, was ${barsAgo}`);
    }
    const index = this.#window.cursor - barsAgo;
    return index < 0 ? NaN : (this.#values[index] as number);
  }
}

/** Takes the constructor from what a strategy is given, so that it can make none of its own, and freezes it. */
export function sealPrototype(prototype: object): void {
  Reflect.deleteProperty(prototype, 'constructor');
  Object.freeze(prototype);
}

sealPrototype(WindowSeries.prototype);

/** Fills the values of one column for the bars `from` to `to` of the window; called in order, once a block. */
export type Compute = (from: number, to: number) => void;

/**
 * The latest bars and everything computed from them. It grows by blocks, and drops what is older than
 * the history, so that memory does not depend on the length of the run.
 */
export class BarWindow {
  readonly #columns: Float64Array[] = [];
  readonly #scratch: Float64Array[] = [];
  readonly #computations: Compute[] = [];
  /** Hears of each look at a bar that has not closed. */
  readonly onRefused: (what: string) => void;
  /** Bars in the window. */
  length = 0;
  /** Number in the run of the window's first bar. */
  base = 0;
  /** The bar that the strategy sees as the last one, as an index into the window. */
  cursor = -1;
  readonly time = new WindowSeries(this, 0);
  readonly open = new WindowSeries(this, 0);
  readonly high = new WindowSeries(this, 0);
  readonly low = new WindowSeries(this, 0);
  readonly close = new WindowSeries(this, 0);
  readonly volume = new WindowSeries(this, 0);
  /** The values of the six series above. */
  readonly columns: CandleColumns = {
    time: valuesOf(this.time),
    open: valuesOf(this.open),
    high: valuesOf(this.high),
    low: valuesOf(this.low),
    close: valuesOf(this.close),
    volume: valuesOf(this.volume),
  };

  constructor(onRefused: (what: string) => void = () => undefined) {
    this.onRefused = onRefused;
  }

  /** A column whose computation writes every bar, NaN too; beyond the window's length nobody reads. */
  addColumn(): Float64Array {
    const column = new Float64Array(capacity);
    this.#columns.push(column);
    return column;
  }

  /**
   * Column number `index` of those that any computation may use, within one call, for what it does not
   * keep: its values are gone when the call ends.
   */
  scratchColumn(index: number): Float64Array {
    this.#scratch[index] ??= new Float64Array(capacity);
    return this.#scratch[index];
  }

  /** Adds what is computed for each block of bars, after all that was added before. */
  addComputation(compute: Compute): void {
    this.#computations.push(compute);
  }

  /** Appends bars `from` to `to` of `bars`, at most `blockBars` of them, and computes all series for them. */
  append(bars: CandleColumns, from: number, to: number): void {
    if (this.length + (to - from) > capacity) this.#moveUp();
    const start = this.length;
    const { columns } = this;
    columns.time.set(bars.time.subarray(from, to), start);
    columns.open.set(bars.open.subarray(from, to), start);
    columns.high.set(bars.high.subarray(from, to), start);
    columns.low.set(bars.low.subarray(from, to), start);
    columns.close.set(bars.close.subarray(from, to), start);
    columns.volume.set(bars.volume.subarray(from, to), start);
    this.length += to - from;
    for (const compute of this.#computations) compute(start, this.length);
  }

  #moveUp(): void {
    const dropped = this.length - historyBars;
    for (const column of this.#columns) column.copyWithin(0, dropped, this.length);
    this.length = historyBars;
    this.base += dropped;
    // The computations run before the next bar is shown: the view must not slide ahead meanwhile.
    this.cursor -= dropped;
  }
}
