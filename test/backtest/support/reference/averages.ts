import { ago, change, ema, meanOf, minus, sma, sumOf, type Values, windows, zip } from './values.ts';

export function wma(values: Values, period: number): number[] {
  const weights = Array.from({ length: period }, (_, place) => place + 1);
  return windows(
    values,
    period,
    (window) => sumOf(window.map((value, place) => value * (place + 1))) / sumOf(weights),
  );
}

export function hma(values: Values, period: number): number[] {
  const half = wma(values, Math.floor(period / 2));
  return wma(
    zip((x, y) => 2 * x - y, half, wma(values, period)),
    Math.floor(Math.sqrt(period)),
  );
}

export function dema(values: Values, period: number): number[] {
  const once = ema(values, period);
  return zip((x, y) => 2 * x - y, once, ema(once, period));
}

export function tema(values: Values, period: number): number[] {
  const once = ema(values, period);
  const twice = ema(once, period);
  return zip((x, y, z) => 3 * x - 3 * y + z, once, twice, ema(twice, period));
}

export function t3(values: Values, period: number, factor: number): number[] {
  const general = (x: Values): number[] =>
    zip((once, twice) => once * (1 + factor) - twice * factor, ema(x, period), ema(ema(x, period), period));
  return general(general(general(values)));
}

export function trima(values: Values, period: number): number[] {
  return sma(sma(values, Math.ceil((period + 1) / 2)), Math.floor((period + 1) / 2));
}

export function efficiencyRatio(values: Values, period: number): number[] {
  return windows(values, period + 1, (window) => {
    const path = sumOf(window.slice(1).map((value, place) => Math.abs(value - (window[place] as number))));
    return path === 0 ? 0 : Math.abs((window.at(-1) as number) - (window[0] as number)) / path;
  });
}

export function kama(values: Values, period: number, fast: number, slow: number): number[] {
  let average = Number.NaN;
  return efficiencyRatio(values, period).map((efficiency, bar) => {
    if (Number.isNaN(efficiency)) return Number.NaN;
    if (Number.isNaN(average)) average = values[bar - 1] as number;
    const c = (efficiency * (2 / (fast + 1) - 2 / (slow + 1)) + 2 / (slow + 1)) ** 2;
    average = c * (values[bar] as number) + (1 - c) * average;
    return average;
  });
}

export function zlema(values: Values, period: number): number[] {
  const lag = Math.floor((period - 1) / 2);
  return ema(
    zip((value, before) => 2 * value - before, values, ago(values, lag)),
    period,
  );
}

export function vwma(values: Values, volume: Values, period: number): number[] {
  return windows(values, period, (window, bar) => {
    const weights = volume.slice(bar - period + 1, bar + 1);
    const total = sumOf(weights);
    if (total === 0) return meanOf(window);
    return sumOf(window.map((value, place) => value * (weights[place] as number))) / total;
  });
}

/** By the normal equations, with time counted from the middle of the window. */
export function linearRegression(values: Values, period: number) {
  const times = Array.from({ length: period }, (_, place) => place - (period - 1) / 2);
  const square = sumOf(times.map((time) => time ** 2));
  const slope = windows(
    values,
    period,
    (window) => sumOf(window.map((value, place) => value * (times[place] as number))) / square,
  );
  const value = windows(
    values,
    period,
    (window, bar) => meanOf(window) + ((slope[bar] as number) * (period - 1)) / 2,
  );
  const r2 = windows(values, period, (window, bar) => {
    const mean = meanOf(window);
    const all = sumOf(window.map((each) => (each - mean) ** 2));
    const isFlat = window.every((each) => each === window[0]);
    const lineAt = (place: number): number => mean + (slope[bar] as number) * (times[place] as number);
    const rest = sumOf(window.map((each, place) => (each - lineAt(place)) ** 2));
    return isFlat ? 0 : 1 - rest / all;
  });
  return { value, slope, r2 };
}

export function convergence(
  values: Values,
  [fast, slow, signal]: readonly [number, number, number],
  seed: 'mean' | 'first' | 'together' = 'mean',
  line = (quick: number, lazy: number): number => quick - lazy,
) {
  const first = values.findIndex((value) => !Number.isNaN(value));
  const average = (period: number): number[] => {
    const wait = seed === 'together' ? Math.max(fast, slow) - period : 0;
    const late = values.map((value, bar) => (bar < first + wait ? Number.NaN : value));
    return ema(late, period, seed === 'first' ? 'first' : 'mean');
  };
  const lines = zip(line, average(fast), average(slow));
  const signals = ema(lines, signal, seed === 'first' ? 'first' : 'mean');
  return { line: lines, signal: signals, histogram: minus(lines, signals) };
}

export function trix(values: Values, period: number): number[] {
  return change(ema(ema(ema(values, period), period), period), 1).map((value) => 100 * value);
}

export function tsi(values: Values, long: number, short: number): number[] {
  const moves = minus(values, ago(values, 1));
  const sizes = moves.map(Math.abs);
  return zip(
    (move, size) => (size === 0 ? 0 : (100 * move) / size),
    ema(ema(moves, long), short),
    ema(ema(sizes, long), short),
  );
}
