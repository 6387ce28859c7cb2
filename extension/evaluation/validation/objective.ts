/** What a choice among sets rests on: a number of which more is better, null where returns cannot carry it. */
export type ReturnsObjective = (returns: Float64Array) => number | null;

/** Returns below which a ratio of them says nothing. */
const leastReturns = 30;

/** Mean; null of nothing. */
export function meanReturn(returns: Float64Array): number | null {
  if (returns.length === 0) return null;
  let sum = 0;
  for (let row = 0; row < returns.length; row++) sum += returns[row] as number;
  return sum / returns.length;
}

/** Mean over sample deviation (divisor n - 1) of the returns as they are, not annual; null below 30 of them. */
export function sharpePerObservation(returns: Float64Array): number | null {
  const mean = meanReturn(returns);
  if (mean === null || returns.length < leastReturns) return null;
  let squares = 0;
  for (let row = 0; row < returns.length; row++) {
    const difference = (returns[row] as number) - mean;
    squares += difference * difference;
  }
  const deviation = Math.sqrt(squares / (returns.length - 1));
  // Equal returns leave a deviation of rounding errors, which would be taken for endless skill.
  return deviation <= 1e-12 ? null : mean / deviation;
}
