import { expiryKinds, intentColumns, operations } from './intents.ts';

/** An order on its way or waiting, as its intent asked for it. */
export interface Order {
  readonly id: number;
  readonly operation: number;
  readonly sizeKind: number;
  readonly size: number;
  readonly stopKind: number;
  readonly stop: number;
  readonly targetKind: number;
  readonly target: number;
  readonly trailKind: number;
  readonly trail: number;
  readonly reference: number;
  readonly isReduceOnly: boolean;
  /** True for an order that was given with a price that triggers it. */
  readonly isStop: boolean;
  /** Bar at whose open it arrives. */
  readonly arrivesAt: number;
  /** Last bar on which it can be filled, and the time from which on it cannot. */
  readonly lastBar: number;
  readonly goodTill: number;
  /** 1 to buy and -1 to sell, once it has arrived. */
  direction: 1 | -1;
  /** Worst price, 0 for none. */
  limit: number;
  /** Price that makes it active, 0 for none or once it was reached. */
  trigger: number;
  /** Units still to fill; NaN until the first fill has fixed them. */
  remaining: number;
  /** Whether it stood in the market at an earlier open: what it then gets, it makes. */
  hasWaited: boolean;
}

/** Reads the order of one intent row. `arrivesAt` is the bar of its arrival. */
export function orderOf(rows: Float64Array, offset: number, arrivesAt: number): Order {
  const at = (column: number): number => rows[offset + column] as number;
  const expiryKind = at(intentColumns.expiryKind);
  const expiry = at(intentColumns.expiry);
  return {
    id: at(intentColumns.id),
    operation: at(intentColumns.operation),
    sizeKind: at(intentColumns.sizeKind),
    size: at(intentColumns.size),
    stopKind: at(intentColumns.stopKind),
    stop: at(intentColumns.stop),
    targetKind: at(intentColumns.targetKind),
    target: at(intentColumns.target),
    trailKind: at(intentColumns.trailKind),
    trail: at(intentColumns.trail),
    reference: at(intentColumns.reference),
    isReduceOnly: at(intentColumns.reduceOnly) === 1,
    isStop: at(intentColumns.trigger) > 0,
    direction: at(intentColumns.operation) === operations.buy ? 1 : -1,
    arrivesAt,
    lastBar: expiryKind === expiryKinds.bars ? arrivesAt + expiry - 1 : Infinity,
    goodTill: expiryKind === expiryKinds.time ? expiry : Infinity,
    limit: at(intentColumns.limit),
    trigger: at(intentColumns.trigger),
    remaining: NaN,
    hasWaited: false,
  };
}
