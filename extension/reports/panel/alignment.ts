import { firstAtOrAfter } from '../../backtest/timeIndex.ts';
import type { PreparedRun } from './preparedRun.ts';

/** Another run's equity over time, on the scale of the run that it stands beside. */
export interface OtherEquity {
  /** When each value was known: the close of its bar. */
  readonly time: Float64Array;
  readonly equity: Float64Array;
  /** Both runs begin with the same cash on this scale. */
  readonly scale: number;
}

/** `other` to stand beside `run`: where the two began with other cash, its equity is scaled to that of `run`. */
export function besideRun(run: PreparedRun, other: PreparedRun): OtherEquity {
  return {
    time: other.evidence.candles.time.map((time) => time + other.barMilliseconds),
    equity: other.evidence.equity,
    scale: run.initialCash / other.initialCash,
  };
}

/**
 * The other run's equity as it was known at `time`: rows of two runs have nothing to do with each other.
 * Null before its first bar has closed and after its last: it says nothing of what came then.
 */
export function asOf({ time, equity, scale }: OtherEquity, moment: number): number | null {
  const next = firstAtOrAfter(time, moment);
  if (time[next] === moment) return (equity[next] as number) * scale;
  // After its last close `next` is beyond the end, before its first it is 0.
  return next === 0 || next === time.length ? null : (equity[next - 1] as number) * scale;
}
