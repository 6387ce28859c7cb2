import { minimumObservations } from '../statistics/measured.ts';
import { meanOf, varies } from '../statistics/moments.ts';

/** What a choice among sets rests on: a number of which more is better, null where returns cannot carry it. */
export type ReturnsObjective = (returns: Float64Array) => number | null;

/** Mean; null of nothing. */
export function meanReturn(returns: Float64Array): number | null {
  return returns.length === 0 ? null : meanOf(returns);
}

/** Mean over sample deviation (divisor n - 1) of the returns as they are, not annual; null below 30 of them. */
export function sharpePerObservation(returns: Float64Array): number | null {
  const mean = meanReturn(returns);
  if (mean === null || returns.length < minimumObservations) return null;
  let squares = 0;
  for (let row = 0; row < returns.length; row++) {
    const difference = (returns[row] as number) - mean;
    squares += difference * difference;
  }
  const variance = squares / (returns.length - 1);
  return varies(mean, variance) ? mean / Math.sqrt(variance) : null;
}
