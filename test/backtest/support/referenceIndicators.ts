import type { Bands, Indicators, Macd, Series } from 'strategy-lab';
import type { CandleColumns } from '../../../extension/contracts/candles.ts';

/**
 * The indicators of strategy-lab.d.ts once more, from their definitions, over whole arrays and with no
 * state: every windowed value is computed from its window alone. NaN stands where there is no value.
 */

export type Values = readonly number[];

function windows(values: Values, period: number, compute: (window: Values) => number): number[] {
  return values.map((_, index) => {
    const window = values.slice(Math.max(0, index - period + 1), index + 1);
    return window.length < period || window.some(Number.isNaN) ? Number.NaN : compute(window);
  });
}

function sumOf(values: Values): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function meanOf(values: Values): number {
  return sumOf(values) / values.length;
}

/** Seeded with the mean of the first `period` values, then value * weight + previous * (1 - weight). */
function recursive(values: Values, period: number, weight: number): number[] {
  const first = values.findIndex((value) => !Number.isNaN(value));
  const seed = first + period - 1;
  let average = Number.NaN;
  return values.map((value, index) => {
    if (first < 0 || index < seed) return Number.NaN;
    if (index === seed) average = meanOf(values.slice(first, first + period));
    else average = value * weight + average * (1 - weight);
    return average;
  });
}

export function sma(values: Values, period: number): number[] {
  return windows(values, period, meanOf);
}

export function ema(values: Values, period: number): number[] {
  return recursive(values, period, 2 / (period + 1));
}

export function rsi(values: Values, period: number): number[] {
  const changes = values.map((value, index) => value - (values[index - 1] ?? Number.NaN));
  const gains = recursive(
    changes.map((change) => Math.max(change, 0)),
    period,
    1 / period,
  );
  const losses = recursive(
    changes.map((change) => Math.max(-change, 0)),
    period,
    1 / period,
  );
  return gains.map((gain, index) => {
    const loss = losses[index] ?? Number.NaN;
    if (Number.isNaN(gain)) return Number.NaN;
    return gain + loss === 0 ? 50 : 100 - 100 / (1 + gain / loss);
  });
}

function minus(a: Values, b: Values): number[] {
  return a.map((value, index) => value - (b[index] ?? Number.NaN));
}

export function macd(values: Values, fast: number, slow: number, signal: number) {
  const line = minus(ema(values, fast), ema(values, slow));
  const signalLine = ema(line, signal);
  return { line, signal: signalLine, histogram: minus(line, signalLine) };
}

export function deviation(values: Values, period: number, ddof: 0 | 1): number[] {
  return windows(values, period, (window) => {
    const mean = meanOf(window);
    return Math.sqrt(sumOf(window.map((value) => (value - mean) ** 2)) / (period - ddof));
  });
}

export function bollinger(values: Values, period: number, deviations: number) {
  const middle = sma(values, period);
  const width = deviation(values, period, 0);
  const shifted = (sign: number): number[] =>
    middle.map((value, index) => value + sign * deviations * (width[index] ?? Number.NaN));
  return { upper: shifted(1), middle, lower: shifted(-1) };
}

export function atr(high: Values, low: Values, close: Values, period: number): number[] {
  const ranges = high.map((top, index) => {
    const bottom = low[index] ?? Number.NaN;
    const before = close[index - 1];
    if (before === undefined) return Number.NaN;
    return Math.max(top - bottom, Math.abs(top - before), Math.abs(bottom - before));
  });
  return recursive(ranges, period, 1 / period);
}

export function highest(values: Values, period: number): number[] {
  return windows(values, period, (window) => Math.max(...window));
}

export function lowest(values: Values, period: number): number[] {
  return windows(values, period, (window) => Math.min(...window));
}

export function change(values: Values, period: number): number[] {
  return values.map((value, index) => {
    const earlier = values[index - period];
    if (earlier === undefined || Number.isNaN(earlier)) return Number.NaN;
    return earlier === 0 ? 0 : value / earlier - 1;
  });
}

/** A series over a whole array; `clock.bar` says which bar has just closed. */
export class ReferenceSeries implements Series {
  readonly values: Values;
  readonly #clock: { readonly bar: number };

  constructor(values: Values, clock: { readonly bar: number }) {
    this.values = values;
    this.#clock = clock;
  }
  get value(): number {
    return this.ago(0);
  }
  get previous(): number {
    return this.ago(1);
  }
  ago(barsAgo: number): number {
    return this.values[this.#clock.bar - barsAgo] ?? Number.NaN;
  }
}

/** The indicators for a reference run; `made` collects every series, for the warm-up. */
export function referenceIndicators(
  columns: CandleColumns,
  clock: { readonly bar: number },
  made: ReferenceSeries[],
): Indicators {
  const close = [...columns.close];
  const high = [...columns.high];
  const low = [...columns.low];
  const valuesOf = (source: Series | undefined, otherwise: Values): Values =>
    source instanceof ReferenceSeries ? source.values : otherwise;
  const series = (values: Values): Series => {
    const result = new ReferenceSeries(values, clock);
    made.push(result);
    return result;
  };
  const bands = (all: { upper: Values; middle: Values; lower: Values }): Bands => ({
    upper: series(all.upper),
    middle: series(all.middle),
    lower: series(all.lower),
  });
  return {
    sma: (period, source) => series(sma(valuesOf(source, close), period)),
    ema: (period, source) => series(ema(valuesOf(source, close), period)),
    rsi: (period, source) => series(rsi(valuesOf(source, close), period)),
    macd(fast = 12, slow = 26, signal = 9, source = undefined): Macd {
      const all = macd(valuesOf(source, close), fast, slow, signal);
      return { line: series(all.line), signal: series(all.signal), histogram: series(all.histogram) };
    },
    bollinger: (period = 20, deviations = 2, source = undefined) =>
      bands(bollinger(valuesOf(source, close), period, deviations)),
    atr: (period) => series(atr(high, low, close, period)),
    donchian(period) {
      const upper = highest(high, period);
      const lower = lowest(low, period);
      const middle = upper.map((value, index) => (value + (lower[index] ?? Number.NaN)) / 2);
      return bands({ upper, middle, lower });
    },
    highest: (period, source) => series(highest(valuesOf(source, high), period)),
    lowest: (period, source) => series(lowest(valuesOf(source, low), period)),
    deviation: (period, source) => series(deviation(valuesOf(source, close), period, 1)),
    change: (period, source) => series(change(valuesOf(source, close), period)),
  };
}
