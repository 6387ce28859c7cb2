import type { Rejection } from '../contracts/backtest.ts';
import type { OrderState } from '../contracts/orderStates.ts';
import type { Ledger } from './ledger.ts';
import type { Order } from './order.ts';
import type { Moment } from './position.ts';

/** Notes what becomes of the orders of one market; nothing without a ledger. */
export class OrderLog {
  readonly #ledger: Ledger | undefined;
  readonly #moment: Moment;
  readonly #market: number;

  constructor(ledger: Ledger | undefined, moment: Moment, market: number) {
    this.#ledger = ledger;
    this.#moment = moment;
    this.#market = market;
  }

  note({ id }: Order, state: OrderState, units?: number): void {
    const { bar, time } = this.#moment;
    this.#ledger?.addOrderEvent(bar, time, id, this.#market, state, units);
  }

  reject({ id }: Order, reason: Rejection['reason']): void {
    const { bar, time } = this.#moment;
    this.#ledger?.addRejection(bar, time, id, this.#market, reason);
  }
}
