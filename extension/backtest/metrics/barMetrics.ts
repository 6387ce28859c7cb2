import type { MetricBases } from '../../contracts/backtest.ts';
import { minimumReturns } from './dailyReturns.ts';
import { sharpeOf } from './returnMetrics.ts';
import { ratePerPeriod } from './statistics.ts';

/**
 * Volatility, Sharpe and Sortino of the returns between consecutive bar closes, which come `scale` times a
 * year. Each return is worked out twice rather than kept: nothing is allocated for a million bars.
 */
export function barMetrics(
  equity: Float64Array,
  from: number,
  to: number,
  scale: number,
  bases: MetricBases,
) {
  let skipped = 0;
  let sum = 0;
  for (let bar = from + 1; bar < to; bar++) {
    const previous = equity[bar - 1] as number;
    // A value that is not above 0 is no base for a return. (Sums within a branch would take V8 three times as long.)
    sum += previous > 0 ? (equity[bar] as number) / previous - 1 : 0;
    skipped += previous > 0 ? 0 : 1;
  }
  const count = to - from - 1 - skipped;
  if (count < minimumReturns) return { perBarVolatility: null, perBarSharpe: null, perBarSortino: null };
  const mean = sum / count;
  const target = ratePerPeriod(bases.targetReturn, scale);
  let squares = 0;
  let downside = 0;
  for (let bar = from + 1; bar < to; bar++) {
    const previous = equity[bar - 1] as number;
    const change = (equity[bar] as number) / previous - 1;
    const distance = change - mean;
    const excess = change - target;
    // 0 where the target is reached, without a branch that goes now one way and now the other.
    const shortfall = (excess - Math.abs(excess)) / 2;
    squares += previous > 0 ? distance * distance : 0;
    downside += previous > 0 ? shortfall * shortfall : 0;
  }
  const deviation = Math.sqrt(squares / (count - 1));
  return {
    perBarVolatility: deviation * Math.sqrt(scale),
    perBarSharpe: sharpeOf(mean, deviation, scale, bases.riskFreeRate),
    perBarSortino: downside === 0 ? null : ((mean - target) / Math.sqrt(downside / count)) * Math.sqrt(scale),
  };
}
