import {
  ago,
  type Columns,
  change,
  ema,
  highest,
  lowest,
  meanOf,
  medianPrice,
  minus,
  ratio,
  type Smoothing,
  sma,
  smooth,
  sum,
  trueRange,
  type Values,
  windows,
  zip,
} from './values.ts';

export function rsi(values: Values, period: number, smoothing?: Smoothing): number[] {
  const changes = minus(values, ago(values, 1));
  const gains = smooth(
    changes.map((value) => Math.max(value, 0)),
    period,
    smoothing,
  );
  const losses = smooth(
    changes.map((value) => Math.max(-value, 0)),
    period,
    smoothing,
  );
  return zip((gain, loss) => (gain + loss === 0 ? 50 : 100 - 100 / (1 + gain / loss)), gains, losses);
}

function placeInRange(values: Values, low: Values, high: Values, noise = 0): number[] {
  return zip(
    (value, bottom, top) => (top - bottom <= noise ? 0.5 : (value - bottom) / (top - bottom)),
    values,
    low,
    high,
  );
}

function lines(raw: Values, smoothing: number, signal: number) {
  const k = sma(
    raw.map((value) => 100 * value),
    smoothing,
  );
  return { k, d: sma(k, signal) };
}

export function stochRsi(values: Values, period: number, range: number, smoothing: number, signal: number) {
  const strength = rsi(values, period);
  const place = placeInRange(strength, lowest(strength, range), highest(strength, range), 1e-9);
  return lines(place, smoothing, signal);
}

export function stochastic({ high, low, close }: Columns, period: number, smoothing: number, signal: number) {
  return lines(placeInRange(close, lowest(low, period), highest(high, period)), smoothing, signal);
}

export function williamsR({ high, low, close }: Columns, period: number): number[] {
  return zip(
    (value, bottom, top) => (top === bottom ? -50 : (-100 * (top - value)) / (top - bottom)),
    close,
    lowest(low, period),
    highest(high, period),
  );
}

export function cmo(values: Values, period: number, smoothing: Smoothing = 'simple'): number[] {
  const changes = minus(values, ago(values, 1));
  const up = smooth(
    changes.map((value) => Math.max(value, 0)),
    period,
    smoothing,
  );
  const down = smooth(
    changes.map((value) => Math.max(-value, 0)),
    period,
    smoothing,
  );
  return zip((x, y) => (x + y === 0 ? 0 : (100 * (x - y)) / (x + y)), up, down);
}

export function percentRank(values: Values, period: number, ties: 'above' | 'below' = 'above'): number[] {
  return windows(values, period + 1, (window) => {
    const last = window.at(-1) as number;
    const below = window.slice(0, -1).filter((value) => value < last || (ties === 'below' && value === last));
    return (100 * below.length) / period;
  });
}

export function connorsRsi(values: Values, period: number, streak: number, rank: number): number[] {
  const streaks = values.map((value, bar) => {
    const moves = (from: number): number =>
      Math.sign((values[from] as number) - (values[from - 1] as number));
    if (bar === 0 || Number.isNaN(values[bar - 1])) return Number.NaN;
    let length = 0;
    while (bar - length > 0 && moves(bar - length) === moves(bar) && moves(bar) !== 0) length++;
    return Number.isNaN(value) ? Number.NaN : length * moves(bar);
  });
  return zip(
    (a, b, c) => (a + b + c) / 3,
    rsi(values, period),
    rsi(streaks, streak),
    percentRank(change(values, 1), rank),
  );
}

export function cci(values: Values, period: number): number[] {
  return windows(values, period, (window) => {
    const mean = meanOf(window);
    const spread = meanOf(window.map((value) => Math.abs(value - mean)));
    const isFlat = window.every((value) => value === window[0]);
    return isFlat ? 0 : ((window.at(-1) as number) - mean) / (0.015 * spread);
  });
}

export function ultimateOscillator(bars: Columns, short: number, middle: number, long: number): number[] {
  const { low, close } = bars;
  const pressure = zip((l, c, before) => c - Math.min(l, before), low, close, ago(close, 1));
  const part = (period: number): number[] => ratio(sum(pressure, period), sum(trueRange(bars), period), 0.5);
  return zip((a, b, c) => (100 * (4 * a + 2 * b + c)) / 7, part(short), part(middle), part(long));
}

export function fisherTransform(values: Values, period: number): number[] {
  const places = placeInRange(values, lowest(values, period), highest(values, period));
  let v = 0;
  let result = 0;
  return places.map((place) => {
    if (Number.isNaN(place)) return Number.NaN;
    v = 0.33 * 2 * (place - 0.5) + 0.67 * v;
    if (v > 0.99) v = 0.999;
    if (v < -0.99) v = -0.999;
    result = 0.5 * Math.log((1 + v) / (1 - v)) + 0.5 * result;
    return result;
  });
}

export function awesomeOscillator(bars: Columns, fast: number, slow: number): number[] {
  return minus(sma(medianPrice(bars), fast), sma(medianPrice(bars), slow));
}

export function dpo(values: Values, period: number): number[] {
  return minus(ago(values, Math.floor(period / 2) + 1), sma(values, period));
}

export function elderRay({ high, low, close }: Columns, period: number) {
  const average = ema(close, period);
  return { bull: minus(high, average), bear: minus(low, average) };
}
