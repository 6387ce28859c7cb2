import type { MetricBases } from '../../contracts/backtest.ts';
import { minimumReturns } from './dailyReturns.ts';
import { leastDeviation, meanOf, ratePerPeriod, sampleDeviation } from './statistics.ts';

/** Returns that must lie in the tail before its quantile and mean say anything. */
const minimumTail = 5;

/** Slack where n * (1 - confidence) should be a whole number and is not by a rounding. */
const tailTolerance = 1e-9;

/** Metrics of the distribution of `returns`, which come `scale` times a year. */
export function returnMetrics(returns: Float64Array, scale: number, bases: MetricBases) {
  const enough = returns.length >= minimumReturns;
  const mean = meanOf(returns);
  const deviation = sampleDeviation(returns, mean);
  const target = ratePerPeriod(bases.targetReturn, scale);
  const sides = sidesOf(returns, target);
  const downside = Math.sqrt(sides.squares / returns.length);
  const tail = tailOf(returns, bases.tailConfidence);
  const root = Math.sqrt(scale);
  return {
    annualReturn: enough ? mean * scale : null,
    volatility: enough ? deviation * root : null,
    downsideDeviation: enough ? downside * root : null,
    sharpe: enough ? sharpeOf(mean, deviation, scale, bases.riskFreeRate) : null,
    sortino: enough && sides.squares > 0 ? ((mean - target) / downside) * root : null,
    omega: enough && sides.below > 0 ? sides.above / sides.below : null,
    valueAtRisk: tail?.value ?? null,
    conditionalValueAtRisk: tail?.mean ?? null,
    bestDay: returns.length === 0 ? null : sides.highest,
    worstDay: returns.length === 0 ? null : sides.lowest,
    positiveDays: enough ? sides.gains / returns.length : null,
  };
}

/**
 * Annual Sharpe ratio (Sharpe 1994, with a constant risk-free rate) of returns with this mean and sample
 * deviation that come `scale` times a year; null where they do not vary.
 */
export function sharpeOf(
  mean: number,
  deviation: number,
  scale: number,
  riskFreeRate: number,
): number | null {
  if (!(deviation > leastDeviation)) return null;
  return ((mean - ratePerPeriod(riskFreeRate, scale)) / deviation) * Math.sqrt(scale);
}

/** What lies above and below the target: sums of the distances, and the squares of those below. */
function sidesOf(returns: Float64Array, target: number) {
  let above = 0;
  let below = 0;
  let squares = 0;
  let gains = 0;
  let highest = Number.NEGATIVE_INFINITY;
  let lowest = Number.POSITIVE_INFINITY;
  for (let index = 0; index < returns.length; index++) {
    const value = returns[index] as number;
    const excess = value - target;
    if (excess < 0) {
      below -= excess;
      squares += excess * excess;
    } else above += excess;
    if (value > 0) gains++;
    if (value > highest) highest = value;
    if (value < lowest) lowest = value;
  }
  return { above, below, squares, gains, highest, lowest };
}

/**
 * Historical value at risk and expected shortfall as losses above 0, of a share a = 1 - confidence of n
 * returns in rising order r(1) ... r(n): the former -r(ceil(n a)), the inverse of the empirical
 * distribution (Hyndman and Fan 1996, definition 1), the latter
 * -(r(1) + ... + r(floor(n a)) + (n a - floor(n a)) r(floor(n a) + 1)) / (n a) (Acerbi and Tasche 2002,
 * "On the coherence of expected shortfall", definition 2.6, of the empirical distribution). Null where n a
 * is below 5.
 */
function tailOf(returns: Float64Array, confidence: number): { value: number; mean: number } | null {
  const exact = returns.length * (1 - confidence);
  const size = Math.abs(exact - Math.round(exact)) < tailTolerance ? Math.round(exact) : exact;
  if (size < minimumTail) return null;
  const sorted = returns.toSorted();
  const whole = Math.floor(size);
  let sum = 0;
  for (let index = 0; index < whole; index++) sum += sorted[index] as number;
  if (size > whole) sum += (size - whole) * (sorted[whole] as number);
  // Subtracted from 0, so that no loss is 0 and not -0.
  return { value: 0 - (sorted[Math.ceil(size) - 1] as number), mean: 0 - sum / size };
}
