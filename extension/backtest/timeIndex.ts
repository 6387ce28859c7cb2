import { type Timeframe, timeframeMilliseconds } from '../contracts/timeframes.ts';

export const dayMilliseconds = 86_400_000;

/** Index of the first row of `time`, which rises, from `from` on that is not before `wanted`; `to` without one. */
export function firstAtOrAfter(
  time: ArrayLike<number>,
  wanted: number,
  from = 0,
  to: number = time.length,
): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((time[middle] as number) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The last bar of each UTC day among the bars `from` to `to`, `to` not included. A bar belongs to the day in
 * which it opens. Where bars are longer than a day, the last of those that open within half a bar of each
 * other, as those of several markets may. Costs a search a day, not a look at each shorter bar.
 */
export function dayEnds(time: Float64Array, timeframe: Timeframe, from: number, to: number): Int32Array {
  const barMilliseconds = timeframeMilliseconds[timeframe];
  if (barMilliseconds >= dayMilliseconds) return longEnds(time, barMilliseconds, from, to);
  const barsPerDay = Math.ceil(dayMilliseconds / barMilliseconds);
  const ends: number[] = [];
  for (let bar = from; bar < to; ) {
    const nextDay = (Math.floor((time[bar] as number) / dayMilliseconds) + 1) * dayMilliseconds;
    // Where bars stand closer than their timeframe says, a day may have more of them.
    let beyond = bar + barsPerDay;
    while (beyond < to && (time[beyond] as number) < nextDay) beyond += barsPerDay;
    bar = firstAtOrAfter(time, nextDay, bar + 1, Math.min(beyond, to));
    ends.push(bar - 1);
  }
  return Int32Array.from(ends);
}

function longEnds(time: Float64Array, barMilliseconds: number, from: number, to: number): Int32Array {
  const isDaily = barMilliseconds === dayMilliseconds;
  const ends: number[] = [];
  for (let bar = from; bar < to; ) {
    const start = time[bar] as number;
    const next = isDaily
      ? (Math.floor(start / dayMilliseconds) + 1) * dayMilliseconds
      : start + barMilliseconds / 2;
    bar++;
    while (bar < to && (time[bar] as number) < next) bar++;
    ends.push(bar - 1);
  }
  return Int32Array.from(ends);
}
