import type { SeriesWindow } from '../../extension/contracts/backtestPanel.ts';
import { timeTicks } from '../shared/timeTicks.ts';
import type { BarRange } from './barRange.ts';

/*
 * Charts are drawn over bars and not over time: a market's closed hours leave no holes, and zooming ends at
 * single bars. These functions tell where the buckets of a window stand.
 */

/** The middle of a bucket, in bars. */
export function middleOf({ from, to, barsPerBucket }: SeriesWindow, bucket: number): number {
  const start = from + bucket * barsPerBucket;
  return (start + Math.min(to, start + barsPerBucket)) / 2;
}

/** The bucket that holds a bar, or the nearest one; -1 for a window without any. */
export function bucketAt({ from, barsPerBucket, time }: SeriesWindow, bar: number): number {
  return Math.min(time.length - 1, Math.max(0, Math.floor((bar - from) / barsPerBucket)));
}

/** The buckets that a range shows, `end` not included. */
export function bucketsWithin(window: SeriesWindow, range: BarRange): { first: number; end: number } {
  const { from, barsPerBucket, time } = window;
  const first = Math.min(time.length, Math.max(0, Math.floor((range.from - from) / barsPerBucket)));
  const end = Math.min(time.length, Math.ceil((range.to - from) / barsPerBucket));
  return { first, end: Math.max(first, end) };
}

export interface BarTick {
  /** In bars. */
  readonly value: number;
  readonly label: string;
}

/** Ticks on round times where their bars stand; several that fall on one place are one. */
export function barTicks(window: SeriesWindow, range: BarRange, most: number): BarTick[] {
  const { first, end } = bucketsWithin(window, range);
  if (end - first < 1) return [];
  const from = window.time[first] as number;
  const to = window.time[end - 1] as number;
  const ticks: BarTick[] = [];
  let bucket = first;
  for (const { value, label } of timeTicks(from, to, most)) {
    while (bucket < end - 1 && (window.time[bucket] as number) < value) bucket++;
    const tick = { value: placeOf(window, bucket, value), label };
    if (ticks.at(-1)?.value !== tick.value) ticks.push(tick);
  }
  return ticks;
}

/** Where a time stands that is not after the first of a bucket and after that of the one before. */
function placeOf(window: SeriesWindow, bucket: number, time: number): number {
  const here = window.time[bucket] as number;
  const before = window.time[bucket - 1];
  const start = window.from + bucket * window.barsPerBucket;
  if (before === undefined || time >= here) return start;
  return start - (window.barsPerBucket * (here - time)) / (here - before);
}
