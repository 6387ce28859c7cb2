/**
 * Standard normal distribution function: within 3 of the mean by the series of Marsaglia (2004), beyond by
 * Laplace's continued fraction from its 60th term back. Relative error below 1e-12.
 */
function normalDistribution(x: number): number {
  const density = Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
  if (x < -3) {
    let tail = 0;
    for (let k = 60; k > 0; k--) tail = k / (-x + tail);
    return density / (-x + tail);
  }
  if (x > 3) return 1 - normalDistribution(-x);
  let term = x;
  let sum = x;
  for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + density * sum;
}

/**
 * Expected improvement over `best` of a normal value, where more is better (Jones, Schonlau and Welch
 * 1998, equation 15).
 */
export function expectedImprovement(mean: number, deviation: number, best: number): number {
  const gain = mean - best;
  if (!(deviation > 0)) return Math.max(0, gain);
  const z = gain / deviation;
  const density = Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
  return Math.max(0, gain * normalDistribution(z) + deviation * density);
}
