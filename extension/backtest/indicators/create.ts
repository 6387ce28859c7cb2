import type { Indicators, Series } from 'strategy-lab';
import { maximumPeriod } from '../rules.ts';
import { type BarWindow, type Compute, lookbackOf, valuesOf } from '../series.ts';
import { exponentialMovingAverage, simpleMovingAverage } from './averages.ts';
import { extreme } from './extremes.ts';
import { difference, rateOfChange, relativeStrengthIndex } from './momentum.ts';
import { averageTrueRange, band, standardDeviation } from './volatility.ts';

export interface IndicatorSet {
  readonly indicators: Indicators;
  /** Ends the making of indicators and returns the bars that the slowest one waits for. */
  seal(): number;
}

/** Makes the indicators of one run on its window. */
export function createIndicators(window: BarWindow): IndicatorSet {
  let slowest = 0;
  let isSealed = false;

  const check = (name: string, period: number, minimum = 1): void => {
    if (isSealed) throw new Error(`indicators.${name} can be called in setup only`);
    if (!Number.isInteger(period) || period < minimum || period > maximumPeriod) {
      throw new RangeError(
        `indicators.${name} takes whole bars from ${minimum} to ${maximumPeriod}, was ${period}`,
      );
    }
  };
  const derive = (lookback: number, compute: (out: Float64Array) => Compute): Series => {
    slowest = Math.max(slowest, lookback);
    return window.derive(lookback, compute);
  };
  const ema = (period: number, source: Series): Series => {
    const skip = lookbackOf(source);
    return derive(skip + period - 1, exponentialMovingAverage(valuesOf(source), period, skip));
  };
  const sma = (period: number, source: Series): Series => {
    const skip = lookbackOf(source);
    return derive(skip + period - 1, simpleMovingAverage(valuesOf(source), period, skip));
  };
  const spread = (period: number, ddof: 0 | 1, source: Series): Series => {
    const skip = lookbackOf(source);
    return derive(skip + period - 1, standardDeviation(valuesOf(source), period, ddof, skip));
  };
  const extremeOf = (period: number, sign: 1 | -1, source: Series): Series => {
    const skip = lookbackOf(source);
    return derive(skip + period - 1, extreme(valuesOf(source), period, sign, skip));
  };
  const combine = (
    a: Series,
    b: Series,
    make: (x: Float64Array, y: Float64Array) => (out: Float64Array) => Compute,
  ) => derive(Math.max(lookbackOf(a), lookbackOf(b)), make(valuesOf(a), valuesOf(b)));

  const indicators: Indicators = {
    sma(period, source = window.close) {
      check('sma', period);
      return sma(period, source);
    },
    ema(period, source = window.close) {
      check('ema', period);
      return ema(period, source);
    },
    rsi(period, source = window.close) {
      check('rsi', period);
      const skip = lookbackOf(source);
      return derive(skip + period, relativeStrengthIndex(valuesOf(source), period, skip));
    },
    macd(fast = 12, slow = 26, signal = 9, source = window.close) {
      for (const period of [fast, slow, signal]) check('macd', period);
      const line = combine(ema(fast, source), ema(slow, source), difference);
      const signalLine = ema(signal, line);
      return { line, signal: signalLine, histogram: combine(line, signalLine, difference) };
    },
    bollinger(period = 20, deviations = 2, source = window.close) {
      check('bollinger', period, 2);
      if (!(deviations > 0) || !Number.isFinite(deviations)) {
        throw new RangeError(`indicators.bollinger takes deviations above 0, was ${deviations}`);
      }
      const middle = sma(period, source);
      const width = spread(period, 0, source);
      return {
        upper: combine(middle, width, (x, y) => band(x, y, deviations)),
        middle,
        lower: combine(middle, width, (x, y) => band(x, y, -deviations)),
      };
    },
    atr(period) {
      check('atr', period);
      const { high, low, close } = window;
      return derive(period, averageTrueRange(valuesOf(high), valuesOf(low), valuesOf(close), period));
    },
    donchian(period) {
      check('donchian', period);
      const upper = extremeOf(period, 1, window.high);
      const lower = extremeOf(period, -1, window.low);
      return { upper, middle: combine(upper, lower, (x, y) => mean(x, y)), lower };
    },
    highest(period, source = window.high) {
      check('highest', period);
      return extremeOf(period, 1, source);
    },
    lowest(period, source = window.low) {
      check('lowest', period);
      return extremeOf(period, -1, source);
    },
    deviation(period, source = window.close) {
      check('deviation', period, 2);
      return spread(period, 1, source);
    },
    change(period, source = window.close) {
      check('change', period);
      return derive(lookbackOf(source) + period, rateOfChange(valuesOf(source), period));
    },
  };
  return {
    indicators,
    seal() {
      isSealed = true;
      return slowest;
    },
  };
}

function mean(a: Float64Array, b: Float64Array): (out: Float64Array) => Compute {
  return (out) => (from, to) => {
    for (let index = from; index < to; index++) {
      out[index] = ((a[index] as number) + (b[index] as number)) / 2;
    }
  };
}
