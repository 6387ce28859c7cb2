import type { Costs } from './costs.ts';
import type { Exclusions } from './exclusions.ts';
import { operations, sizeKinds } from './intents.ts';
import { Order } from './order.ts';
import type { OrderLog } from './orderLog.ts';
import type { Piece } from './pieces.ts';
import type { Moment } from './position.ts';

/** True for an order that can only make a position smaller. */
export function isReduction({ operation, isReduceOnly }: Order): boolean {
  return operation === operations.close || isReduceOnly;
}

/** The orders of one market: on their way to it, and waiting in it for a price or for volume. */
export class OrderBook {
  /** In the order given. */
  readonly arriving: Order[] = [];
  /** Oldest first. */
  readonly waiting: Order[] = [];
  readonly #due: Order[] = [];
  /** Orders that are done, for those to come. */
  readonly #spare: Order[] = [];
  readonly #log: OrderLog;
  readonly #costs: Costs;
  readonly #exclusions: Exclusions;

  constructor(log: OrderLog, costs: Costs, exclusions: Exclusions) {
    this.#log = log;
    this.#costs = costs;
    this.#exclusions = exclusions;
    exclusions.books.push(this);
  }

  get size(): number {
    return this.arriving.length + this.waiting.length;
  }

  isOpen(id: number): boolean {
    return this.arriving.some((order) => order.id === id) || this.waits(id);
  }

  waits(id: number): boolean {
    return this.waiting.some((order) => order.id === id);
  }

  /** Takes the order of an intent row, which is in the market from bar `arrivesAt` on. */
  submit(rows: Float64Array, offset: number, arrivesAt: number): void {
    const order = this.#spare.pop() ?? new Order();
    order.begin(rows, offset, arrivesAt);
    this.arriving.push(order);
  }

  /**
   * Takes out the orders that arrive at bar `bar`; what cancels or replaces has done so when this returns.
   * Each is then put into `waiting` or given to `release`. The list is the same at each call: a new one for
   * each order would be most of its cost.
   */
  takeDue(bar: number): readonly Order[] {
    const { arriving } = this;
    const due = this.#due;
    while (due.length > 0) due.pop();
    let count = 0;
    for (; count < arriving.length; count++) {
      const order = arriving[count] as Order;
      if (order.arrivesAt > bar) break;
      if (order.operation < operations.cancel) {
        due.push(order);
        continue;
      }
      if (order.operation === operations.cancel) this.#cancel(order);
      else this.#replace(order);
      this.release(order);
    }
    for (let index = count; index < arriving.length; index++) {
      arriving[index - count] = arriving[index] as Order;
    }
    for (let left = count; left > 0; left--) arriving.pop();
    return due;
  }

  /** The waiting stop order nearest to the open that the piece triggers, among those nearer than `distance`. */
  nearestStop(piece: Piece, distance: number): Order | undefined {
    let nearest: Order | undefined;
    for (const order of this.waiting) {
      if (order.trigger === 0 || !reachesTrigger(piece, order)) continue;
      const own = Math.abs(order.trigger - piece.open);
      if (own >= distance) continue;
      distance = own;
      nearest = order;
    }
    return nearest;
  }

  /** As `nearestStop`, of the limit orders that the piece fills and that it has not met yet. */
  nearestLimit(piece: Piece, distance: number, isThrough: boolean): Order | undefined {
    let nearest: Order | undefined;
    for (const order of this.waiting) {
      if (order.metPiece === piece.number || !reachesLimit(piece, order, isThrough)) continue;
      const own = Math.abs(order.limit - piece.open);
      if (own >= distance) continue;
      distance = own;
      nearest = order;
    }
    return nearest;
  }

  /** Takes an order out of those that wait. */
  drop(order: Order): void {
    const index = this.waiting.indexOf(order);
    if (index < 0) return;
    this.waiting.splice(index, 1);
    this.release(order);
  }

  /** Takes back an order that is in no list any more. Until the next `submit` it stays as it is. */
  release(order: Order): void {
    this.#spare.push(order);
  }

  expire({ time }: Moment): void {
    this.#remove('expired', (order) => --order.barsLeft <= 0 || time >= order.goodTill);
  }

  cancelAll(): void {
    this.#remove('cancelled', () => true);
  }

  /** Cancels what the fill of `order` excludes, and closes of a position that is no longer there. */
  cancelAfter(order: Order, held: number): void {
    const { books } = this.#exclusions;
    this.#exclusions.noteFill(order);
    for (let index = 0; index < books.length; index++) {
      const book = books[index] as OrderBook;
      if (book !== this && book.waiting.length > 0)
        book.#remove('cancelled', (other) => isPair(order, other));
    }
    if (this.waiting.length === 0) return;
    this.#remove('cancelled', (other) => {
      if (other === order) return false;
      return isPair(order, other) || (isReduction(other) && held * other.direction >= 0);
    });
  }

  cancelReductions(): void {
    this.#remove('cancelled', isReduction);
  }

  /** Rejects what is on its way and expires what waits. */
  endOfData(): void {
    for (const order of this.arriving) this.#log.reject(order, 'end-of-data');
    this.arriving.length = 0;
    this.#remove('expired', () => true);
  }

  #remove(
    state: 'cancelled' | 'expired',
    isMeant: (order: Order) => boolean,
    orders: Order[] = this.waiting,
  ): number {
    let removed = 0;
    let kept = 0;
    for (const order of orders) {
      if (isMeant(order)) {
        removed++;
        this.#log.note(order, state);
        this.release(order);
      } else orders[kept++] = order;
    }
    orders.length = kept;
    return removed;
  }

  #cancel(change: Order): void {
    const { reference } = change;
    const isMeant = ({ id, operation }: Order): boolean =>
      operation !== operations.protect && (reference === 0 || id === reference);
    const removed = this.#remove('cancelled', isMeant) + this.#remove('cancelled', isMeant, this.#due);
    if (removed === 0 && reference !== 0) this.#log.reject(change, 'unknown-order');
  }

  #replace(change: Order): void {
    const isMeant = ({ id, operation }: Order): boolean =>
      operation !== operations.protect && id === change.reference;
    const waiting = this.waiting.find(isMeant);
    const order = waiting ?? this.#due.find(isMeant);
    if (order === undefined) {
      this.#log.reject(change, 'unknown-order');
      return;
    }
    if (change.limit > 0) order.limit = change.limit;
    if (change.trigger > 0) order.trigger = change.trigger;
    if (waiting !== undefined) {
      if (order.limit > 0) order.limit = this.#costs.toStep(order.limit, -order.direction);
      if (order.trigger > 0) order.trigger = this.#costs.toStep(order.trigger, order.direction);
    }
    if (change.sizeKind === sizeKinds.units) {
      order.remaining = change.size;
      order.isChecked = false;
    }
    order.hasWaited = false;
    this.#log.note(order, 'replaced');
  }
}

function isPair(one: Order, other: Order): boolean {
  return other.reference === one.id || one.reference === other.id;
}

/** Whether the piece of time is at the price that triggers the order, or beyond it. */
function reachesTrigger({ high, low }: Piece, { trigger, direction }: Order): boolean {
  return direction > 0 ? high >= trigger : low <= trigger;
}

/** Whether the piece of time fills a waiting limit order: at its price, or only beyond it. */
function reachesLimit(
  { high, low }: Piece,
  { limit, trigger, direction }: Order,
  isThrough: boolean,
): boolean {
  if (limit === 0 || trigger > 0) return false;
  const distance = ((direction > 0 ? low : high) - limit) * direction;
  return isThrough ? distance < 0 : distance <= 0;
}
