import type { KeptColumn, Stage } from '../pipeline.ts';

/**
 * Simple moving average: the mean of the last `period` values.
 *
 * The running sum carries its rounding error along (Knuth's TwoSum), and a run of equal values gives
 * that value itself, so that the average of a flat market is flat to the last bit and two averages of
 * it are equal.
 */
export function simpleMovingAverage(source: KeptColumn, period: number): Stage {
  const { values, lookback: skip } = source;
  return {
    lookback: skip + period - 1,
    start(out) {
      const state = { seen: -skip, sum: 0, error: 0, last: NaN, equal: 0 };
      return (from, to) => {
        // Locals, because a captured variable is stored on the heap at each write.
        let { seen, sum, error, last, equal } = state;
        let index = from;
        for (; index < to && seen < period; index++) {
          seen++;
          if (seen <= 0) continue;
          const value = values[index] as number;
          equal = value === last ? equal + 1 : 1;
          last = value;
          const next = sum + value;
          const part = next - sum;
          error += sum - (next - part) + (value - part);
          sum = next;
          if (seen === period) out[index] = equal >= period ? value : (sum + error) / period;
        }
        for (; index < to; index++) {
          const value = values[index] as number;
          const leaving = values[index - period] as number;
          equal = value === last ? equal + 1 : 1;
          last = value;
          const next = sum + value;
          const part = next - sum;
          const added = sum - (next - part) + (value - part);
          sum = next - leaving;
          const rest = sum - next;
          error += added + (next - (sum - rest) - (leaving + rest));
          out[index] = equal >= period ? value : (sum + error) / period;
        }
        Object.assign(state, { seen, sum, error, last, equal });
      };
    },
  };
}
