import type { Order } from './order.ts';
import type { OrderBook } from './orderBook.ts';

/** Pairs of orders of which one excludes the other, over all markets of a run. */
export class Exclusions {
  /** The books of all markets. */
  readonly books: OrderBook[] = [];
  /** True at the number of each order that was filled, be it in part. The numbers grow: a set takes far longer. */
  readonly #filled: boolean[] = [];
  /** True at the number of each order that a filled one excludes. */
  readonly #excluded: boolean[] = [];

  noteFill({ id, reference }: Order): void {
    this.#filled[id] = true;
    if (reference !== 0) this.#excluded[reference] = true;
  }

  /** True for an order whose pair was filled. */
  excludes({ id, reference }: Order): boolean {
    return this.#excluded[id] === true || (reference !== 0 && this.#filled[reference] === true);
  }
}
