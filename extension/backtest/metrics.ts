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
  totalReturn: 'Final equity / equity at the start - 1; not available where that was not above 0.',
  buyAndHoldReturn: 'Last close / first close - 1, without costs.',
  cagr: 'Compound annual growth: (final / start equity) ^ (365.25 days / duration) - 1; not available below 30 daily returns.',
  volatility:
    'Standard deviation (n - 1) of daily returns * sqrt(periods a year). Daily returns are between the equities at the end of consecutive UTC days, the return of the first day left out, or of bars where these are a day or longer.',
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
  const barMilliseconds = timeframeMilliseconds[input.timeframe];
  const endTime = (time[to - 1] as number) + barMilliseconds;
  const trades = input.trades.filter((trade) => trade.entryTime >= firstTime && trade.entryTime < endTime);
  const closed = trades.filter((trade) => trade.exitTime !== null);

  const daily = dailyReturns(input);
  // A bar longer than a day spans closed days too.
  const daysPerYear = barMilliseconds > dayMilliseconds ? 365 : input.periodsPerYear;
  const barsPerYear = (daysPerYear * dayMilliseconds) / barMilliseconds;
  const scale = Math.min(daysPerYear, barsPerYear);
  const perBar = returnsBetween(equity, from, to);
  const enough = daily.length >= minimumReturns;
  const deviation = enough ? sampleDeviation(daily) : null;
  // After ruin there is nothing that a return or a fall could be a fraction of.
  const isSolvent = start > 0;
  const growth = isSolvent ? final / start : null;
  const cagr =
    enough && growth !== null && growth > 0 ? growth ** (yearMilliseconds / (endTime - firstTime)) - 1 : null;
  const drawdown = isSolvent ? drawdownOf(equity, start, from, to) : null;

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
    totalReturn: growth === null ? null : growth - 1,
    buyAndHoldReturn: (close[to - 1] as number) / (close[from] as number) - 1,
    cagr,
    volatility: deviation === null ? null : deviation * Math.sqrt(scale),
    sharpe: enough ? sharpeOf(daily, scale) : null,
    sortino: enough ? sortinoOf(daily, scale) : null,
    calmar: cagr === null || drawdown === null || drawdown.depth === 0 ? null : cagr / drawdown.depth,
    maxDrawdown: drawdown?.depth ?? null,
    maxDrawdownBars: drawdown?.longest ?? null,
    trades: closed.length,
    openTrades: trades.length - closed.length,
    winRate: closed.length === 0 ? null : wins / closed.length,
    profitFactor: losses === 0 ? null : gains / losses,
    expectancy: closed.length === 0 ? null : (gains - losses) / closed.length,
    averageBars: closed.length === 0 ? null : held / closed.length,
    exposure: investedBars / bars,
    fees: trades.reduce((sum, trade) => sum + trade.fees, 0),
    perBarSharpe: perBar.length >= minimumReturns ? sharpeOf(perBar, barsPerYear) : null,
  };
}

/** Returns between the equities at the ends of consecutive UTC days; between bars of a day or longer. */
export function dailyReturns(
  input: Pick<MetricsInput, 'timeframe' | 'time' | 'equity' | 'from' | 'to'>,
): Float64Array {
  const { time, equity, from, to } = input;
  if (timeframeMilliseconds[input.timeframe] >= dayMilliseconds) return returnsBetween(equity, from, to);
  const endOfDays: number[] = [];
  let nextDay = nextDayAfter(time[from] as number);
  for (let bar = from + 1; bar < to; bar++) {
    if ((time[bar] as number) < nextDay) continue;
    endOfDays.push(equity[bar - 1] as number);
    nextDay = nextDayAfter(time[bar] as number);
  }
  endOfDays.push(equity[to - 1] as number);
  return returnsBetween(Float64Array.from(endOfDays), 0, endOfDays.length);
}

function nextDayAfter(time: number): number {
  return (Math.floor(time / dayMilliseconds) + 1) * dayMilliseconds;
}

/** Returns between neighbours; a value that is not above 0 is no base for one. */
function returnsBetween(equity: Float64Array, from: number, to: number): Float64Array {
  const returns = new Float64Array(Math.max(0, to - from - 1));
  let count = 0;
  for (let bar = from + 1; bar < to; bar++) {
    const previous = equity[bar - 1] as number;
    if (previous > 0) returns[count++] = (equity[bar] as number) / previous - 1;
  }
  return returns.subarray(0, count);
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index] as number;
  return sum / values.length;
}

/** Standard deviation with divisor n - 1. */
function sampleDeviation(values: Float64Array, mean = meanOf(values)): number {
  let squares = 0;
  for (let index = 0; index < values.length; index++) squares += ((values[index] as number) - mean) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}

function sharpeOf(returns: Float64Array, periodsPerYear: number): number | null {
  const mean = meanOf(returns);
  const deviation = sampleDeviation(returns, mean);
  // Equal returns leave a deviation of rounding errors, which would be taken for endless skill.
  if (deviation <= 1e-12) return null;
  return (mean / deviation) * Math.sqrt(periodsPerYear);
}

function sortinoOf(returns: Float64Array, periodsPerYear: number): number | null {
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
  let trough = start;
  let depth = 0;
  let longest = 0;
  for (let bar = from; bar < to; bar++) {
    const value = equity[bar] as number;
    if (value >= peak) {
      depth = Math.max(depth, 1 - trough / peak);
      longest = Math.max(longest, bar - 1 - peakBar);
      peak = value;
      peakBar = bar;
      trough = value;
    } else if (value < trough) trough = value;
  }
  depth = Math.max(depth, 1 - trough / peak);
  longest = Math.max(longest, to - 1 - peakBar);
  return { depth, longest };
}
