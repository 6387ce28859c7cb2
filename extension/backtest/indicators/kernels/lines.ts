import type { Column, KeptColumn, Pipeline, Stage, Stages } from '../pipeline.ts';
import { extrapolation } from './arithmetic.ts';
import { meanAndTrend, squaredDeviations } from './moments.ts';
import { exponentialAverage } from './recursiveAverage.ts';

/** Adds the steps of a mean with the weights 1 to `period`, the newest value the heaviest. */
export function weightedAverage(pipeline: Pipeline, source: Column, period: number): Stage {
  const { mean, trend } = pipeline.steps(meanAndTrend(source, period));
  const [means, trends] = [mean.values, trend.values];
  const factor = 2 / (period * (period + 1));
  return {
    lookback: mean.lookback,
    start: (out) => (from, to) => {
      for (let index = from; index < to; index++) {
        out[index] = (means[index] as number) + (trends[index] as number) * factor;
      }
    },
  };
}

/**
 * Adds the steps of the least-squares line through the last `period` values: its value at the newest of
 * them, its slope by bar, and the share of the variance that it explains, 0 where there is none.
 */
export function lineFit(
  pipeline: Pipeline,
  source: Column,
  period: number,
): Stages<'value' | 'slope' | 'r2'> {
  const { mean, trend } = pipeline.steps(meanAndTrend(source, period));
  const squares = pipeline.step(squaredDeviations(source, period)).values;
  const [means, trends] = [mean.values, trend.values];
  const timeSquares = (period * (period * period - 1)) / 12;
  return {
    lookback: mean.lookback,
    names: ['value', 'slope', 'r2'],
    start:
      ({ value, slope, r2 }) =>
      (from, to) => {
        for (let index = from; index < to; index++) {
          const codeviation = trends[index] as number;
          const square = squares[index] as number;
          const rise = codeviation / timeSquares;
          slope[index] = rise;
          value[index] = (means[index] as number) + rise * ((period - 1) / 2);
          r2[index] = square === 0 ? 0 : Math.min(1, (rise * codeviation) / square);
        }
      },
  };
}

/** value + (value - value `lag` bars before). */
export function withoutLag(source: KeptColumn, lag: number): Stage {
  const { values } = source;
  return {
    lookback: source.lookback + lag,
    start: (out) => (from, to) => {
      for (let index = Math.max(from, lag); index < to; index++) {
        const value = values[index] as number;
        out[index] = value + (value - (values[index - lag] as number));
      }
    },
  };
}

/** Adds Tillson's generalised double average: average + factor * (average - average of the average). */
export function generalisedDouble(pipeline: Pipeline, source: Column, period: number, factor: number): Stage {
  const once = pipeline.step(exponentialAverage(source, period));
  const twice = pipeline.step(exponentialAverage(once, period));
  return extrapolation(once, twice, factor);
}

/** thrice + 3 * (once - twice), of an average, its average, and the average of that. */
export function tripleAverage(once: Column, twice: Column, thrice: Column): Stage {
  const [x, y, z] = [once.values, twice.values, thrice.values];
  return {
    lookback: thrice.lookback,
    start: (out) => (from, to) => {
      for (let index = from; index < to; index++) {
        out[index] = (z[index] as number) + 3 * ((x[index] as number) - (y[index] as number));
      }
    },
  };
}
