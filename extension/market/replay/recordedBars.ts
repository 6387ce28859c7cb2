import { firstAtOrAfter } from '../../backtest/timeIndex.ts';
import type { BacktestResult, ExitReason, Rejection, Trade } from '../../contracts/backtest.ts';
import type { CandleColumns } from '../../contracts/candles.ts';

/** An order, or the part of one that a trade is about, as it was filled. */
export interface RecordedFill {
  readonly side: 'buy' | 'sell';
  readonly quantity: number;
  readonly price: number;
  readonly reason: 'entry' | Exclude<ExitReason, 'open'>;
  /** Symbol of its market; null for the main one. */
  readonly symbol: string | null;
  /** Number of its trade in the result, from 1. */
  readonly trade: number;
  /** Profit of the trade after fees, for the fill that ends it. */
  readonly profit: number | null;
}

/** One bar of a recorded run with what came to pass in it. */
export interface RecordedBar {
  /** Index of the bar, from 0. */
  readonly bar: number;
  /** Open time, UTC ms. */
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly fills: readonly RecordedFill[];
  /** Why orders were refused in this bar, as far as the result has kept it. */
  readonly rejections: readonly Rejection['reason'][];
  /** Units held of the main market at the close: above 0 long, below 0 short. */
  readonly position: number;
  /** Equity at the close; with several markets, before the next bar opens. */
  readonly equity: number;
}

export interface RecordedRun {
  readonly candles: CandleColumns;
  readonly equity: Float64Array;
  readonly result: Pick<BacktestResult, 'trades' | 'rejections'>;
}

/**
 * The bars of a recorded run's main market with all that came to pass before the next of them opened, whose open time is at least `from` and below `to` (UTC ms), in their order. What
 * is held at the first of them was bought in bars before, which are not shown.
 */
export function* recordedBars(
  { candles, equity, result }: RecordedRun,
  from = Number.NEGATIVE_INFINITY,
  to = Number.POSITIVE_INFINITY,
): Generator<RecordedBar> {
  const barAt = (moment: number): number => Math.max(0, firstAtOrAfter(candles.time, moment + 1) - 1);
  const fills = fillsByBar(result.trades, barAt);
  const rejections = Map.groupBy(result.rejections.first, ({ time }) => barAt(time));
  let position = 0;
  for (const [bar, time] of candles.time.entries()) {
    if (time >= to) return;
    const filled = fills.get(bar) ?? [];
    for (const { side, quantity, symbol } of filled) {
      if (symbol === null) position += side === 'buy' ? quantity : -quantity;
    }
    // What rounding leaves of a position that was closed in parts.
    if (Math.abs(position) < leastPosition(filled)) position = 0;
    if (time < from) continue;
    yield {
      bar,
      time,
      open: candles.open[bar] as number,
      high: candles.high[bar] as number,
      low: candles.low[bar] as number,
      close: candles.close[bar] as number,
      volume: candles.volume[bar] as number,
      fills: filled,
      rejections: (rejections.get(bar) ?? []).map(({ reason }) => reason),
      position,
      equity: equity[bar] as number,
    };
  }
}

function leastPosition(fills: readonly RecordedFill[]): number {
  return 1e-9 * Math.max(0, ...fills.map(({ quantity }) => quantity));
}

/** By bar and time: first the ends of what was held before, then entries, then the ends of those within the bar. */
function fillsByBar(trades: readonly Trade[], barAt: (time: number) => number): Map<number, RecordedFill[]> {
  const fills = new Map<number, { time: number; order: number; fill: RecordedFill }[]>();
  const add = (time: number, order: number, fill: RecordedFill): void => {
    const bar = barAt(time);
    const list = fills.get(bar);
    if (list === undefined) fills.set(bar, [{ time, order, fill }]);
    else list.push({ time, order, fill });
  };
  for (const [index, trade] of trades.entries()) {
    const { side, quantity, entryTime, entryPrice, exitTime, exitPrice, exitReason, profit } = trade;
    const isLong = side === 'long';
    const symbol = (trade.market ?? 0) === 0 ? null : (trade.symbol ?? '');
    const common = { quantity, symbol, trade: index + 1 };
    const entry = { ...common, side: isLong ? 'buy' : 'sell', price: entryPrice } as const;
    add(entryTime, 1, { ...entry, reason: 'entry', profit: null });
    if (exitTime === null || exitPrice === null || exitReason === 'open') continue;
    const exit = { ...common, side: isLong ? 'sell' : 'buy', price: exitPrice } as const;
    add(exitTime, exitTime === entryTime ? 2 : 0, { ...exit, reason: exitReason, profit });
  }
  const inOrder = [...fills].map(([bar, list]): [number, RecordedFill[]] => [
    bar,
    list.toSorted((a, b) => a.time - b.time || a.order - b.order).map(({ fill }) => fill),
  ]);
  return new Map(inOrder);
}
