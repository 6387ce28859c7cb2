import type { OrderEvent, OrderEvents } from '../contracts/orderEvents.ts';

/** The event at `index`, which must be below the number of those that are kept. */
export function orderEventAt(events: OrderEvents, index: number): OrderEvent {
  const { codes } = events;
  const named = <Name>(names: readonly Name[], column: Uint8Array): Name | null =>
    names[column[index] as number] ?? null;
  return {
    time: events.time[index] as number,
    bar: events.bar[index] as number,
    market: events.market[index] as number,
    order: events.order[index] as number,
    kind: codes.kind[events.kind[index] as number] as OrderEvent['kind'],
    side: named(codes.side, events.side),
    sizeKind: named(codes.sizeKind, events.sizeKind),
    size: given(events.size[index]),
    limit: given(events.limit[index]),
    trigger: given(events.trigger[index]),
    state: codes.state[events.state[index] as number] as OrderEvent['state'],
    units: given(events.units[index]),
    price: given(events.price[index]),
    reason: named(codes.reason, events.reason),
  };
}

/** All events that are kept, in the order in which they happened. */
export function orderEventList(events: OrderEvents): OrderEvent[] {
  return Array.from(events.time, (_, index) => orderEventAt(events, index));
}

function given(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
