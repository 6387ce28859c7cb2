import { firstAtOrAfter } from '../../backtest/timeIndex.ts';
import type { Rejection } from '../../contracts/backtest.ts';
import type { OrderRow, OrdersPage, OrdersQuery } from '../../contracts/ordersPanel.ts';
import { orderEventAt } from '../orderEvent.ts';
import type { PreparedRun } from './preparedRun.ts';

type Filter = Pick<OrdersQuery, 'state' | 'order'>;

/** The events of a run's orders by page, in the order in which they happened. */
export class OrdersBook {
  readonly #run: PreparedRun;
  readonly #why: (reason: Rejection['reason']) => string;
  #last: { readonly key: string; readonly indexes: Uint32Array } | undefined;

  /** @param why says why an order was rejected */
  constructor(run: PreparedRun, why: (reason: Rejection['reason']) => string) {
    this.#run = run;
    this.#why = why;
  }

  page({ state, order, offset, limit }: OrdersQuery): OrdersPage {
    const indexes = this.#find({ state, order });
    const count = indexes.length;
    const start = Math.min(offset, Math.max(0, count - 1));
    const begin = start - (start % limit);
    const rows = Array.from(indexes.subarray(begin, begin + limit), (index) => this.#row(index));
    return { offset: begin, rows, matching: count };
  }

  #row(index: number): OrderRow {
    const { evidence, bars } = this.#run;
    if (evidence.orders === null) throw new RangeError('the run kept no order events');
    const { reason, ...event } = orderEventAt(evidence.orders, index);
    // With several markets the run's times are others than the bars of the charts.
    const bar = Math.min(Math.max(0, bars - 1), firstAtOrAfter(evidence.candles.time, event.time));
    return { ...event, index, bar, why: reason && this.#why(reason) };
  }

  #find({ state, order }: Filter): Uint32Array {
    const key = JSON.stringify([state, order]);
    if (this.#last?.key === key) return this.#last.indexes;
    const events = this.#run.evidence.orders;
    const all = Uint32Array.from({ length: events?.time.length ?? 0 }, (_, index) => index);
    const code = state === 'all' ? -1 : (events?.codes.state.indexOf(state) ?? -1);
    const indexes = all.filter(
      (index) =>
        (state === 'all' || events?.state[index] === code) &&
        (order === null || events?.order[index] === order),
    );
    this.#last = { key, indexes };
    return indexes;
  }
}
