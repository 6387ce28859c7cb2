/**
 * Variance of sqrt(n) times the mean under the stationary bootstrap with blocks of mean length 1 / q, exactly:
 * g(0) + 2 sum over i of k(i) g(i) with k(i) = (n - i) / n (1 - q)^i + i / n (1 - q)^(n - i) and autocovariances g
 * with divisor n. Politis and Romano (1994), lemma 1; the estimator of Hansen (2005).
 *
 * g(i) + g(n - i) is the autocovariance of the series closed to a ring, so the sum is over the weights
 * (1 - i / n) (1 - q)^i of that, which two recursions along the ring give in time n.
 * @param values with a mean of 0
 */
export function stationaryVariance(values: Float64Array, q: number): number {
  const rows = values.length;
  const stay = 1 - q;
  // Sums over i = 1 to n - 1 of stay^i x[row - i], and of i stay^i x[row - i], for row 0.
  let decayed = 0;
  let weighted = 0;
  let power = 1;
  for (let lag = 1; lag < rows && power > 1e-300; lag++) {
    power *= stay;
    const value = values[rows - lag] as number;
    decayed += power * value;
    weighted += lag * power * value;
  }
  const whole = stay ** rows;
  let variance = 0;
  let products = 0;
  let weightedProducts = 0;
  for (let row = 0; row < rows; row++) {
    const value = values[row] as number;
    if (row > 0) {
      // One row on, every lag grows by one; the one that reaches n is the row itself and leaves.
      const before = values[row - 1] as number;
      weighted = stay * (weighted + decayed + before) - rows * whole * value;
      decayed = stay * (decayed + before) - whole * value;
    }
    variance += value * value;
    products += value * decayed;
    weightedProducts += value * weighted;
  }
  return (variance + 2 * (products - weightedProducts / rows)) / rows;
}
