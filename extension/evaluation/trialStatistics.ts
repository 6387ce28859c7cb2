import { minimumReturns } from '../backtest/metrics/dailyReturns.ts';
import { type Timeframe, timeframeMilliseconds } from '../contracts/timeframes.ts';
import type { Trial } from '../contracts/trials.ts';
import { momentsOf } from './statistics/moments.ts';

/**
 * What the ledger of trials keeps of a run's returns: of UTC days, or of bars where these are longer. The
 * Sharpe ratio is that of one day at every timeframe: for bars of k days it is theirs / sqrt(k), as for
 * independent returns (Lo 2002, "The Statistics of Sharpe Ratios", equation 15). Below 30 returns all is null.
 */
export function trialStatistics(returns: Float64Array, timeframe: Timeframe): Omit<Trial, 'params'> {
  const { observations, sharpe, skewness, kurtosis } = momentsOf(returns);
  if (observations < minimumReturns) return { observations, sharpe: null, skewness: null, kurtosis: null };
  const days = Math.max(1, timeframeMilliseconds[timeframe] / timeframeMilliseconds['1d']);
  return { observations, sharpe: sharpe === null ? null : sharpe / Math.sqrt(days), skewness, kurtosis };
}
