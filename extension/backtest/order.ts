import { expiryKinds, intentColumns, operations } from './intents.ts';

/**
 * An order on its way or waiting, as its intent asked for it. One object serves many orders, one after the
 * other: numbers written into a new object would be allocated one by one.
 */
export class Order {
  id = 0;
  operation = 0;
  sizeKind = 0;
  size = 0;
  stopKind = 0;
  stop = 0;
  targetKind = 0;
  target = 0;
  trailKind = 0;
  trail = 0;
  reference = 0;
  isReduceOnly = false;
  /** True for an order that was given with a price that triggers it. */
  isStop = false;
  /** Bar at whose open it arrives. */
  arrivesAt = 0;
  /** Bars of its market on which it can still be filled, and the time from which on it cannot. */
  barsLeft = 0;
  goodTill = 0;
  /** 1 to buy and -1 to sell, once it has arrived. */
  direction: 1 | -1 = 1;
  /** Worst price, 0 for none. */
  limit = 0;
  /** Price that makes it active, 0 for none or once it was reached. */
  trigger = 0;
  /** Units still to fill; NaN until the first fill has fixed them. */
  remaining = NaN;
  /** Whether it stood in the market at an earlier open as it is now: what it then gets, it makes. */
  hasWaited = false;
  /** Whether its units were found to be what the venue takes. */
  isChecked = false;
  /** The piece of time in which it was met last. */
  metPiece = -1;

  /** Becomes the order of one intent row. `arrivesAt` is the bar of its arrival. */
  begin(rows: Float64Array, offset: number, arrivesAt: number): void {
    const operation = rows[offset + intentColumns.operation] as number;
    const expiryKind = rows[offset + intentColumns.expiryKind] as number;
    const expiry = rows[offset + intentColumns.expiry] as number;
    const trigger = rows[offset + intentColumns.trigger] as number;
    this.id = rows[offset + intentColumns.id] as number;
    this.operation = operation;
    this.sizeKind = rows[offset + intentColumns.sizeKind] as number;
    this.size = rows[offset + intentColumns.size] as number;
    this.stopKind = rows[offset + intentColumns.stopKind] as number;
    this.stop = rows[offset + intentColumns.stop] as number;
    this.targetKind = rows[offset + intentColumns.targetKind] as number;
    this.target = rows[offset + intentColumns.target] as number;
    this.trailKind = rows[offset + intentColumns.trailKind] as number;
    this.trail = rows[offset + intentColumns.trail] as number;
    this.reference = rows[offset + intentColumns.reference] as number;
    this.isReduceOnly = rows[offset + intentColumns.reduceOnly] === 1;
    this.isStop = trigger > 0;
    this.arrivesAt = arrivesAt;
    this.barsLeft = expiryKind === expiryKinds.bars ? expiry : Infinity;
    this.goodTill = expiryKind === expiryKinds.time ? expiry : Infinity;
    this.direction = operation === operations.buy ? 1 : -1;
    this.limit = rows[offset + intentColumns.limit] as number;
    this.trigger = trigger;
    this.remaining = NaN;
    this.hasWaited = false;
    this.isChecked = false;
    this.metPiece = -1;
  }
}
