/** Part of the equity below which nothing is left: an equity of 0 or less, but for the rounding of a quotient. */
const nothingLeft = 1e-9;

/** Whether a change of an equity, a return or a total, leaves nothing of it. */
export function losesEverything(change: number): boolean {
  return change <= nothingLeft - 1;
}

/**
 * The row of a column of returns in which everything is lost, a return of -1 or below; null without one. What
 * stands behind it is no return of a strategy: a ruined set trades no more, and its rows of 0 only look calm.
 */
export function ruinRow(returns: Float64Array): number | null {
  for (let row = 0; row < returns.length; row++) {
    if (losesEverything(returns[row] as number)) return row;
  }
  return null;
}
