import type { EntryOptions, NextContext } from 'strategy-lab';
import type { AnyStrategy } from '../../../extension/backtest/strategyApi.ts';
import type { RunSettings, Trade } from '../../../extension/contracts/backtest.ts';
import type { CandleColumns } from '../../../extension/contracts/candles.ts';
import { numbersFrom } from './market.ts';
import { type ReferenceBar, ReferenceBroker, type ReferenceOrder } from './referenceBroker.ts';
import { ReferenceSeries, referenceIndicators } from './referenceIndicators.ts';

export interface ReferenceRun {
  readonly trades: readonly Trade[];
  readonly equity: readonly number[];
  readonly rejections: readonly { readonly time: number; readonly reason: string }[];
  readonly warmUp: number;
  readonly cash: number;
  readonly fees: readonly number[];
}

/** Runs a strategy with the second broker and the second indicators. `random()` differs from the engine's. */
export function runReference(
  strategy: AnyStrategy,
  columns: CandleColumns,
  settings: RunSettings,
  params: Readonly<Record<string, number>>,
): ReferenceRun {
  const clock = { bar: -1 };
  const made: ReferenceSeries[] = [];
  const column = (values: Float64Array): ReferenceSeries => new ReferenceSeries([...values], clock);
  const bars = {
    time: column(columns.time),
    open: column(columns.open),
    high: column(columns.high),
    low: column(columns.low),
    close: column(columns.close),
    volume: column(columns.volume),
  };
  const indicators = referenceIndicators(columns, clock, made);
  const state = strategy.setup({
    params,
    bars,
    indicators,
    timeframe: notModelled,
    markets: [{ symbol: '', bars, indicators, timeframe: notModelled }],
    plot: () => undefined,
  });
  const firstValues = made.map(({ values }) => values.findIndex((value) => !Number.isNaN(value)));
  const warmUp = Math.max(0, ...firstValues.map((first) => (first < 0 ? columns.time.length : first)));

  const broker = new ReferenceBroker(settings);
  const random = numbersFrom(settings.seed);
  let waiting: ReferenceOrder[] = [];
  let lastId = 0;
  const give = (order: Omit<ReferenceOrder, 'id'>): number => {
    waiting.push({ ...order, id: ++lastId } as ReferenceOrder);
    return lastId;
  };
  const orders = {
    buy: (options: EntryOptions = {}) => give({ kind: 'buy', ...options }),
    sell: (options: EntryOptions = {}) => give({ kind: 'sell', ...options }),
    close: (options: { percent?: number; units?: number } = {}) => give({ kind: 'close', ...options }),
    protect: (options: { stopLoss?: number; takeProfit?: number }) => give({ kind: 'protect', ...options }),
    cancel: () => undefined,
    replace: () => undefined,
    isOpen: () => false,
  };

  const equity: number[] = [];
  for (let index = 0; index < columns.time.length; index++) {
    clock.bar = index;
    const bar = barAt(columns, index);
    broker.live(bar, waiting);
    waiting = [];
    equity.push(broker.equityAt(bar.close));
    if (index >= warmUp) strategy.next(contextOf(broker, bar, { params, bars, orders, random }), state);
  }
  const last = barAt(columns, columns.time.length - 1);
  for (const _ of waiting) broker.rejections.push({ time: last.time, reason: 'end-of-data' });
  return {
    trades: [...broker.trades, ...openTrades(broker, last)],
    equity,
    rejections: broker.rejections,
    warmUp,
    cash: broker.cash,
    fees: broker.fees,
  };
}

function barAt(columns: CandleColumns, index: number): ReferenceBar & { volume: number } {
  const at = (values: Float64Array): number => values[index] ?? Number.NaN;
  return {
    index,
    time: at(columns.time),
    open: at(columns.open),
    high: at(columns.high),
    low: at(columns.low),
    close: at(columns.close),
    volume: at(columns.volume),
  };
}

type Fixed = Pick<NextContext<Readonly<Record<string, number>>>, 'params' | 'bars' | 'orders' | 'random'>;

function contextOf(
  broker: ReferenceBroker,
  bar: ReferenceBar & { volume: number },
  fixed: Fixed,
): NextContext<Readonly<Record<string, number>>> {
  const { lots, units, side } = broker;
  const [oldest] = lots;
  const entryValue = lots.reduce((sum, lot) => sum + lot.units * lot.price, 0);
  const entryFees = lots.reduce((sum, lot) => sum + lot.fee, 0);
  const gain = (side === 'short' ? -1 : 1) * (units * bar.close - entryValue);
  const position = {
    isFlat: side === 'flat',
    isLong: side === 'long',
    isShort: side === 'short',
    quantity: units,
    entryPrice: side === 'flat' ? Number.NaN : entryValue / units,
    profit: side === 'flat' ? 0 : gain - entryFees,
    bars: oldest === undefined ? 0 : bar.index - oldest.bar.index,
    lots: lots.length,
  };
  const { bars, orders } = fixed;
  return {
    ...fixed,
    bar,
    position,
    markets: [{ symbol: '', isFresh: true, bar, bars, position, orders }],
    account: { cash: broker.cash, equity: broker.equityAt(bar.close) },
    log: () => undefined,
  };
}

function openTrades(broker: ReferenceBroker, last: ReferenceBar): Trade[] {
  return broker.lots.map((lot) => {
    const gain = (lot.side === 'short' ? -1 : 1) * lot.units * (last.close - lot.price);
    return {
      side: lot.side,
      entryTime: lot.bar.time,
      entryPrice: lot.price,
      exitTime: null,
      exitPrice: null,
      markPrice: last.close,
      quantity: lot.units,
      fees: lot.fee,
      profit: gain - lot.fee,
      profitFraction: (gain - lot.fee) / (lot.units * lot.price),
      bars: last.index - lot.bar.index,
      exitReason: 'open',
    };
  });
}

function notModelled(): never {
  throw new Error('the second implementation has no higher timeframes');
}
