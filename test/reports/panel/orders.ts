import { rejectionSchema, type Trade } from '../../../extension/contracts/backtest.ts';
import {
  noCode,
  type OrderEvent,
  type OrderEvents,
  orderKinds,
  orderSides,
  orderSizes,
} from '../../../extension/contracts/orderEvents.ts';
import { orderStates } from '../../../extension/contracts/orderStates.ts';

/** Events as columns; `total` is of the run, where more happened than is kept. */
export function eventColumns(events: readonly OrderEvent[], total = events.length): OrderEvents {
  const codes = {
    kind: [...orderKinds],
    side: [...orderSides],
    sizeKind: [...orderSizes],
    state: [...orderStates],
    reason: [...rejectionSchema.shape.reason.options],
  };
  const coded = (name: keyof typeof codes) =>
    Uint8Array.from(events, (event) => {
      const index = (codes[name] as (string | null)[]).indexOf(event[name]);
      return index < 0 ? noCode : index;
    });
  const numbers = (name: 'time' | 'order' | 'size' | 'limit' | 'trigger' | 'units' | 'price') =>
    Float64Array.from(events, (event) => event[name] ?? Number.NaN);
  return {
    total,
    codes,
    time: numbers('time'),
    bar: Uint32Array.from(events, ({ bar }) => bar),
    market: Uint8Array.from(events, ({ market }) => market),
    order: numbers('order'),
    kind: coded('kind'),
    side: coded('side'),
    sizeKind: coded('sizeKind'),
    size: numbers('size'),
    limit: numbers('limit'),
    trigger: numbers('trigger'),
    state: coded('state'),
    units: numbers('units'),
    price: numbers('price'),
    reason: coded('reason'),
  };
}

/** A market order for each entry, and for each third a limit order before it that is replaced and rejected or expires. */
export function ordersOf(trades: readonly Trade[], barAt: (time: number) => number): OrderEvent[] {
  let order = 0;
  return trades.flatMap(({ side, entryTime, entryPrice, quantity }, index): OrderEvent[] => {
    const common = {
      time: entryTime,
      bar: barAt(entryTime),
      market: 0,
      side: side === 'long' ? 'buy' : 'sell',
      sizeKind: 'percent',
      size: 30,
      trigger: null,
      units: null,
      price: null,
      reason: null,
    } as const;
    const waited: OrderEvent[] = [];
    if (index % 3 === 2) {
      order++;
      const limit = { ...common, order, kind: 'limit', limit: entryPrice * 0.98 } as const;
      waited.push({ ...limit, state: 'accepted' });
      waited.push(
        index % 2 === 0
          ? { ...limit, limit: entryPrice * 0.97, state: 'replaced' }
          : { ...limit, state: 'rejected', reason: 'insufficient-cash' },
      );
    }
    order++;
    const market = { ...common, order, kind: 'market', limit: null } as const;
    return [
      ...waited,
      { ...market, state: 'accepted' },
      { ...market, state: 'filled', units: quantity, price: entryPrice },
    ];
  });
}
