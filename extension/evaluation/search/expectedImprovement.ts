import { normalDensity, normalDistribution } from '../statistics/normal.ts';

/**
 * Expected improvement over `best` of a normal value, where more is better (Jones, Schonlau and Welch
 * 1998, equation 15).
 */
export function expectedImprovement(mean: number, deviation: number, best: number): number {
  const gain = mean - best;
  if (!(deviation > 0)) return Math.max(0, gain);
  const z = gain / deviation;
  return Math.max(0, gain * normalDistribution(z) + deviation * normalDensity(z));
}
