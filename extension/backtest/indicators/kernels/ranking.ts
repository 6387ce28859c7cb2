import type { Column, Stage } from '../pipeline.ts';

/** The last values of a column in rising order. */
class SortedWindow {
  readonly #sorted: Float64Array;
  readonly #ring: Float64Array;
  #place = 0;
  count = 0;

  constructor(period: number) {
    this.#sorted = new Float64Array(period);
    this.#ring = new Float64Array(period);
  }

  at(rank: number): number {
    return this.#sorted[rank] as number;
  }

  /** How many values are below `value`, or with `orEqual` not above it. */
  countBelow(value: number, orEqual: boolean): number {
    const sorted = this.#sorted;
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = sorted[middle] as number;
      if (other < value || (orEqual && other === value)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Takes a value, in the place of the oldest one where the window is full. */
  push(value: number): void {
    const sorted = this.#sorted;
    const ring = this.#ring;
    let gap = this.count;
    if (gap === ring.length) gap = this.countBelow(ring[this.#place] as number, false);
    else this.count++;
    // Moves the gap to where the value belongs.
    while (gap > 0 && (sorted[gap - 1] as number) > value) {
      sorted[gap] = sorted[gap - 1] as number;
      gap--;
    }
    const last = this.count - 1;
    while (gap < last && (sorted[gap + 1] as number) < value) {
      sorted[gap] = sorted[gap + 1] as number;
      gap++;
    }
    sorted[gap] = value;
    ring[this.#place] = value;
    this.#place = this.#place + 1 === ring.length ? 0 : this.#place + 1;
  }
}

/** The middle of the last `period` values; the mean of the two in the middle where their number is even. */
export function median(source: Column, period: number): Stage {
  const { values, lookback: skip } = source;
  const [lower, upper] = [Math.floor((period - 1) / 2), Math.floor(period / 2)];
  return {
    lookback: skip + period - 1,
    start(out) {
      const window = new SortedWindow(period);
      const state = { toSkip: skip };
      return (from, to) => {
        const skipped = Math.min(state.toSkip, to - from);
        state.toSkip -= skipped;
        for (let index = from + skipped; index < to; index++) {
          window.push(values[index] as number);
          out[index] = (window.at(lower) + window.at(upper)) / 2;
        }
      };
    },
  };
}

/** Percent of the `period` values before that lie below the present one, or with `orEqual` not above it. */
export function percentRank(source: Column, period: number, orEqual: boolean): Stage {
  const { values, lookback: skip } = source;
  return {
    lookback: skip + period,
    start(out) {
      const window = new SortedWindow(period);
      const state = { toSkip: skip };
      return (from, to) => {
        const skipped = Math.min(state.toSkip, to - from);
        state.toSkip -= skipped;
        for (let index = from + skipped; index < to; index++) {
          const value = values[index] as number;
          out[index] = (100 * window.countBelow(value, orEqual)) / period;
          window.push(value);
        }
      };
    },
  };
}
