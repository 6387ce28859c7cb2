import type { Compute } from '../series.ts';
import { SeededAverage } from './averages.ts';

/**
 * Relative strength index: 100 * up / (up + down), both averages smoothed as in Wilder, "New Concepts
 * in Technical Trading Systems" (1978); 50 where neither moved.
 */
export function relativeStrengthIndex(
  source: Float64Array,
  period: number,
  skip: number,
): (out: Float64Array) => Compute {
  return (out) => {
    const up = new SeededAverage(period, 1 / period);
    const down = new SeededAverage(period, 1 / period);
    let skipped = 0;
    let previous = NaN;
    return (from, to) => {
      for (let index = from; index < to; index++) {
        if (skipped < skip) {
          skipped++;
          continue;
        }
        const value = source[index] as number;
        const change = value - previous;
        previous = value;
        if (Number.isNaN(change)) continue;
        const gain = up.next(Math.max(change, 0));
        const loss = down.next(Math.max(-change, 0));
        const total = gain + loss;
        out[index] = total === 0 ? 50 : (100 * gain) / total;
      }
    };
  };
}

/** Rate of change: value / value `period` bars ago - 1; 0 where that earlier value is 0. */
export function rateOfChange(source: Float64Array, period: number): (out: Float64Array) => Compute {
  return (out) => (from, to) => {
    for (let index = Math.max(from, period); index < to; index++) {
      const earlier = source[index - period] as number;
      out[index] = earlier === 0 ? 0 : (source[index] as number) / earlier - 1;
    }
  };
}

/** a - b, bar by bar. */
export function difference(a: Float64Array, b: Float64Array): (out: Float64Array) => Compute {
  return (out) => (from, to) => {
    for (let index = from; index < to; index++) out[index] = (a[index] as number) - (b[index] as number);
  };
}
