import type { Costs } from './costs.ts';
import { operations, sizeKinds } from './intents.ts';
import type { Order } from './order.ts';
import type { OrderLog } from './orderLog.ts';
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
  readonly #log: OrderLog;
  readonly #costs: Costs;

  constructor(log: OrderLog, costs: Costs) {
    this.#log = log;
    this.#costs = costs;
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

  /** Takes out the orders that arrive at bar `bar`; what cancels or replaces has done so when this returns. */
  takeDue(bar: number): Order[] {
    let count = 0;
    while (count < this.arriving.length && (this.arriving[count] as Order).arrivesAt <= bar) count++;
    const due = this.arriving.splice(0, count);
    for (const order of due) {
      if (order.operation === operations.cancel) this.#cancel(order);
      else if (order.operation === operations.replace) this.#replace(order);
    }
    return due.filter(({ operation }) => operation !== operations.cancel && operation !== operations.replace);
  }

  drop(order: Order): void {
    const index = this.waiting.indexOf(order);
    if (index >= 0) this.waiting.splice(index, 1);
  }

  expire({ bar, time }: Moment): void {
    this.#remove('expired', ({ lastBar, goodTill }) => bar > lastBar || time >= goodTill);
  }

  cancelAll(): void {
    this.#remove('cancelled', () => true);
  }

  /** Cancels what the fill of `order` excludes, and closes of a position that is no longer there. */
  cancelAfter(order: Order, held: number): void {
    this.#remove('cancelled', (other) => {
      if (other === order) return false;
      const isPair = other.reference === order.id || order.reference === other.id;
      return isPair || (isReduction(other) && held * other.direction >= 0);
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

  #remove(state: 'cancelled' | 'expired', isMeant: (order: Order) => boolean): number {
    let removed = 0;
    let kept = 0;
    for (const order of this.waiting) {
      if (isMeant(order)) {
        removed++;
        this.#log.note(order, state);
      } else this.waiting[kept++] = order;
    }
    this.waiting.length = kept;
    return removed;
  }

  #cancel(change: Order): void {
    const { reference } = change;
    const removed = this.#remove('cancelled', ({ id }) => reference === 0 || id === reference);
    if (removed === 0 && reference !== 0) this.#log.reject(change, 'unknown-order');
  }

  #replace(change: Order): void {
    const order = this.waiting.find(({ id }) => id === change.reference);
    if (order === undefined) {
      this.#log.reject(change, 'unknown-order');
      return;
    }
    if (change.limit > 0) order.limit = this.#costs.toStep(change.limit, -order.direction);
    if (change.trigger > 0) order.trigger = this.#costs.toStep(change.trigger, order.direction);
    if (change.sizeKind === sizeKinds.units) order.remaining = change.size;
    order.hasWaited = false;
    this.#log.note(order, 'replaced');
  }
}
