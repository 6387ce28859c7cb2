import type { BacktestResult, ExitReason, Rejection, Trade } from '../../contracts/backtest.ts';
import type { CandleColumns } from '../../contracts/candles.ts';

/** An order, or the part of one that a trade is about, as it was filled. */
export interface RecordedFill {
  readonly side: 'buy' | 'sell';
  readonly quantity: number;
  readonly price: number;
  readonly reason: 'entry' | Exclude<ExitReason, 'open'>;
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
  /** Units held at the close: above 0 long, below 0 short. */
  readonly position: number;
  /** Equity at the close. */
  readonly equity: number;
}

export interface RecordedRun {
  readonly candles: CandleColumns;
  readonly equity: Float64Array;
  readonly result: Pick<BacktestResult, 'trades' | 'rejections'>;
}

/**
 * The bars of a recorded run whose open time is at least `from` and below `to` (UTC ms), in their order. What
 * is held at the first of them was bought in bars before, which are not shown.
 */
export function* recordedBars(
  { candles, equity, result }: RecordedRun,
  from = Number.NEGATIVE_INFINITY,
  to = Number.POSITIVE_INFINITY,
): Generator<RecordedBar> {
  const fills = fillsByTime(result.trades);
  const rejections = Map.groupBy(result.rejections.first, ({ time }) => time);
  let position = 0;
  for (const [bar, time] of candles.time.entries()) {
    if (time >= to) return;
    const filled = fills.get(time) ?? [];
    for (const { side, quantity } of filled) position += side === 'buy' ? quantity : -quantity;
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
      rejections: (rejections.get(time) ?? []).map(({ reason }) => reason),
      position,
      equity: equity[bar] as number,
    };
  }
}

function leastPosition(fills: readonly RecordedFill[]): number {
  return 1e-9 * Math.max(0, ...fills.map(({ quantity }) => quantity));
}

/** By bar: first the ends of what was held before, then entries, then the ends of those within the bar. */
function fillsByTime(trades: readonly Trade[]): Map<number, RecordedFill[]> {
  const fills = new Map<number, { order: number; fill: RecordedFill }[]>();
  const add = (time: number, order: number, fill: RecordedFill): void => {
    const list = fills.get(time);
    if (list === undefined) fills.set(time, [{ order, fill }]);
    else list.push({ order, fill });
  };
  for (const [index, trade] of trades.entries()) {
    const { side, quantity, entryTime, entryPrice, exitTime, exitPrice, exitReason, profit } = trade;
    const isLong = side === 'long';
    const common = { quantity, trade: index + 1 };
    const entry = { ...common, side: isLong ? 'buy' : 'sell', price: entryPrice } as const;
    add(entryTime, 1, { ...entry, reason: 'entry', profit: null });
    if (exitTime === null || exitPrice === null || exitReason === 'open') continue;
    const exit = { ...common, side: isLong ? 'sell' : 'buy', price: exitPrice } as const;
    add(exitTime, exitTime === entryTime ? 2 : 0, { ...exit, reason: exitReason, profit });
  }
  const inOrder = [...fills].map(([time, list]): [number, RecordedFill[]] => [
    time,
    list.toSorted((a, b) => a.order - b.order).map(({ fill }) => fill),
  ]);
  return new Map(inOrder);
}
