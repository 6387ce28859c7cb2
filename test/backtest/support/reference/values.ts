/**
 * The indicators of strategy-lab.d.ts once more, from their definitions, over whole arrays and with no
 * state: every windowed value is computed from its window alone. NaN stands where there is no value.
 */
export type Values = readonly number[];

export interface Columns {
  readonly time: Values;
  readonly open: Values;
  readonly high: Values;
  readonly low: Values;
  readonly close: Values;
  readonly volume: Values;
}

/** Each value from those of the same bar. */
export function zip(compute: (...values: number[]) => number, ...columns: Values[]): number[] {
  const [first = []] = columns;
  return first.map((_, bar) => compute(...columns.map((column) => column[bar] as number)));
}

/** Each value from the last `period` values; NaN where one of them is missing. */
export function windows(
  values: Values,
  period: number,
  compute: (window: Values, bar: number) => number,
): number[] {
  return values.map((_, bar) => {
    const window = values.slice(Math.max(0, bar - period + 1), bar + 1);
    return window.length < period || window.some(Number.isNaN) ? Number.NaN : compute(window, bar);
  });
}

export function ago(values: Values, bars: number): number[] {
  return values.map((_, bar) => values[bar - bars] ?? Number.NaN);
}

export function sumOf(values: Values): number {
  return values.reduce((sum, value) => sum + value, 0);
}

export function meanOf(values: Values): number {
  return sumOf(values) / values.length;
}

/** Starts from the mean of the first `period` values, or from the first, then value * weight + previous * (1 - weight). */
export function recursive(
  values: Values,
  period: number,
  weight: number,
  seed: 'mean' | 'first' = 'mean',
): number[] {
  const first = values.findIndex((value) => !Number.isNaN(value));
  const seedBar = seed === 'mean' ? first + period - 1 : first;
  let average = Number.NaN;
  return values.map((value, bar) => {
    if (first < 0 || bar < seedBar) return Number.NaN;
    if (bar === seedBar) average = meanOf(values.slice(first, seedBar + 1));
    else average = value * weight + average * (1 - weight);
    return bar < first + period - 1 ? Number.NaN : average;
  });
}

export function ema(values: Values, period: number, seed: 'mean' | 'first' = 'mean'): number[] {
  return recursive(values, period, 2 / (period + 1), seed);
}

export function rma(values: Values, period: number): number[] {
  return recursive(values, period, 1 / period);
}

export function sma(values: Values, period: number): number[] {
  return windows(values, period, meanOf);
}

export function sum(values: Values, period: number): number[] {
  return windows(values, period, sumOf);
}

export type Smoothing = 'wilder' | 'simple' | 'exponential';

export function smooth(values: Values, period: number, smoothing: Smoothing = 'wilder'): number[] {
  return { wilder: rma, simple: sma, exponential: ema }[smoothing](values, period);
}

export function highest(values: Values, period: number): number[] {
  return windows(values, period, (window) => Math.max(...window));
}

export function lowest(values: Values, period: number): number[] {
  return windows(values, period, (window) => Math.min(...window));
}

export function minus(a: Values, b: Values): number[] {
  return zip((x, y) => x - y, a, b);
}

export function ratio(a: Values, b: Values, otherwise: number): number[] {
  return zip((x, y) => (y === 0 ? otherwise : x / y), a, b);
}

export function deviation(values: Values, period: number, ddof: number): number[] {
  return windows(values, period, (window) => {
    const mean = meanOf(window);
    return Math.sqrt(sumOf(window.map((value) => (value - mean) ** 2)) / (period - ddof));
  });
}

export function change(values: Values, period: number): number[] {
  return zip((value, before) => (before === 0 ? 0 : value / before - 1), values, ago(values, period));
}

export function typicalPrice({ high, low, close }: Columns): number[] {
  return zip((h, l, c) => (h + l + c) / 3, high, low, close);
}

export function medianPrice({ high, low }: Columns): number[] {
  return zip((h, l) => (h + l) / 2, high, low);
}

export function trueRange({ high, low, close }: Columns): number[] {
  return zip(
    (h, l, before) =>
      Number.isNaN(before) ? Number.NaN : Math.max(h - l, Math.abs(h - before), Math.abs(l - before)),
    high,
    low,
    ago(close, 1),
  );
}

export function atr(bars: Columns, period: number, smoothing?: Smoothing): number[] {
  return smooth(trueRange(bars), period, smoothing);
}
