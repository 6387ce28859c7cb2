import { highestOf, lowestOf, type RangeFold, sumOf } from '../../backtest/rangeFold.ts';
import { firstAtOrAfter } from '../../backtest/timeIndex.ts';
import type { MarkKind } from '../../contracts/backtestPanel.ts';
import type { RunEvidence } from '../../contracts/runEvidence.ts';
import { timeframeMilliseconds } from '../../contracts/timeframes.ts';

/** An entry or exit at its bar. */
export interface TradeEvent {
  readonly bar: number;
  readonly price: number;
  readonly kind: MarkKind;
  /** Index of the trade. */
  readonly trade: number;
}

export interface PreparedPlot {
  readonly values: Float64Array;
  readonly low: RangeFold;
  readonly high: RangeFold;
}

/** A run with all that its windows and tables are made from, worked out once. */
export interface PreparedRun {
  readonly evidence: RunEvidence;
  readonly bars: number;
  readonly barMilliseconds: number;
  /** First bar of the held-back part. */
  readonly splitBar: number | null;
  readonly initialCash: number;
  /** Equity over the highest so far, initial cash included, less 1. */
  readonly drawdown: Float64Array;
  readonly folds: {
    readonly high: RangeFold;
    readonly low: RangeFold;
    readonly volume: RangeFold;
    readonly equityLow: RangeFold;
    readonly equityHigh: RangeFold;
    readonly drawdown: RangeFold;
  };
  readonly plots: readonly PreparedPlot[];
  /** Those of the main market, in the order of their bars. */
  readonly events: readonly TradeEvent[];
  /** Bars of each trade's entry and exit; -1 for an exit that has not come. */
  readonly entryBars: Int32Array;
  readonly exitBars: Int32Array;
}

function drawdownOf(equity: Float64Array, initialCash: number): Float64Array {
  const drawdown = new Float64Array(equity.length);
  let peak = initialCash;
  for (let bar = 0; bar < equity.length; bar++) {
    const value = equity[bar] as number;
    if (value > peak) peak = value;
    drawdown[bar] = value / peak - 1;
  }
  return drawdown;
}

/** @throws RangeError when a series has another length than the candles */
export function prepareRun(evidence: RunEvidence): PreparedRun {
  const { candles, equity, plots, result } = evidence;
  const bars = candles.time.length;
  for (const [name, column] of [
    ['equity', equity] as const,
    ['hold', evidence.hold] as const,
    ...plots.map((p) => [p.name, p.values] as const),
  ]) {
    if (column.length !== bars) {
      throw new RangeError(`${name} must have one value a candle, ${bars}, was ${column.length}`);
    }
  }
  const { trades, segments } = result;
  const last = Math.max(0, bars - 1);
  const barAt = (time: number) => Math.min(last, firstAtOrAfter(candles.time, time));
  const entryBars = Int32Array.from(trades, ({ entryTime }) => barAt(entryTime));
  const exitBars = Int32Array.from(trades, ({ exitTime }) => (exitTime === null ? -1 : barAt(exitTime)));
  const initialCash = result.manifest.settings.cash;
  const drawdown = drawdownOf(equity, initialCash);
  return {
    evidence,
    bars,
    barMilliseconds: timeframeMilliseconds[candles.timeframe],
    splitBar: evidence.splitBar ?? (segments === null ? null : barAt(segments.splitTime)),
    initialCash,
    drawdown,
    folds: {
      high: highestOf(candles.high),
      low: lowestOf(candles.low),
      volume: sumOf(candles.volume),
      equityLow: lowestOf(equity),
      equityHigh: highestOf(equity),
      drawdown: lowestOf(drawdown),
    },
    plots: plots.map(({ values }) => ({ values, low: lowestOf(values), high: highestOf(values) })),
    events: eventsOf(evidence, entryBars, exitBars),
    entryBars,
    exitBars,
  };
}

function eventsOf(evidence: RunEvidence, entryBars: Int32Array, exitBars: Int32Array): TradeEvent[] {
  const events: TradeEvent[] = [];
  for (const [index, trade] of evidence.result.trades.entries()) {
    if ((trade.market ?? 0) !== 0) continue;
    const entryKind = trade.side === 'long' ? 'long-entry' : 'short-entry';
    events.push({ bar: entryBars[index] as number, price: trade.entryPrice, kind: entryKind, trade: index });
    if (trade.exitTime !== null && trade.exitPrice !== null) {
      const kind = trade.profit > 0 ? 'gain-exit' : 'loss-exit';
      events.push({ bar: exitBars[index] as number, price: trade.exitPrice, kind, trade: index });
    }
  }
  return events.sort((a, b) => a.bar - b.bar || a.trade - b.trade);
}
