import type { RunSettings } from '../contracts/backtest.ts';
import type { CandleColumns } from '../contracts/candles.ts';
import type { Account } from './account.ts';
import type { Costs } from './costs.ts';
import { levelKinds, operations, sizeKinds } from './intents.ts';
import type { CloseReason } from './ledger.ts';
import type { Order } from './order.ts';
import type { OrderLog } from './orderLog.ts';
import { type Lot, moneyTolerance, type Position } from './position.ts';

/** Smallest value of an order as a fraction of the equity: what is less is dust that swells the trades. */
const smallestOrder = 1e-6;
const mostLots = 10_000;

/** How an order meets the market. */
export interface Meeting {
  /** Price of the market at the moment. */
  price: number;
  /** Whether the order waited and gets its own price, or takes what the market gives. */
  isMaker: boolean;
  /** The piece of time inside which it happens; -1 at an open. */
  insidePiece: number;
}

/** Fills the orders of one market: how many units, at what price, with what result for position and account. */
export class Execution {
  /** Units that the piece of time at work can still fill. */
  room = Infinity;
  readonly #account: Account;
  readonly #position: Position;
  readonly #costs: Costs;
  readonly #log: OrderLog;
  readonly #settings: RunSettings;
  #columns!: CandleColumns;
  #index = 0;
  #volume = 0;
  #time = 0;

  constructor(parts: {
    readonly account: Account;
    readonly position: Position;
    readonly costs: Costs;
    readonly log: OrderLog;
  }) {
    this.#account = parts.account;
    this.#position = parts.position;
    this.#costs = parts.costs;
    this.#log = parts.log;
    this.#settings = parts.account.settings;
  }

  /** Begins a piece of time: bar `index` of `columns`, `volume` units traded in it. */
  begin(columns: CandleColumns, index: number, volume: number): void {
    this.#columns = columns;
    this.#index = index;
    this.#volume = volume;
    this.#time = columns.time[index] as number;
    const { volumeLimit } = this.#settings;
    this.room = volumeLimit === 0 ? Infinity : volumeLimit * volume;
  }

  /** What a market order of `quantity` gets where the market stands at `price`. */
  takenPrice(price: number, direction: number, quantity: number): number {
    return this.#costs.takenPrice(price, direction, quantity, this.#columns, this.#index, this.#volume);
  }

  /** Fills what it can of an order; true when nothing of it is left to wait. */
  fill(order: Order, meeting: Readonly<Meeting>): boolean {
    if (this.#account.isBankrupt) {
      this.#log.reject(order, 'bankrupt');
      return true;
    }
    const { operation, direction } = order;
    const against = this.#position.signedQuantity * direction < 0;
    if (operation === operations.close || order.isReduceOnly) return this.#reduce(order, meeting, against);
    if (!against) return this.#enter(order, meeting);
    if (this.#settings.positionMode === 'net') return this.#setOff(order, meeting);
    if (!this.#closeForReversal(order, meeting)) return false;
    return this.#enter(order, meeting);
  }

  /**
   * Closes `quantity` of one entry where the market stands at `price`, as far as there is volume; `sweep`
   * must follow. True when all of it is closed.
   */
  closeLot(lot: Lot, quantity: number, price: number, isMaker: boolean, reason: CloseReason): boolean {
    const fillable = this.#fillable(quantity);
    if (fillable <= 0) return false;
    const direction = this.#position.signedQuantity > 0 ? -1 : 1;
    const got = isMaker ? price : this.takenPrice(price, direction, fillable);
    this.room -= fillable;
    this.#position.closeLot(lot, fillable, got, price, this.#costs.feeRate(isMaker, this.#time), reason);
    return fillable === quantity;
  }

  /** Price of a level; NaN where there is none. `direction` points from the fill to the level. */
  levelPrice(kind: number, value: number, price: number, direction: number, rounding: number): number {
    if (kind === levelKinds.price) return this.#costs.toStep(value, rounding);
    if (kind === levelKinds.percent) {
      return this.#costs.toStep(price * (1 + (direction * value) / 100), rounding);
    }
    return NaN;
  }

  /** The units of `wanted` that there is volume for. */
  #fillable(wanted: number): number {
    return wanted <= this.room ? wanted : this.roundToStep(this.room);
  }

  roundToStep(quantity: number): number {
    const step = this.#settings.quantityStep;
    if (step === 0) return quantity;
    return Math.floor(quantity / step + moneyTolerance) * step;
  }

  /** The price that an order gets: never worse than its limit. */
  #priceFor({ limit, direction }: Order, { price, isMaker }: Meeting, quantity: number): number {
    if (isMaker) return price;
    const taken = this.takenPrice(price, direction, quantity);
    if (limit === 0) return taken;
    return direction > 0 ? Math.min(taken, limit) : Math.max(taken, limit);
  }

  #reasonOf({ isStop, limit, operation, isReduceOnly }: Order): CloseReason {
    if (operation !== operations.close && !isReduceOnly) return 'reverse';
    if (limit > 0) return 'limit';
    return isStop ? 'stop' : 'signal';
  }

  #closeForReversal(order: Order, meeting: Meeting): boolean {
    const position = this.#position;
    const held = Math.abs(position.signedQuantity);
    const units = this.#fillable(held);
    if (units <= 0) return false;
    const price = this.#priceFor(order, meeting, units);
    this.room -= units;
    const all = units === held ? Infinity : units;
    position.reduce(
      all,
      price,
      meeting.price,
      this.#costs.feeRate(meeting.isMaker, this.#time),
      'reverse',
      order.id,
    );
    if (units < held) this.#log.note(order, 'partially-filled', units);
    return units === held;
  }

  /** Sets the order off against the position, and enters with what is left. */
  #setOff(order: Order, meeting: Meeting): boolean {
    if (Number.isNaN(order.remaining)) {
      const price = this.#priceFor(order, meeting, 0);
      const { direction } = order;
      const stop = this.levelPrice(order.stopKind, order.stop, price, -direction, -direction);
      const quantity = this.#wantedQuantity(order, meeting.price, price, stop, Infinity);
      const rounded = this.roundToStep(quantity);
      if (rounded <= 0) {
        this.#log.reject(order, 'below-step');
        return true;
      }
      order.remaining = rounded;
    }
    order.remaining = this.roundToStep(order.remaining);
    if (order.remaining <= 0) {
      this.#log.reject(order, 'below-step');
      return true;
    }
    const held = Math.abs(this.#position.signedQuantity);
    const wanted = Math.min(order.remaining, held);
    const units = this.#fillable(wanted);
    if (units <= 0) return false;
    const price = this.#priceFor(order, meeting, units);
    this.room -= units;
    const rate = this.#costs.feeRate(meeting.isMaker, this.#time);
    this.#position.reduce(units === held ? Infinity : units, price, meeting.price, rate, 'reverse', order.id);
    order.remaining -= units;
    const isDone = order.remaining <= wanted * moneyTolerance;
    this.#log.note(order, isDone ? 'filled' : 'partially-filled', units);
    if (isDone) return true;
    if (units < wanted) return false;
    return this.#enter(order, meeting);
  }

  #reduce(order: Order, meeting: Meeting, against: boolean): boolean {
    const position = this.#position;
    if (!against) {
      this.#log.reject(
        order,
        order.isReduceOnly && position.signedQuantity !== 0 ? 'would-increase' : 'no-position',
      );
      return true;
    }
    const held = Math.abs(position.signedQuantity);
    if (!order.isChecked && !this.#fixReduction(order, meeting.price, held)) return true;
    const wanted = Math.min(order.remaining, held);
    const units = this.#fillable(wanted);
    if (units <= 0) return false;
    const price = this.#priceFor(order, meeting, units);
    this.room -= units;
    const rate = this.#costs.feeRate(meeting.isMaker, this.#time);
    const isWhole = units === wanted;
    position.reduce(
      isWhole ? order.remaining : units,
      price,
      meeting.price,
      rate,
      this.#reasonOf(order),
      order.id,
    );
    order.remaining -= units;
    this.#log.note(order, isWhole ? 'filled' : 'partially-filled', units);
    return isWhole;
  }

  /** Fixes the units of a close; false after a rejection. */
  #fixReduction(order: Order, price: number, held: number): boolean {
    const { sizeKind, size } = order;
    order.isChecked = true;
    const isFixed = !Number.isNaN(order.remaining);
    if (!isFixed && sizeKind === sizeKinds.percent && size === 100) {
      order.remaining = Infinity;
      return true;
    }
    const asked = sizeKind === sizeKinds.percent ? held * (size / 100) : size;
    const units = this.roundToStep(isFixed ? order.remaining : asked);
    if (units <= 0) {
      this.#log.reject(order, 'below-step');
      return false;
    }
    if (units * price < this.#account.equityAt(this.#position, price) * smallestOrder) {
      this.#log.reject(order, 'too-small');
      return false;
    }
    order.remaining = units;
    return true;
  }

  #enter(order: Order, meeting: Meeting): boolean {
    const { direction } = order;
    const position = this.#position;
    let price = this.#priceFor(order, meeting, 0);
    let stop = this.levelPrice(order.stopKind, order.stop, price, -direction, -direction);
    let target = this.levelPrice(order.targetKind, order.target, price, direction, direction);
    let problem = wrongSide(price, stop, target, direction);
    if (problem !== undefined) {
      this.#log.reject(order, problem);
      return true;
    }
    if (position.lots.length >= mostLots) {
      this.#log.reject(order, 'too-many-entries');
      return true;
    }
    const rate = this.#costs.feeRate(meeting.isMaker, this.#time);
    let quantity = this.#entryQuantity(order, meeting, price, stop, rate);
    if (quantity > 0 && !meeting.isMaker && this.#settings.volumeSlippage > 0) {
      price = this.#priceFor(order, meeting, this.#fillable(quantity));
      stop = this.levelPrice(order.stopKind, order.stop, price, -direction, -direction);
      target = this.levelPrice(order.targetKind, order.target, price, direction, direction);
      problem = wrongSide(price, stop, target, direction);
      if (problem !== undefined) {
        this.#log.reject(order, problem);
        return true;
      }
      quantity = this.#entryQuantity(order, meeting, price, stop, rate);
    }
    if (quantity <= 0) return true;
    order.isChecked = true;
    const units = this.#fillable(quantity);
    order.remaining = quantity;
    if (units <= 0) return false;
    this.room -= units;
    const lot = position.open(direction, units, price, meeting.price, rate, order.id);
    lot.insidePiece = meeting.insidePiece;
    lot.isBestUnknown = meeting.isMaker;
    lot.stop = stop;
    lot.target = target;
    lot.trail = order.trailKind === levelKinds.percent ? order.trail / 100 : -order.trail;
    order.remaining = quantity - units;
    const isDone = units === quantity;
    this.#log.note(order, isDone ? 'filled' : 'partially-filled', units);
    return isDone;
  }

  /** Units that the size of an entry asks for, with `free` cash to spend. */
  #wantedQuantity(order: Order, market: number, price: number, stop: number, free: number): number {
    const { sizeKind, size } = order;
    const unitCost = price * (1 + this.#costs.feeRate(false, this.#time));
    if (sizeKind === sizeKinds.units) return size;
    if (sizeKind === sizeKinds.cash) return (size - this.#settings.fixedFee) / unitCost;
    const part = this.#account.equityAt(this.#position, market) * (size / 100);
    if (sizeKind === sizeKinds.percent) return Math.min(part, free) / unitCost;
    return Math.min(part / Math.abs(price - stop), free / unitCost);
  }

  /** Units of an entry, or of what is left of it; 0 after a rejection. */
  #entryQuantity(
    order: Order,
    { price: market }: Meeting,
    price: number,
    stop: number,
    rate: number,
  ): number {
    const { settings } = this.#account;
    const equity = this.#account.equityAt(this.#position, market);
    const free = this.#account.freeFor(this.#position, order.direction, market) - settings.fixedFee;
    const unitCost = price * (1 + rate);
    const isFixed = !Number.isNaN(order.remaining);
    let quantity = isFixed ? order.remaining : this.#wantedQuantity(order, market, price, stop, free);
    // The rest of a share of the equity is what prices that have moved meanwhile leave of it.
    if (order.sizeKind >= sizeKinds.percent) quantity = Math.min(quantity, free / unitCost);
    if (!(free > equity * moneyTolerance) || !(quantity * unitCost <= free * (1 + moneyTolerance))) {
      this.#log.reject(order, 'insufficient-cash');
      return 0;
    }
    const { maximumQuantity } = settings;
    if (!order.isChecked && maximumQuantity > 0 && quantity > maximumQuantity) {
      if (order.sizeKind === sizeKinds.units || order.sizeKind === sizeKinds.cash) {
        this.#log.reject(order, 'above-maximum-quantity');
        return 0;
      }
      quantity = maximumQuantity;
    }
    quantity = this.roundToStep(quantity);
    if (quantity <= 0) {
      this.#log.reject(order, 'below-step');
      return 0;
    }
    if (order.isChecked) return quantity;
    if (quantity * price < settings.minimumNotional) {
      this.#log.reject(order, 'below-minimum-notional');
      return 0;
    }
    if (quantity * price < equity * smallestOrder) {
      this.#log.reject(order, 'too-small');
      return 0;
    }
    return quantity;
  }
}

/** Why an entry at `price` cannot have these levels; undefined where it can. */
export function wrongSide(
  price: number,
  stop: number,
  target: number,
  direction: number,
): 'stop-on-wrong-side' | 'target-on-wrong-side' | undefined {
  if ((price - stop) * direction <= 0) return 'stop-on-wrong-side';
  if ((target - price) * direction <= 0) return 'target-on-wrong-side';
  return undefined;
}
