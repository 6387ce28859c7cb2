import type { ValidationObjective } from '../../contracts/validation.ts';
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

/** Mean over downside deviation from 0 (root of the mean square of the losses over all n); null below 30 returns. */
function sortinoPerObservation(returns: Float64Array): number | null {
  const mean = meanReturn(returns);
  if (mean === null || returns.length < minimumObservations) return null;
  let squares = 0;
  for (let row = 0; row < returns.length; row++) squares += Math.min(0, returns[row] as number) ** 2;
  return squares > 0 ? mean / Math.sqrt(squares / returns.length) : null;
}

/** Growth of what is reinvested, less 1; 0 of nothing. What has lost everything stays there: -1. */
export function compounded(returns: Float64Array): number {
  let growth = 1;
  for (let row = 0; row < returns.length; row++) growth = grown(growth, returns[row] as number);
  return growth - 1;
}

/** `growth` after one more return: what is used up is not used again, and a path cannot owe. */
export function grown(growth: number, change: number): number {
  return Math.max(0, growth * (1 + change));
}

/** The objectives by their names. */
export const returnsObjectives: Readonly<Record<ValidationObjective, ReturnsObjective>> = {
  sharpe: sharpePerObservation,
  sortino: sortinoPerObservation,
  totalReturn: (returns) => (returns.length === 0 ? null : compounded(returns)),
};
