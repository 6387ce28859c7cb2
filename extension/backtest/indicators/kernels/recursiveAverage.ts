import type { Column, Stage } from '../pipeline.ts';

/** What a recursive average starts from: the mean of its first values, or the first value alone. */
export const seeds = ['mean', 'first'] as const;
type Seed = (typeof seeds)[number];

/**
 * Recursive average: `value * weight + previous * (1 - weight)`, first given when `period` values are
 * there. Weight 2 / (period + 1) gives the exponential average, 1 / period Wilder's (1978).
 */
function recursiveAverage(source: Column, period: number, weight: number, seed: Seed): Stage {
  const { values, lookback: skip } = source;
  return {
    lookback: skip + period - 1,
    start(out) {
      const state = { seen: -skip, average: 0 };
      return (from, to) => {
        let { seen, average } = state;
        let index = from;
        for (; index < to && seen < period; index++) {
          seen++;
          if (seen <= 0) continue;
          // The mean step by step: equal values give exactly that value, which a sum of them may not.
          const distance = (values[index] as number) - average;
          average += seed === 'mean' || seen === 1 ? distance / seen : distance * weight;
          out[index] = average;
        }
        for (; index < to; index++) {
          average += ((values[index] as number) - average) * weight;
          out[index] = average;
        }
        state.seen = seen;
        state.average = average;
      };
    },
  };
}

export function exponentialAverage(source: Column, period: number, seed: Seed = 'mean'): Stage {
  return recursiveAverage(source, period, 2 / (period + 1), seed);
}

export function wilderAverage(source: Column, period: number): Stage {
  return recursiveAverage(source, period, 1 / period, 'mean');
}
