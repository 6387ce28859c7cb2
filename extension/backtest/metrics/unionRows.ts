import { dayMilliseconds } from '../timeIndex.ts';

/**
 * Rows a year of the rows `from` to `to`, counted: the rows that follow the first one, over the time in which they
 * do, times 365 days. The rows of several markets are the times of all of them, so that no timeframe tells it.
 */
export function rowsPerYear(time: Float64Array, from: number, to: number): number {
  const span = (time[to - 1] as number) - (time[from] as number);
  return (365 * dayMilliseconds * (to - from - 1)) / span;
}

/**
 * Share of the time of the rows `from` to `to`, `to` not included, in which something holds. A row stands for the
 * time to the next one, a bar's length at most: an hour in which bars of two markets open counts once, and one in
 * which no market is open does not count.
 */
export function timeShare(
  time: Float64Array,
  barMilliseconds: number,
  from: number,
  to: number,
  holds: (row: number) => boolean,
): number {
  let [sum, all] = [0, 0];
  for (let row = from; row < to; row++) {
    const next = time[row + 1] ?? Number.POSITIVE_INFINITY;
    const length = Math.min(barMilliseconds, next - (time[row] as number));
    all += length;
    if (holds(row)) sum += length;
  }
  return sum / all;
}
