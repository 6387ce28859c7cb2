import {
  ago,
  atr,
  type Columns,
  highest,
  lowest,
  minus,
  ratio,
  rma,
  type Smoothing,
  sum,
  trueRange,
  type Values,
  windows,
  zip,
} from './values.ts';

export function adx(bars: Columns, period: number) {
  const { high, low } = bars;
  const up = minus(high, ago(high, 1));
  const down = minus(ago(low, 1), low);
  const range = rma(trueRange(bars), period);
  const line = (own: Values, other: Values): number[] => {
    const movement = zip((x, y) => (Number.isNaN(x) ? x : x > y && x > 0 ? x : 0), own, other);
    return ratio(rma(movement, period), range, 0).map((value) => 100 * value);
  };
  const plus = line(up, down);
  const negative = line(down, up);
  const index = zip((x, y) => (x + y === 0 ? 0 : (100 * Math.abs(x - y)) / (x + y)), plus, negative);
  return { adx: rma(index, period), plus, minus: negative };
}

export function aroon({ high, low }: Columns, period: number) {
  const since = (values: Values, best: (...window: number[]) => number): number[] =>
    windows(values, period + 1, (window) => {
      const age = period - window.lastIndexOf(best(...window));
      return (100 * (period - age)) / period;
    });
  const up = since(high, Math.max);
  const down = since(low, Math.min);
  return { up, down, oscillator: minus(up, down) };
}

export function vortex(bars: Columns, period: number) {
  const { high, low } = bars;
  const range = sum(trueRange(bars), period);
  const line = (a: Values, b: Values): number[] =>
    ratio(
      sum(
        zip((x, y) => Math.abs(x - y), a, ago(b, 1)),
        period,
      ),
      range,
      1,
    );
  return { plus: line(high, low), minus: line(low, high) };
}

export function middleOfRange({ high, low }: Columns, period: number): number[] {
  return zip((top, bottom) => (top + bottom) / 2, highest(high, period), lowest(low, period));
}

export function ichimoku(
  bars: Columns,
  [fast, slow, span, shift]: readonly [number, number, number, number],
) {
  const conversion = middleOfRange(bars, fast);
  const base = middleOfRange(bars, slow);
  return {
    conversion,
    base,
    spanA: ago(
      zip((x, y) => (x + y) / 2, conversion, base),
      shift,
    ),
    spanB: ago(middleOfRange(bars, span), shift),
  };
}

/** Trend by trend: each is followed to the bar that ends it. */
export function parabolicSar({ high, low }: Columns, step: number, maximum: number): number[] {
  const bars = high.length;
  const at = (values: Values, bar: number): number => values[bar] as number;
  const result = [Number.NaN];
  const fall = at(low, 0) - at(low, 1);
  let isLong = !(fall > 0 && fall > at(high, 1) - at(high, 0));
  let stop = isLong ? at(low, 0) : at(high, 0);
  // The stop of a bar is bounded by the two bars before it, at first by the one bar that is there.
  let start = 1;
  let isFirst = true;
  while (start < bars) {
    const [best, touched] = isLong ? [high, low] : [low, high];
    const farther = isLong ? Math.max : Math.min;
    const bound = isLong ? Math.min : Math.max;
    let bestPrice = at(best, start);
    let factor = Math.min(step, maximum);
    let bar = start;
    if (isFirst) {
      if (isLong ? at(touched, bar) <= stop : at(touched, bar) >= stop) {
        stop = farther(bestPrice, at(best, bar));
        isLong = !isLong;
        isFirst = false;
        continue;
      }
      isFirst = false;
    }
    result[bar] = stop;
    for (;;) {
      const earlier = bar === 1 ? at(touched, 1) : at(touched, bar - 1);
      stop = bound(stop + factor * (bestPrice - stop), at(touched, bar), earlier);
      bar++;
      if (bar >= bars) return result;
      if (isLong ? at(touched, bar) <= stop : at(touched, bar) >= stop) break;
      result[bar] = stop;
      if (farther(at(best, bar), bestPrice) !== bestPrice) {
        bestPrice = at(best, bar);
        factor = Math.min(factor + step, maximum);
      }
    }
    stop = farther(bestPrice, at(best, bar), at(best, bar - 1));
    isLong = !isLong;
    start = bar;
  }
  return result;
}

export function supertrend(bars: Columns, period: number, multiplier: number, smoothing?: Smoothing) {
  const range = atr(bars, period, smoothing);
  const line: number[] = [];
  const direction: number[] = [];
  let upper = Number.NaN;
  let lower = Number.NaN;
  let trend = 1;
  for (const [bar, close] of bars.close.entries()) {
    const width = multiplier * (range[bar] as number);
    const middle = ((bars.high[bar] as number) + (bars.low[bar] as number)) / 2;
    const before = bars.close[bar - 1] as number;
    const isFirst = Number.isNaN(upper);
    upper = isFirst || before > upper ? middle + width : Math.min(upper, middle + width);
    lower = isFirst || before < lower ? middle - width : Math.max(lower, middle - width);
    if (trend === 1 && close < lower) trend = -1;
    else if (trend === -1 && close > upper) trend = 1;
    const hasValue = !Number.isNaN(width);
    line.push(hasValue ? (trend === 1 ? lower : upper) : Number.NaN);
    direction.push(hasValue ? trend : Number.NaN);
  }
  return { line, direction };
}

export function chandelierExit(bars: Columns, period: number, multiplier: number, smoothing?: Smoothing) {
  const range = atr(bars, period, smoothing);
  return {
    long: zip((top, width) => top - multiplier * width, highest(bars.high, period), range),
    short: zip((bottom, width) => bottom + multiplier * width, lowest(bars.low, period), range),
  };
}
