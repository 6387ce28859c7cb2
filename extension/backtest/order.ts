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
  /** Bars of its market on which it can still be filled, and the time from which on it cannot. */
  barsLeft: number;
  readonly goodTill: number;
  /** 1 to buy and -1 to sell, once it has arrived. */
  direction: 1 | -1;
  /** Worst price, 0 for none. */
  limit: number;
  /** Price that makes it active, 0 for none or once it was reached. */
  trigger: number;
  /** Units still to fill; NaN until the first fill has fixed them. */
  remaining: number;
  /** Whether it stood in the market at an earlier open as it is now: what it then gets, it makes. */
  hasWaited: boolean;
  /** Whether its units were found to be what the venue takes. */
  isChecked: boolean;
  /** The piece of time in which it was met last. */
  metPiece: number;
}

/** Reads the order of one intent row. `arrivesAt` is the bar of its arrival. */
export function orderOf(rows: Float64Array, offset: number, arrivesAt: number): Order {
  const operation = rows[offset + intentColumns.operation] as number;
  const expiryKind = rows[offset + intentColumns.expiryKind] as number;
  const expiry = rows[offset + intentColumns.expiry] as number;
  const trigger = rows[offset + intentColumns.trigger] as number;
  return {
    id: rows[offset + intentColumns.id] as number,
    operation,
    sizeKind: rows[offset + intentColumns.sizeKind] as number,
    size: rows[offset + intentColumns.size] as number,
    stopKind: rows[offset + intentColumns.stopKind] as number,
    stop: rows[offset + intentColumns.stop] as number,
    targetKind: rows[offset + intentColumns.targetKind] as number,
    target: rows[offset + intentColumns.target] as number,
    trailKind: rows[offset + intentColumns.trailKind] as number,
    trail: rows[offset + intentColumns.trail] as number,
    reference: rows[offset + intentColumns.reference] as number,
    isReduceOnly: rows[offset + intentColumns.reduceOnly] === 1,
    isStop: trigger > 0,
    arrivesAt,
    barsLeft: expiryKind === expiryKinds.bars ? expiry : Infinity,
    goodTill: expiryKind === expiryKinds.time ? expiry : Infinity,
    direction: operation === operations.buy ? 1 : -1,
    limit: rows[offset + intentColumns.limit] as number,
    trigger,
    remaining: NaN,
    hasWaited: false,
    isChecked: false,
    metPiece: -1,
  };
}
