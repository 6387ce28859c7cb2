import type { CloseOptions, EntryOptions, ProtectOptions, ReplaceOptions } from 'strategy-lab';
import type { ExitReason, RunSettings, Trade } from '../../../extension/contracts/backtest.ts';

/**
 * What the second broker knows, as plain objects. The second broker is written from `fillRules`, the
 * docs of the settings and strategy-lab.d.ts alone: slow, simple, and sharing nothing with the engine.
 */

export type CloseReason = Exclude<ExitReason, 'open'>;

export interface ReferenceBar {
  /** Number of the time in the run. */
  readonly index: number;
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

interface Message {
  readonly id: number;
  /** Number of the time on whose close it was given. */
  readonly given: number;
}
export type ReferenceMessage = Message &
  (
    | { readonly kind: 'buy' | 'sell'; readonly options: EntryOptions }
    | { readonly kind: 'close'; readonly options: CloseOptions }
    | { readonly kind: 'protect'; readonly options: ProtectOptions }
    | { readonly kind: 'cancel'; readonly order: number | undefined }
    | { readonly kind: 'replace'; readonly order: number; readonly options: ReplaceOptions }
  );

/** An order that has arrived. */
export interface ReferenceOrder {
  readonly id: number;
  readonly kind: 'buy' | 'sell' | 'close';
  readonly options: EntryOptions & CloseOptions;
  /** True for one given with a price that triggers it. */
  readonly isStop: boolean;
  /** Bars of its market on which it could be filled so far, the one at work included. */
  barsLived: number;
  /** 1 buys, -1 sells. */
  direction: 1 | -1;
  limit: number | undefined;
  /** Undefined where there is none, or where it was reached. */
  trigger: number | undefined;
  /** Units still to fill; undefined until the first fill has fixed them. */
  left: number | undefined;
  /** True once its units were found to be what the venue takes. */
  isChecked: boolean;
  /** True once it stood in the market at an open as it is now. */
  hasWaited: boolean;
  /** True where nothing more of it is filled in the piece of time at work. */
  isOver: boolean;
}

/** Number and open time of a time of the run. */
export interface ReferenceTime {
  readonly index: number;
  readonly time: number;
}

export interface ReferenceLot {
  readonly side: 'long' | 'short';
  readonly entry: ReferenceTime;
  readonly price: number;
  /** Time up to which it has paid funding. */
  fundedUntil: number;
  units: number;
  fee: number;
  funding: number;
  stop: number | undefined;
  target: number | undefined;
  trail: { readonly distance: number; readonly isPercent: boolean } | undefined;
  /** Best price that counts for the trailing stop. */
  best: number;
  /** True within the piece of time in which a limit order that waited entered it after the open. */
  isBestUnknown: boolean;
  /** Why the rest of it goes at the next open; undefined while no stop was short of volume. */
  leaving: CloseReason | undefined;
  /** True where its take profit gets no more volume in the piece at work. */
  isOver: boolean;
}

export interface ReferenceMarket {
  readonly number: number;
  /** Bars lived through, the one at work included. */
  readonly bars: ReferenceBar[];
  /** What was given and has not arrived. */
  coming: ReferenceMessage[];
  /** What waits in the market, oldest first. */
  orders: ReferenceOrder[];
  lots: ReferenceLot[];
  /** Recorded rates of funding. */
  readonly funding: readonly { readonly time: number; readonly rate: number }[];
  mark: number;
  /** The piece of time at work, or the last one. */
  piece: ReferenceBar | undefined;
  /** Units that the piece of time at work still fills; Infinity without a volume limit. */
  volumeLeft: number;
  /** Where the market stood at the last entry inside the piece of time at work. */
  entered: number | undefined;
}

export interface ReferenceEvent {
  readonly bar: number;
  readonly order: number;
  readonly market: number;
  readonly state: string;
  readonly units?: number;
}

export interface ReferenceRejection {
  readonly order: number;
  readonly time: number;
  readonly reason: string;
}

export interface ReferenceWorld {
  readonly settings: RunSettings;
  readonly markets: readonly ReferenceMarket[];
  readonly trades: Trade[];
  readonly rejections: ReferenceRejection[];
  readonly events: ReferenceEvent[];
  /** Value of each fill and the UTC day on which it was made. */
  readonly traded: { readonly day: number; readonly value: number }[];
  /** Pairs of orders of which one excludes the other. */
  readonly pairs: (readonly [number, number])[];
  readonly filledOnce: Set<number>;
  readonly fees: number[];
  /** What each fill lost to slippage, spread and price steps. */
  readonly lost: number[];
  /** Funding that each position paid, below 0 where it was received. */
  readonly funding: number[];
  cash: number;
  /** True once the equity was used up. */
  isRuined: boolean;
  /** The time at work. */
  now: ReferenceTime;
}

/** A fraction that rounding may take from money and units. */
export const slack = 1e-9;
export const dayMilliseconds = 86_400_000;

export function newWorld(
  settings: RunSettings,
  funding: readonly ReferenceMarket['funding'][],
): ReferenceWorld {
  return {
    settings,
    markets: funding.map((rates, number) => ({
      number,
      funding: rates,
      bars: [],
      coming: [],
      orders: [],
      lots: [],
      mark: 0,
      piece: undefined,
      volumeLeft: Infinity,
      entered: undefined,
    })),
    trades: [],
    rejections: [],
    events: [],
    traded: [],
    pairs: [],
    filledOnce: new Set(),
    fees: [],
    lost: [],
    funding: [],
    cash: settings.cash,
    isRuined: false,
    now: { index: -1, time: 0 },
  };
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Units held, below 0 for a short position. */
export function heldIn(market: ReferenceMarket): number {
  return sum(market.lots.map(({ side, units }) => (side === 'long' ? units : -units)));
}

/** Cash and positions, one market marked at `price` and the others at their last prices. */
export function equityWith(world: ReferenceWorld, market: ReferenceMarket, price: number): number {
  const others = world.markets.filter((each) => each !== market);
  return world.cash + heldIn(market) * price + sum(others.map((each) => heldIn(each) * each.mark));
}

export function equityAtMarks(world: ReferenceWorld): number {
  return world.cash + sum(world.markets.map((market) => heldIn(market) * market.mark));
}

/** Value of all positions, whatever their side, one market marked at `price`. */
export function exposureWith(world: ReferenceWorld, market: ReferenceMarket, price: number): number {
  const others = world.markets.filter((each) => each !== market);
  return Math.abs(heldIn(market)) * price + sum(others.map((each) => Math.abs(heldIn(each)) * each.mark));
}

export function note(
  world: ReferenceWorld,
  market: ReferenceMarket,
  order: number,
  state: string,
  units?: number,
): void {
  const { now, events } = world;
  const fill = units === undefined ? {} : { units };
  events.push({ bar: now.index, order, market: market.number, state, ...fill });
}

export function rejectId(
  world: ReferenceWorld,
  market: ReferenceMarket,
  order: number,
  reason: string,
): void {
  world.rejections.push({ order, time: world.now.time, reason });
  note(world, market, order, 'rejected');
}
