import type { Compute } from '../../series.ts';
import type { Column, Stage } from '../pipeline.ts';
import { inBlocks } from './blocks.ts';

/** Sum of the last `period` values. */
export function windowSum(source: Column, period: number): Stage {
  if (period === 1) return unchanged(source);
  const { values } = source;
  return {
    lookback: source.lookback + period - 1,
    start(out) {
      // Of the block before: sums from each place to its end; of the present one, so far: its values.
      const before = new Float64Array(period + 1);
      const state = { sum: 0 };
      return inBlocks(period, source.lookback, {
        take(from, to, place) {
          let { sum } = state;
          let next = place;
          for (let index = from; index < to; index++) {
            const value = values[index] as number;
            before[next] = value;
            next++;
            sum += value;
            out[index] = (before[next] as number) + sum;
          }
          state.sum = sum;
        },
        turn() {
          let sum = 0;
          for (let place = period - 1; place > 0; place--) {
            sum += before[place] as number;
            before[place] = sum;
          }
          state.sum = 0;
        },
      });
    },
  };
}

/** Mean of the last `period` values; of equal values it is that value, to the bit. */
export function windowMean(source: Column, period: number): Stage {
  if (period === 1) return unchanged(source);
  const { values } = source;
  return {
    lookback: source.lookback + period - 1,
    start(out) {
      const before = new Float64Array(period + 1);
      const { parts, shares } = fractions(period);
      const state = { mean: 0 };
      return inBlocks(period, source.lookback, {
        take(from, to, place) {
          let { mean } = state;
          let next = place;
          for (let index = from; index < to; index++) {
            const value = values[index] as number;
            before[next] = value;
            next++;
            mean += (value - mean) * (parts[next] as number);
            const older = before[next] as number;
            out[index] = older + (mean - older) * (shares[next] as number);
          }
          state.mean = mean;
        },
        turn() {
          let mean = 0;
          for (let place = period - 1; place > 0; place--) {
            mean += ((before[place] as number) - mean) * (parts[period - place] as number);
            before[place] = mean;
          }
          state.mean = 0;
        },
      });
    },
  };
}

function unchanged({ values, lookback }: Column): Stage {
  return { lookback, start: (out) => (from, to) => out.set(values.subarray(from, to), from) };
}

/** By a number of values: 1 / count, and count / period. */
export function fractions(period: number): { parts: Float64Array; shares: Float64Array } {
  const parts = new Float64Array(period + 1);
  const shares = new Float64Array(period + 1);
  for (let count = 1; count <= period; count++) {
    parts[count] = 1 / count;
    shares[count] = count / period;
  }
  return { parts, shares };
}

/**
 * Mean of the last `period` values by their weights, none of them negative; the plain mean where all
 * weights are 0. Of equal values it is that value, to the bit.
 */
export function weightedMean(source: Column, weights: Column, period: number): Stage {
  const { values } = source;
  const ownWeights = weights.values;
  const skip = Math.max(source.lookback, weights.lookback);
  return {
    lookback: skip + period - 1,
    start(out) {
      // Of the block before, from each place to its end: weights, weighted means, plain means.
      const weightsBefore = new Float64Array(period + 1);
      const meansBefore = new Float64Array(period + 1);
      const plainBefore = new Float64Array(period + 1);
      const { parts, shares } = fractions(period);
      const state = { weight: 0, mean: 0, plain: 0 };
      return inBlocks(period, skip, {
        take(from, to, place) {
          let { weight, mean, plain } = state;
          let next = place;
          for (let index = from; index < to; index++) {
            const value = values[index] as number;
            const own = ownWeights[index] as number;
            weightsBefore[next] = own;
            plainBefore[next] = value;
            next++;
            weight += own;
            if (weight > 0) mean += (value - mean) * (own / weight);
            plain += (value - plain) * (parts[next] as number);
            const total = (weightsBefore[next] as number) + weight;
            const isWeighted = total > 0;
            const older = (isWeighted ? meansBefore[next] : plainBefore[next]) as number;
            const share = isWeighted ? weight / total : (shares[next] as number);
            out[index] = older + ((isWeighted ? mean : plain) - older) * share;
          }
          state.weight = weight;
          state.mean = mean;
          state.plain = plain;
        },
        turn() {
          let weight = 0;
          let mean = 0;
          let plain = 0;
          for (let place = period - 1; place > 0; place--) {
            const value = plainBefore[place] as number;
            const own = weightsBefore[place] as number;
            weight += own;
            if (weight > 0) mean += (value - mean) * (own / weight);
            plain += (value - plain) * (parts[period - place] as number);
            weightsBefore[place] = weight;
            meansBefore[place] = mean;
            plainBefore[place] = plain;
          }
          state.weight = 0;
          state.mean = 0;
          state.plain = 0;
        },
      });
    },
  };
}

/** Sum of all values from the first one on, with its rounding error carried along (Knuth's TwoSum). */
export function runningTotal(source: Column): Stage {
  const { values } = source;
  return {
    lookback: source.lookback,
    start(out): Compute {
      const state = { toSkip: source.lookback, sum: 0, error: 0 };
      return (from, to) => {
        let { sum, error } = state;
        const skipped = Math.min(state.toSkip, to - from);
        state.toSkip -= skipped;
        for (let index = from + skipped; index < to; index++) {
          const value = values[index] as number;
          const next = sum + value;
          const part = next - sum;
          error += sum - (next - part) + (value - part);
          sum = next;
          out[index] = sum + error;
        }
        state.sum = sum;
        state.error = error;
      };
    },
  };
}
