import type { KeptColumn, Stage } from '../pipeline.ts';

/** A sum of squares that fell below this fraction of what it was holds too much of its old rounding. */
const trustedShrinkage = 1e-6;

/**
 * Standard deviation of the last `period` values, with divisor `period - ddof`: sliding form of
 * Welford's update (1962), summed anew after an outlier has left. A run of equal values gives exactly 0.
 */
export function standardDeviation(source: KeptColumn, period: number, ddof: 0 | 1): Stage {
  const { values, lookback: skip } = source;
  return {
    lookback: skip + period - 1,
    start(out) {
      const state = { seen: -skip, mean: 0, squares: 0, largest: 0, last: NaN, equal: 0 };
      return (from, to) => {
        // Locals, because a captured variable is stored on the heap at each write.
        let { seen, mean, squares, largest, last, equal } = state;
        for (let index = from; index < to; index++) {
          seen++;
          if (seen <= 0) continue;
          const value = values[index] as number;
          equal = value === last ? equal + 1 : 1;
          last = value;
          if (seen <= period) {
            const delta = value - mean;
            mean += delta / seen;
            squares += delta * (value - mean);
          } else {
            const leaving = values[index - period] as number;
            const before = mean;
            mean += (value - leaving) / period;
            squares += (value - leaving) * (value - mean + leaving - before);
          }
          if (equal >= period) {
            mean = value;
            squares = 0;
            largest = 0;
          } else if (squares > largest) {
            largest = squares;
          } else if (squares < largest * trustedShrinkage) {
            const first = Math.max(index - period, index - seen) + 1;
            mean = meanOf(values, first, index);
            squares = squaresOf(values, first, index, mean);
            largest = squares;
          }
          if (seen >= period) out[index] = Math.sqrt(Math.max(squares, 0) / (period - ddof));
        }
        Object.assign(state, { seen, mean, squares, largest, last, equal });
      };
    },
  };
}

function meanOf(source: Float64Array, first: number, last: number): number {
  let mean = 0;
  for (let index = first; index <= last; index++) {
    mean += ((source[index] as number) - mean) / (index - first + 1);
  }
  return mean;
}

function squaresOf(source: Float64Array, first: number, last: number, mean: number): number {
  let squares = 0;
  for (let index = first; index <= last; index++) squares += ((source[index] as number) - mean) ** 2;
  return squares;
}
