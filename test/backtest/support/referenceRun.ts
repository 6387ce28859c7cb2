import type { Market, NextContext, Orders } from 'strategy-lab';
import type { AnyStrategy } from '../../../extension/backtest/strategyApi.ts';
import type { RunSettings, Trade } from '../../../extension/contracts/backtest.ts';
import type { CandleColumns } from '../../../extension/contracts/candles.ts';
import { hour, type MarketInput, numbersFrom } from './market.ts';
import { judge, liveTime } from './referenceBroker.ts';
import { ReferenceSeries, referenceIndicators } from './referenceIndicators.ts';
import {
  equityAtMarks,
  heldIn,
  newWorld,
  type ReferenceBar,
  type ReferenceEvent,
  type ReferenceMarket,
  type ReferenceMessage,
  type ReferenceRejection,
  type ReferenceWorld,
  rejectId,
  sum,
} from './referenceState.ts';

export interface ReferenceRun {
  readonly trades: readonly Trade[];
  readonly equity: readonly number[];
  readonly rejections: readonly ReferenceRejection[];
  readonly events: readonly ReferenceEvent[];
  readonly warmUp: number;
  readonly cash: number;
  /** All that was paid: fees with those of liquidations, what was lost to the market, and funding. */
  readonly costs: { readonly fees: number; readonly lost: number; readonly funding: number };
}

/**
 * Runs a strategy on bars of an hour with the second broker and the second indicators. `random()` differs
 * from the engine's, and there are no higher timeframes.
 */
export function runReference(
  strategy: AnyStrategy,
  given: CandleColumns | readonly MarketInput[],
  settings: RunSettings,
  params: Readonly<Record<string, number>>,
): ReferenceRun {
  const inputs: readonly MarketInput[] = 'time' in given ? [{ columns: given }] : given;
  const clocks = inputs.map(() => ({ bar: -1 }));
  const made = inputs.map((): ReferenceSeries[] => []);
  const setups = inputs.map(({ columns }, market) => {
    const clock = clocks[market] ?? { bar: -1 };
    const series = (values: Float64Array): ReferenceSeries => new ReferenceSeries([...values], clock);
    const { time, open, high, low, close, volume } = columns;
    return {
      symbol: String(market),
      bars: {
        time: series(time),
        open: series(open),
        high: series(high),
        low: series(low),
        close: series(close),
        volume: series(volume),
      },
      indicators: referenceIndicators(columns, clock, made[market] ?? []),
      timeframe: notModelled,
    };
  });
  const [main] = setups;
  if (main === undefined) throw new Error('a run needs a market');
  const { bars, indicators } = main;
  const plot = (): void => undefined;
  const state = strategy.setup({ params, bars, indicators, timeframe: notModelled, markets: setups, plot });
  const warmUps = inputs.map(({ columns }, market) => {
    const firsts = (made[market] ?? []).map(({ values }) =>
      values.findIndex((value) => !Number.isNaN(value)),
    );
    return Math.max(0, ...firsts.map((first) => (first < 0 ? columns.time.length : first)));
  });

  const funding = inputs.map(({ funding: given }) =>
    [...(given?.time ?? [])].map((time, row) => ({ time, rate: given?.rate[row] ?? 0 })),
  );
  const world = newWorld(settings, funding);
  const numbers = { last: 0 };
  const views = world.markets.map((market, number) => ({
    market,
    input: inputs[number] as MarketInput,
    bars: (setups[number] as (typeof setups)[number]).bars,
    orders: ordersOf(world, market, numbers),
    places: new Map([...(inputs[number] as MarketInput).columns.time].map((time, own) => [time, own])),
  }));
  const random = numbersFrom(settings.seed);
  const times = [...new Set(inputs.flatMap(({ columns }) => [...columns.time]))].sort((a, b) => a - b);
  const equity: number[] = [];
  for (const [index, time] of times.entries()) {
    world.now = { index, time };
    const turns = views.flatMap(({ market, input, places }, number) => {
      const own = places.get(time);
      if (own === undefined) return [];
      (clocks[number] as { bar: number }).bar = own;
      const bar = barAt(input.columns, own, index);
      const pieces = piecesOf(input.finer, time);
      return [{ market, bar, pieces: pieces.length === 0 ? [bar] : pieces }];
    });
    liveTime(world, turns);
    if (inputs.length > 1) judge(world);
    equity.push(equityAtMarks(world));
    if (!clocks.every(({ bar }, number) => bar >= (warmUps[number] ?? 0))) continue;
    const markets = views.map(({ market, input, bars: own, orders }, number): Market => {
      const at = clocks[number]?.bar ?? 0;
      const bar = { ...barAt(input.columns, at, at), index: at };
      const isFresh = bar.time === time;
      return { symbol: String(number), isFresh, bar, bars: own, position: positionOf(world, market), orders };
    });
    const account = { cash: world.cash, equity: equityAtMarks(world) };
    const log = (): void => undefined;
    const first = markets[0] as Market;
    const context: NextContext<Readonly<Record<string, number>>> = {
      ...first,
      params,
      markets,
      account,
      random,
      log,
    };
    strategy.next(context, state);
  }
  for (const market of world.markets) {
    for (const { id } of market.coming) rejectId(world, market, id, 'end-of-data');
    for (const { id } of market.orders) {
      world.events.push({ bar: world.now.index, order: id, market: market.number, state: 'expired' });
    }
  }
  const { trades, rejections, events, cash } = world;
  const costs = { fees: sum(world.fees), lost: sum(world.lost), funding: sum(world.funding) };
  const open = world.markets.flatMap((market) => openTrades(world, market));
  const warmUp = Math.max(...warmUps);
  return { trades: [...trades, ...open], equity, rejections, events, warmUp, cash, costs };
}

function ordersOf(world: ReferenceWorld, market: ReferenceMarket, numbers: { last: number }): Orders {
  type Rest<T> = T extends ReferenceMessage ? Omit<T, 'id' | 'given'> : never;
  const give = (message: Rest<ReferenceMessage>): number => {
    numbers.last++;
    market.coming.push({ ...message, id: numbers.last, given: world.now.index } as ReferenceMessage);
    return numbers.last;
  };
  return {
    buy: (options = {}) => give({ kind: 'buy', options }),
    sell: (options = {}) => give({ kind: 'sell', options }),
    close: (options = {}) => give({ kind: 'close', options }),
    protect: (options) => give({ kind: 'protect', options }),
    cancel: (order) => void give({ kind: 'cancel', order }),
    replace: (order, options) => void give({ kind: 'replace', order, options }),
    isOpen: (order) => [...market.coming, ...market.orders].some(({ id }) => id === order),
  };
}

function barAt(columns: CandleColumns, own: number, index: number): ReferenceBar {
  const at = (values: Float64Array): number => values[own] ?? Number.NaN;
  const { time, open, high, low, close, volume } = columns;
  return {
    index,
    time: at(time),
    open: at(open),
    high: at(high),
    low: at(low),
    close: at(close),
    volume: at(volume),
  };
}

function piecesOf(finer: CandleColumns | undefined, time: number): ReferenceBar[] {
  if (finer === undefined) return [];
  const indices = [...finer.time.keys()];
  const inside = indices.filter((at) => {
    const start = finer.time[at] ?? Number.NaN;
    return start >= time && start < time + hour;
  });
  return inside.map((at) => barAt(finer, at, at));
}

function positionOf(world: ReferenceWorld, market: ReferenceMarket): Market['position'] {
  const { lots, mark } = market;
  const held = heldIn(market);
  const entryValue = sum(lots.map(({ units, price }) => units * price));
  const paid = sum(lots.map(({ fee, funding }) => fee + funding));
  const [oldest] = lots;
  return {
    isFlat: held === 0,
    isLong: held > 0,
    isShort: held < 0,
    quantity: Math.abs(held),
    entryPrice: held === 0 ? Number.NaN : entryValue / Math.abs(held),
    profit: held === 0 ? 0 : held * mark - Math.sign(held) * entryValue - paid,
    bars: oldest === undefined ? 0 : world.now.index - oldest.entry.index,
    lots: lots.length,
  };
}

function openTrades(world: ReferenceWorld, market: ReferenceMarket): Trade[] {
  return market.lots.map((lot) => {
    const gain = (lot.side === 'short' ? -1 : 1) * lot.units * (market.mark - lot.price);
    const profit = gain - lot.fee - lot.funding;
    return {
      ...(world.markets.length > 1 ? { market: market.number } : {}),
      side: lot.side,
      entryTime: lot.entry.time,
      entryPrice: lot.price,
      exitTime: null,
      exitPrice: null,
      markPrice: market.mark,
      quantity: lot.units,
      fees: lot.fee,
      ...(lot.funding === 0 ? {} : { funding: lot.funding }),
      profit,
      profitFraction: profit / (lot.units * lot.price),
      bars: world.now.index - lot.entry.index,
      exitReason: 'open',
    };
  });
}

function notModelled(): never {
  throw new Error('the second implementation has no higher timeframes');
}
