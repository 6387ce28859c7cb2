import {
  ago,
  type Columns,
  deviation,
  highest,
  lowest,
  meanOf,
  sma,
  sum,
  sumOf,
  trueRange,
  type Values,
  windows,
  zip,
} from './values.ts';

export function bollinger(values: Values, period: number, deviations: number, ddof: 0 | 1 = 0) {
  const middle = sma(values, period);
  const width = deviation(values, period, ddof);
  const shifted = (sign: number): number[] =>
    zip((center, half) => center + sign * deviations * half, middle, width);
  return { upper: shifted(1), middle, lower: shifted(-1) };
}

export function percentB(values: Values, period: number, deviations: number, ddof?: 0 | 1): number[] {
  const { upper, lower } = bollinger(values, period, deviations, ddof);
  return windows(values, period, (window, bar) => {
    if (window.every((value) => value === window[0])) return 0.5;
    const [top, bottom] = [upper[bar] as number, lower[bar] as number];
    return ((values[bar] as number) - bottom) / (top - bottom);
  });
}

export function bandwidth(values: Values, ...settings: [period: number, deviations: number, ddof?: 0 | 1]) {
  const { upper, middle, lower } = bollinger(values, ...settings);
  return zip((top, center, bottom) => (center === 0 ? 0 : (top - bottom) / center), upper, middle, lower);
}

export function around(middle: Values, width: Values, factor: number) {
  return {
    upper: zip((center, half) => center + factor * half, middle, width),
    middle,
    lower: zip((center, half) => center - factor * half, middle, width),
  };
}

export function zScore(values: Values, period: number, ddof: 0 | 1 = 1): number[] {
  return windows(values, period, (window) => {
    if (window.every((value) => value === window[0])) return 0;
    const mean = meanOf(window);
    const width = Math.sqrt(sumOf(window.map((value) => (value - mean) ** 2)) / (period - ddof));
    return ((window.at(-1) as number) - mean) / width;
  });
}

function logarithm(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.NaN;
  return a > 0 && b > 0 ? Math.log(a) - Math.log(b) : 0;
}

export function historicalVolatility(values: Values, period: number, periodsPerYear: number): number[] {
  const returns = zip(logarithm, values, ago(values, 1));
  return deviation(returns, period, 1).map((value) => value * Math.sqrt(periodsPerYear));
}

export function parkinson({ high, low }: Columns, period: number, periodsPerYear: number): number[] {
  const squares = zip((top, bottom) => logarithm(top, bottom) ** 2, high, low);
  return windows(squares, period, (window) =>
    Math.sqrt((periodsPerYear * sumOf(window)) / (4 * period * Math.log(2))),
  );
}

export function garmanKlass(bars: Columns, period: number, periodsPerYear: number): number[] {
  const terms = zip(
    (open, high, low, close) =>
      0.5 * logarithm(high, low) ** 2 - (2 * Math.log(2) - 1) * logarithm(close, open) ** 2,
    bars.open,
    bars.high,
    bars.low,
    bars.close,
  );
  return windows(terms, period, (window) => Math.sqrt(periodsPerYear * Math.max(0, meanOf(window))));
}

export function choppiness(bars: Columns, period: number): number[] {
  return zip(
    (path, top, bottom) => {
      if (Number.isNaN(path)) return path;
      return top === bottom ? 100 : (100 * Math.log10(path / (top - bottom))) / Math.log10(period);
    },
    sum(trueRange(bars), period),
    highest(bars.high, period),
    lowest(bars.low, period),
  );
}

export function ulcerIndex(values: Values, period: number): number[] {
  const depths = zip(
    (value, top) => (top === 0 ? 0 : ((100 * (value - top)) / top) ** 2),
    values,
    highest(values, period),
  );
  return sma(depths, period).map(Math.sqrt);
}

export function median(values: Values, period: number): number[] {
  return windows(values, period, (window) => {
    const sorted = window.toSorted((a, b) => a - b);
    const half = period / 2;
    return Number.isInteger(half)
      ? ((sorted[half - 1] as number) + (sorted[half] as number)) / 2
      : (sorted[Math.floor(half)] as number);
  });
}

export function correlation(first: Values, second: Values, period: number): number[] {
  return windows(first, period, (window, bar) => {
    const other = second.slice(bar - period + 1, bar + 1);
    if (other.some(Number.isNaN)) return Number.NaN;
    if (window.every((value) => value === window[0]) || other.every((value) => value === other[0])) return 0;
    const [a, b] = [meanOf(window), meanOf(other)];
    const products = sumOf(window.map((value, place) => (value - a) * ((other[place] as number) - b)));
    const squares =
      Math.sqrt(sumOf(window.map((value) => (value - a) ** 2))) *
      Math.sqrt(sumOf(other.map((value) => (value - b) ** 2)));
    return products / squares;
  });
}
