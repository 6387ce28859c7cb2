import type { DashboardSample } from '../../contracts/dashboard.ts';

/** Half an hour of samples that are five seconds apart. */
export const mostSamples = 360;
const leastMilliseconds = 5000;
const aMinute = 60_000;

/** The sample of about a minute ago, which changes are told against; the oldest where there is none as old. */
export function minuteAgo(history: readonly DashboardSample[], now: number): DashboardSample | undefined {
  return history.findLast(({ time }) => now - time >= aMinute) ?? history[0];
}

/**
 * The history with one more sample, bounded. It takes the place of the last one where that came soon after the one
 * before it, so that a burst of events does not push half an hour out.
 */
export function withSample(
  history: readonly DashboardSample[],
  sample: DashboardSample,
): readonly DashboardSample[] {
  const [beforeLast, last] = history.slice(-2);
  const isSoon =
    beforeLast !== undefined && last !== undefined && last.time - beforeLast.time < leastMilliseconds;
  return [...(isSoon ? history.slice(0, -1) : history), sample].slice(-mostSamples);
}
