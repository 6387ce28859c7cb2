import type { MarketSummary } from '../contracts/agents.ts';
import type { Candles } from '../contracts/candles.ts';
import { LabError } from '../contracts/errors.ts';

/** Bars that the recent figures (true range, efficiency, regime) look back. */
const recentBars = 100;
const leastBarsForVolatility = 30;
const yearMilliseconds = 365 * 86_400_000;

/**
 * A random walk of 100 equal steps has an efficiency of about 0.1; 0.25 lies beyond two deviations of
 * it, so that what is called a trend is seldom noise.
 */
const trendEfficiency = 0.25;
/** A range is volatile when its recent true range exceeds the usual one of the whole window so many times. */
const volatileRatio = 1.25;

/** True range over close: the larger of the bar's range and its reach from the close before (Wilder, 1978). */
function trueRangeFraction(candles: Candles, bar: number, from: number): number {
  const high = candles.high[bar] as number;
  const low = candles.low[bar] as number;
  const close = candles.close[bar] as number;
  const before = bar > from ? (candles.close[bar - 1] as number) : close;
  return (Math.max(high, before) - Math.min(low, before)) / close;
}

/** Annual sample deviation (n - 1) of log returns, by the bars a year that the window really holds. */
function annualVolatility(candles: Candles, from: number, to: number): number | null {
  const returns = to - from - 1;
  if (to - from < leastBarsForVolatility) return null;
  let mean = 0;
  let squares = 0;
  for (let bar = from + 1; bar < to; bar++) {
    // Welford's running mean and sum of squares keeps its precision on long windows.
    const value = Math.log((candles.close[bar] as number) / (candles.close[bar - 1] as number));
    const delta = value - mean;
    mean += delta / (bar - from);
    squares += delta * (value - mean);
  }
  const span = (candles.time[to - 1] as number) - (candles.time[from] as number);
  return Math.sqrt((squares / (returns - 1)) * ((returns * yearMilliseconds) / span));
}

/** Kaufman's efficiency ratio (Smarter Trading, 1995): net move over the sum of absolute moves. */
function efficiencyRatio(close: Float64Array, from: number, to: number): number {
  let path = 0;
  for (let bar = from + 1; bar < to; bar++) {
    path += Math.abs((close[bar] as number) - (close[bar - 1] as number));
  }
  const net = Math.abs((close[to - 1] as number) - (close[from] as number));
  return path === 0 ? 0 : Math.min(1, net / path);
}

/**
 * Describes the bars `from` (included) to `to` (not included); no other bar is read.
 *
 * Regime of the last 100 bars: with an efficiency of at least 0.25 an `up-trend` or `down-trend` by the
 * sign of the net move; else a `volatile-range` when their mean true range exceeds 1.25 times the median
 * of the whole window, and a `calm-range` when it does not.
 * @throws LabError `data.empty` where the window holds no bar
 */
export function summariseMarket(candles: Candles, from: number, to: number): MarketSummary {
  if (!(from >= 0 && from < to && to <= candles.time.length)) {
    throw new LabError('data.empty', `No bars of ${candles.symbol} lie between bar ${from} and bar ${to}.`, {
      action: 'Choose a range of dates that the data covers.',
    });
  }
  const recent = Math.max(from, to - recentBars);
  const ranges = Float64Array.from({ length: to - from }, (_, i) =>
    trueRangeFraction(candles, from + i, from),
  );
  const averageTrueRange =
    ranges.subarray(recent - from).reduce((sum, value) => sum + value, 0) / (to - recent);
  const usualTrueRange = ranges.toSorted()[ranges.length >> 1] as number;

  const last = candles.close[to - 1] as number;
  // Efficiency over n bars has n moves, the first from the close before them where the window has it.
  const anchor = Math.max(from, recent - 1);
  const efficiency = efficiencyRatio(candles.close, anchor, to);
  const range = averageTrueRange > volatileRatio * usualTrueRange ? 'volatile-range' : 'calm-range';
  const trend = last > (candles.close[anchor] as number) ? 'up-trend' : 'down-trend';

  return {
    symbol: candles.symbol,
    timeframe: candles.timeframe,
    bars: to - from,
    firstTime: candles.time[from] as number,
    lastTime: candles.time[to - 1] as number,
    regime: efficiency >= trendEfficiency ? trend : range,
    holdReturn: last / (candles.close[from] as number) - 1,
    annualVolatility: annualVolatility(candles, from, to),
    averageTrueRange,
    efficiency,
  };
}
