import type { Metrics, Trade } from '../contracts/backtest.ts';
import { type Timeframe, timeframeMilliseconds } from '../contracts/candles.ts';

const dayMilliseconds = 86_400_000;
const yearMilliseconds = 365.25 * dayMilliseconds;

/** Daily returns below which a ratio of them says nothing. */
export const minimumReturns = 30;

export interface MetricsInput {
  readonly timeframe: Timeframe;
  readonly periodsPerYear: number;
  /** Open times and closes of all bars of the run. */
  readonly time: Float64Array;
  readonly close: Float64Array;
  readonly equity: Float64Array;
  readonly invested: Uint8Array;
  readonly trades: readonly Trade[];
  /** Equity before the first bar of the run. */
  readonly cash: number;
  /** Bars to judge: `from` up to `to`, `to` not included. */
  readonly from: number;
  readonly to: number;
}

/** What each metric means, in the words shown beside it. */
export const metricDefinitions: Readonly<Record<string, string>> = {
  finalEquity: 'Cash plus the open position at the last close, in cash.',
  totalReturn: 'Final equity / equity at the start - 1.',
  buyAndHoldReturn: 'Last close / first close - 1, without costs.',
  cagr: 'Compound annual growth: (final / start equity) ^ (365.25 days / duration) - 1; not available below 30 daily returns.',
  volatility:
    'Standard deviation (n - 1) of daily returns * sqrt(periods a year). Daily returns are between the equities at the end of consecutive UTC days, or of bars where these are a day or longer.',
  sharpe:
    'Mean / standard deviation (n - 1) of daily returns * sqrt(periods a year), risk-free rate 0; not available below 30 daily returns or without variation.',
  sortino:
    'Mean of daily returns / root mean square of the negative ones over all days * sqrt(periods a year), target 0; not available below 30 daily returns or without a loss.',
  calmar: 'cagr / maxDrawdown; not available without a drawdown.',
  maxDrawdown: 'Largest fall of the equity at bar closes from an earlier high, as a fraction of that high.',
  maxDrawdownBars: 'Most bars between a high of the equity and the bar that regains it, or the end.',
  trades: 'Closed trades. Each entry, or each part of one that is closed on its own, is a trade.',
  openTrades: 'Trades still open at the end of the data.',
  winRate: 'Closed trades with a profit above 0 after fees / closed trades.',
  profitFactor:
    'Sum of profits / sum of losses of closed trades after fees; not available without a losing trade.',
  expectancy: 'Mean profit of a closed trade after fees, in cash.',
  averageBars: 'Mean number of bars from entry to exit of closed trades.',
  exposure: 'Bars with an open position at their close / all bars.',
  fees: 'Fees paid by closed and open trades, in cash.',
  perBarSharpe:
    'As sharpe, but from returns between consecutive bar closes and scaled by the bars of a year; for comparison with tools that do so.',
};

/**
 * Metrics of the bars `from` to `to` of a run, by `metricDefinitions`. A trade belongs to the part in
 * which it was entered. What the sample cannot carry is null.
 */
export function computeMetrics(input: MetricsInput): Metrics {
  const { time, close, equity, from, to } = input;
  const bars = to - from;
  if (bars <= 0) return Object.fromEntries(Object.keys(metricDefinitions).map((name) => [name, null]));
  const start = from === 0 ? input.cash : (equity[from - 1] as number);
  const final = equity[to - 1] as number;
  const firstTime = time[from] as number;
  const endTime = (time[to - 1] as number) + timeframeMilliseconds[input.timeframe];
  const trades = input.trades.filter((trade) => trade.entryTime >= firstTime && trade.entryTime < endTime);
  const closed = trades.filter((trade) => trade.exitTime !== null);

  const daily = dailyReturns(input);
  const barsPerYear = (input.periodsPerYear * dayMilliseconds) / timeframeMilliseconds[input.timeframe];
  const scale = Math.min(input.periodsPerYear, barsPerYear);
  const perBar = returnsBetween(equity, from, to);
  const enough = daily.length >= minimumReturns;
  const deviation = enough ? sampleDeviation(daily) : null;
  const cagr = enough && final > 0 ? (final / start) ** (yearMilliseconds / (endTime - firstTime)) - 1 : null;
  const drawdown = drawdownOf(equity, start, from, to);

  let gains = 0;
  let losses = 0;
  let wins = 0;
  let held = 0;
  for (const trade of closed) {
    if (trade.profit > 0) {
      wins++;
      gains += trade.profit;
    } else losses -= trade.profit;
    held += trade.bars;
  }
  let investedBars = 0;
  for (let bar = from; bar < to; bar++) investedBars += input.invested[bar] as number;

  return {
    finalEquity: final,
    totalReturn: final / start - 1,
    buyAndHoldReturn: (close[to - 1] as number) / (close[from] as number) - 1,
    cagr,
    volatility: deviation === null ? null : deviation * Math.sqrt(scale),
    sharpe: enough ? sharpeOf(daily, scale) : null,
    sortino: enough ? sortinoOf(daily, scale) : null,
    calmar: cagr === null || drawdown.depth === 0 ? null : cagr / drawdown.depth,
    maxDrawdown: drawdown.depth,
    maxDrawdownBars: drawdown.longest,
    trades: closed.length,
    openTrades: trades.length - closed.length,
    winRate: closed.length === 0 ? null : wins / closed.length,
    profitFactor: losses === 0 ? null : gains / losses,
    expectancy: closed.length === 0 ? null : (gains - losses) / closed.length,
    averageBars: closed.length === 0 ? null : held / closed.length,
    exposure: investedBars / bars,
    fees: trades.reduce((sum, trade) => sum + trade.fees, 0),
    perBarSharpe:
      perBar.length >= minimumReturns ? sharpeOf(perBar, barsPerYear) : null,
  };
}

/** Returns between the equities at the ends of consecutive UTC days; between bars of a day or longer. */
export function dailyReturns(
  input: Pick<MetricsInput, 'timeframe' | 'time' | 'equity' | 'from' | 'to'>,
): number[] {
  const { time, equity, from, to } = input;
  if (timeframeMilliseconds[input.timeframe] >= dayMilliseconds) return returnsBetween(equity, from, to);
  const returns: number[] = [];
  let previous = NaN;
  for (let bar = from; bar < to; bar++) {
    const day = Math.floor((time[bar] as number) / dayMilliseconds);
    const isLastOfDay = bar + 1 === to || Math.floor((time[bar + 1] as number) / dayMilliseconds) !== day;
    if (!isLastOfDay) continue;
    const value = equity[bar] as number;
    if (previous > 0) returns.push(value / previous - 1);
    previous = value;
  }
  return returns;
}

function returnsBetween(equity: Float64Array, from: number, to: number): number[] {
  const returns: number[] = [];
  for (let bar = from + 1; bar < to; bar++) {
    const previous = equity[bar - 1] as number;
    if (previous > 0) returns.push((equity[bar] as number) / previous - 1);
  }
  return returns;
}

function meanOf(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** Standard deviation with divisor n - 1. */
function sampleDeviation(values: readonly number[]): number {
  const mean = meanOf(values);
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}

function sharpeOf(returns: readonly number[], periodsPerYear: number): number | null {
  const deviation = sampleDeviation(returns);
  // Equal returns leave a deviation of rounding errors, which would be taken for endless skill.
  if (deviation <= 1e-12) return null;
  return (meanOf(returns) / deviation) * Math.sqrt(periodsPerYear);
}

function sortinoOf(returns: readonly number[], periodsPerYear: number): number | null {
  let squares = 0;
  for (const value of returns) if (value < 0) squares += value * value;
  if (squares === 0) return null;
  return (meanOf(returns) / Math.sqrt(squares / returns.length)) * Math.sqrt(periodsPerYear);
}

interface Drawdown {
  readonly depth: number;
  readonly longest: number;
}

function drawdownOf(equity: Float64Array, start: number, from: number, to: number): Drawdown {
  let peak = start;
  let peakBar = from - 1;
  let depth = 0;
  let longest = 0;
  for (let bar = from; bar < to; bar++) {
    const value = equity[bar] as number;
    if (value >= peak) {
      peak = value;
      peakBar = bar;
      continue;
    }
    depth = Math.max(depth, 1 - value / peak);
    longest = Math.max(longest, bar - peakBar);
  }
  return { depth, longest };
}
