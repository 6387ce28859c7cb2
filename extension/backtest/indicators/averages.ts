import type { Compute } from '../series.ts';

/**
 * Simple moving average: the mean of the last `period` values.
 *
 * The running sum carries its rounding error along (Knuth's TwoSum), and a run of equal values gives
 * that value itself, so that the average of a flat market is flat to the last bit and two averages of
 * it are equal.
 */
export function simpleMovingAverage(
  source: Float64Array,
  period: number,
  skip: number,
): (out: Float64Array) => Compute {
  return (out) => {
    const state = { seen: -skip, sum: 0, error: 0, last: NaN, equal: 0 };
    return (from, to) => {
      // Locals, because a captured variable is stored on the heap at each write.
      let { seen, sum, error, last, equal } = state;
      let index = from;
      for (; index < to && seen < period; index++) {
        seen++;
        if (seen <= 0) continue;
        const value = source[index] as number;
        equal = value === last ? equal + 1 : 1;
        last = value;
        const next = sum + value;
        const part = next - sum;
        error += sum - (next - part) + (value - part);
        sum = next;
        if (seen === period) out[index] = equal >= period ? value : (sum + error) / period;
      }
      for (; index < to; index++) {
        const value = source[index] as number;
        const leaving = source[index - period] as number;
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
  };
}

/**
 * Recursive average: `value * weight + previous * (1 - weight)`, seeded with the mean of the first
 * `period` values. Weight 2 / (period + 1) gives the exponential average, 1 / period Wilder's (1978).
 */
export class SeededAverage {
  readonly #period: number;
  readonly #weight: number;
  #seen = 0;
  #value = 0;

  constructor(period: number, weight: number) {
    this.#period = period;
    this.#weight = weight;
  }

  /** Takes the next value and returns the average, NaN before `period` values. */
  next(value: number): number {
    this.#seen++;
    if (this.#seen > this.#period) {
      this.#value += (value - this.#value) * this.#weight;
      return this.#value;
    }
    // The mean step by step: equal values give exactly that value, which a sum of them may not.
    this.#value += (value - this.#value) / this.#seen;
    return this.#seen < this.#period ? NaN : this.#value;
  }
}

/** Exponential moving average, seeded with the mean of the first `period` values. */
export function exponentialMovingAverage(
  source: Float64Array,
  period: number,
  skip: number,
): (out: Float64Array) => Compute {
  return (out) => {
    const average = new SeededAverage(period, 2 / (period + 1));
    let skipped = 0;
    return (from, to) => {
      for (let index = from; index < to; index++) {
        if (skipped < skip) skipped++;
        else out[index] = average.next(source[index] as number);
      }
    };
  };
}
