import { defaultRunSettings, type MetricBases, type Metrics, type Trade } from '../../contracts/backtest.ts';
import { type Timeframe, timeframeMilliseconds } from '../../contracts/timeframes.ts';
import { dayEnds, dayMilliseconds } from '../timeIndex.ts';
import { barMetrics } from './barMetrics.ts';
import { benchmarkMetrics, pairedReturns } from './benchmarkMetrics.ts';
import { minimumReturns, returnsBetween, yearScale } from './dailyReturns.ts';
import { type MetricName, metricNames } from './definitions.ts';
import { type DrawdownSpan, drawdownsOf, ulcerIndexOf } from './drawdowns.ts';
import type { Excursions } from './excursions.ts';
import { returnMetrics } from './returnMetrics.ts';
import { tradeMetrics } from './tradeMetrics.ts';
import { rowsPerYear, timeShare } from './unionRows.ts';

const yearMilliseconds = 365.25 * dayMilliseconds;

/** Costs besides the fees that a ledger has written down for the bars in question, in cash; null where unknown. */
export interface RecordedCosts {
  readonly slippage: number | null;
  readonly spread: number | null;
  /** Above 0 where more was paid than received. */
  readonly funding: number | null;
  readonly liquidation: number | null;
}

const nothingRecorded: RecordedCosts = { slippage: null, spread: null, funding: null, liquidation: null };

export interface MetricsInput {
  readonly timeframe: Timeframe;
  /** Markets of the run, 1 where it is left out. With several, a bar is a time of any of them: see `severalMarketsDefinitions`. */
  readonly markets?: number;
  /** Where one is left out, that of `defaultRunSettings`. */
  readonly bases?: Partial<MetricBases>;
  /** Open times and closes of all bars of the run. */
  readonly time: Float64Array;
  readonly close: Float64Array;
  /** Equity at the close of each bar. */
  readonly equity: Float64Array;
  /** 1 for each bar at whose close a position is open. */
  readonly invested: Uint8Array;
  /** Closed trades in the order of their exits, then the open ones. */
  readonly trades: readonly Trade[];
  /** Of `trades`; without them the metrics of excursions are not available. */
  readonly excursions?: Excursions;
  readonly costs?: RecordedCosts;
  /** Equity before the first bar of the run. */
  readonly cash: number;
  /** Bars to judge: `from` up to `to`, `to` not included. */
  readonly from: number;
  readonly to: number;
}

/**
 * Metrics of the bars `from` to `to` of a run, by `metricDefinitions`. A trade belongs to the part in
 * which it was entered. What the sample cannot carry is null. A few passes over the bars, and nothing
 * allocated for one of them.
 */
export function computeMetrics(input: MetricsInput): Metrics {
  if (input.to <= input.from) return Object.fromEntries(metricNames.map((name) => [name, null]));
  return withoutInfinities(metricsOfBars(input));
}

function metricsOfBars(input: MetricsInput): Record<MetricName, number | null> {
  const { timeframe, time, close, equity, from, to, costs = nothingRecorded } = input;
  const bases: MetricBases = { ...defaultRunSettings, ...input.bases };
  const start = from === 0 ? input.cash : (equity[from - 1] as number);
  const final = equity[to - 1] as number;
  const firstTime = time[from] as number;
  const endTime = (time[to - 1] as number) + timeframeMilliseconds[timeframe];
  const partsOfYear = yearMilliseconds / (endTime - firstTime);

  const scale = yearScale(timeframe, bases.periodsPerYear);
  const isUnion = (input.markets ?? 1) > 1;
  const barsPerYear = isUnion ? rowsPerYear(time, from, to) : scale.bars;
  const share = (holds: (row: number) => boolean): number =>
    timeShare(time, timeframeMilliseconds[timeframe], from, to, holds);
  const days = dayEnds(time, timeframe, from, to);
  const daily = returnsBetween(equity, days);
  const enough = daily.length >= minimumReturns;
  // After ruin there is nothing that a return or a fall could be a fraction of.
  const isSolvent = start > 0;
  const growth = isSolvent ? final / start : null;
  const totalReturn = growth === null ? null : growth - 1;
  const cagr = enough && growth !== null && growth > 0 ? growth ** partsOfYear - 1 : null;
  const drawdowns = isSolvent ? drawdownsOf(equity, start, from, to) : null;
  const ulcerIndex = enough && isSolvent ? ulcerIndexOf(equity, days, start) : null;
  const buyAndHoldReturn = (close[to - 1] as number) / (close[from] as number) - 1;
  const { metrics: ofTrades, tradedValue } = tradeMetrics({
    trades: input.trades,
    excursions: input.excursions,
    firstTime,
    endTime,
  });
  const meanEquity = meanAt(equity, days);
  const fall = drawdowns !== null && drawdowns.depth > 0 ? drawdowns : null;

  return {
    finalEquity: final,
    totalReturn,
    cagr,
    ...returnMetrics(daily, scale.days, bases),
    ...barMetrics(equity, from, to, barsPerYear, bases),
    maxDrawdown: drawdowns?.depth ?? null,
    maxDrawdownBars: drawdowns?.longest ?? null,
    maxDrawdownRecoveryBars: recoveryBarsOf(fall?.deepest[0]),
    timeUnderWater:
      drawdowns === null
        ? null
        : isUnion
          ? share(belowHigh(equity, start))
          : drawdowns.underWater / (to - from),
    ulcerIndex,
    calmar: cagr === null || fall === null ? null : cagr / fall.depth,
    martinRatio: cagr === null || !ulcerIndex ? null : (cagr - bases.riskFreeRate) / ulcerIndex,
    recoveryFactor: totalReturn === null || fall === null ? null : totalReturn / fall.depth,
    ...ofTrades,
    exposure: isUnion
      ? share((row) => input.invested[row] === 1)
      : sumOf(input.invested, from, to) / (to - from),
    slippageCost: costs.slippage,
    spreadCost: costs.spread,
    fundingCost: costs.funding,
    liquidationCost: costs.liquidation,
    turnover: enough && meanEquity > 0 ? (tradedValue / meanEquity) * partsOfYear : null,
    buyAndHoldReturn,
    excessReturn: totalReturn === null ? null : totalReturn - buyAndHoldReturn,
    buyAndHoldMaxDrawdown: drawdownsOf(close, close[from] as number, from, to).depth,
    ...benchmarkMetrics(pairedReturns(equity, close, days), scale.days, bases.riskFreeRate),
  };
}

/** Tells of one row after the other whether it is below the highest so far, `start` among them. */
function belowHigh(equity: Float64Array, start: number): (row: number) => boolean {
  let high = start;
  return (row) => {
    const value = equity[row] as number;
    high = Math.max(high, value);
    return value < high;
  };
}

function recoveryBarsOf(span: DrawdownSpan | undefined): number | null {
  if (span === undefined || span.recoveryBar === null) return null;
  return span.recoveryBar - span.troughBar;
}

function meanAt(values: Float64Array, rows: Int32Array): number {
  let sum = 0;
  for (const row of rows) sum += values[row] as number;
  return sum / rows.length;
}

function sumOf(flags: Uint8Array, from: number, to: number): number {
  let sum = 0;
  for (let bar = from; bar < to; bar++) sum += flags[bar] as number;
  return sum;
}

/** A growth without measure is no number that a result can hold. */
function withoutInfinities(metrics: Record<MetricName, number | null>): Metrics {
  const finite: Metrics = {};
  for (const name of metricNames) {
    const value = metrics[name];
    finite[name] = value !== null && Number.isFinite(value) ? value : null;
  }
  return finite;
}
