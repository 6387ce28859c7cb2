import type { Moments } from './moments.ts';

/**
 * Mean correlation between the returns of different trials, from the variance of the sum of standardised
 * columns, so that no pair is looked at alone. Columns that do not vary have no correlation and are left
 * out; null where fewer than two are left.
 */
export function averageCorrelation(
  columns: readonly Float64Array[],
  moments: readonly Moments[],
): number | null {
  const rows = columns[0]?.length ?? 0;
  const sums = new Float64Array(rows);
  let used = 0;
  for (const [index, column] of columns.entries()) {
    const { mean, deviation, sharpe } = moments[index] as Moments;
    if (mean === null || deviation === null || sharpe === null) continue;
    used++;
    for (let row = 0; row < rows; row++) {
      sums[row] = (sums[row] as number) + ((column[row] as number) - mean) / deviation;
    }
  }
  if (used < 2) return null;
  let squares = 0;
  for (let row = 0; row < rows; row++) squares += (sums[row] as number) ** 2;
  return (squares / (rows - 1) - used) / (used * (used - 1));
}

/**
 * Number of independent trials that `trials` with a mean correlation between them are worth:
 * rho + (1 - rho) N; Bailey and López de Prado (2014), appendix 3. Never above N nor below 1.
 */
export function effectiveTrials(trials: number, correlation: number): number {
  return Math.min(trials, Math.max(1, correlation + (1 - correlation) * trials));
}
