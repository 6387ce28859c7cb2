import type { Compute } from '../series.ts';

/**
 * Highest (sign 1) or lowest (sign -1) of the last `period` values, by a queue of candidates in falling
 * order: each value enters and leaves once, whatever the period.
 */
export function extreme(
  source: Float64Array,
  period: number,
  sign: 1 | -1,
  skip: number,
): (out: Float64Array) => Compute {
  return (out) => {
    // A ring of candidates: number of the bar, and its value times the sign.
    const bars = new Float64Array(period);
    const values = new Float64Array(period);
    let head = 0;
    let count = 0;
    let seen = -skip;
    return (from, to) => {
      for (let index = from; index < to; index++) {
        seen++;
        if (seen <= 0) continue;
        const value = sign * (source[index] as number);
        if (count > 0 && (bars[head] as number) <= seen - period) {
          head = head + 1 === period ? 0 : head + 1;
          count--;
        }
        while (count > 0 && (values[(head + count - 1) % period] as number) <= value) count--;
        const tail = (head + count) % period;
        bars[tail] = seen;
        values[tail] = value;
        count++;
        if (seen >= period) out[index] = sign * (values[head] as number);
      }
    };
  };
}
