/**
 * Order intents: what a strategy asked for, as rows of numbers. They are all that leaves a sandbox;
 * the host settles them with its own broker on its own bars.
 */

/** Numbers in one intent row. */
export const intentWidth = 18;

/** Columns of an intent row. */
export const intentColumns = {
  /** Bar on whose close the intent was given, from 0. */
  bar: 0,
  /** Number of the order, from 1, as the strategy got it. */
  id: 1,
  operation: 2,
  /** Number of the market in the run, from 0. */
  market: 3,
  /** One of `sizeKinds`. */
  sizeKind: 4,
  size: 5,
  /** One of `levelKinds`, and its value. */
  stopKind: 6,
  stop: 7,
  targetKind: 8,
  target: 9,
  /** One of `levelKinds`, and the distance that a trailing stop keeps. */
  trailKind: 10,
  trail: 11,
  /** Worst price of a limit order; 0 for none. */
  limit: 12,
  /** Price at which a stop order becomes active; 0 for none. */
  trigger: 13,
  /** One of `expiryKinds`, and its value. */
  expiryKind: 14,
  expiry: 15,
  /** The order that this one cancels, replaces, or excludes as one of two; 0 for none, or for all. */
  reference: 16,
  /** 1 for an order that may only reduce the position, else 0. */
  reduceOnly: 17,
} as const;

export const operations = { buy: 1, sell: 2, close: 3, protect: 4, cancel: 5, replace: 6 } as const;

/** `percent` means percent of the equity for an entry, and of the position for a close. */
export const sizeKinds = { none: 0, units: 1, cash: 2, percent: 3, riskPercent: 4 } as const;

/** A stop loss or take profit: absent, a price, or a distance from the fill price in percent. */
export const levelKinds = { none: 0, price: 1, percent: 2 } as const;

/** Until when an order waits: for ever, to a time (UTC ms), or for so many bars. */
export const expiryKinds = { none: 0, time: 1, bars: 2 } as const;

/** Most markets of one run. */
export const mostMarkets = 64;

/** Thrown for an order that no market could take; the message is shown to the strategy's author. */
export class OrderError extends Error {
  override readonly name = 'OrderError';
}

function requireFinite(value: number, what: string): void {
  if (!Number.isFinite(value)) throw new OrderError(`${what} must be a finite number, was ${value}`);
}

function checkLevel(kind: number, value: number, what: string, maximumPercent: number): void {
  if (kind === levelKinds.none) {
    if (value !== 0) throw new OrderError(`${what} is absent and must be 0, was ${value}`);
    return;
  }
  requireFinite(value, what);
  if (kind === levelKinds.price) {
    if (value <= 0) throw new OrderError(`${what} must be a price above 0, was ${value}`);
  } else if (kind === levelKinds.percent) {
    if (value <= 0 || value >= maximumPercent) {
      throw new OrderError(
        `${what} must be a distance above 0 % and below ${maximumPercent} %, was ${value}`,
      );
    }
  } else {
    throw new OrderError(`${what} has the unknown kind ${kind}`);
  }
}

function checkSize(kind: number, size: number, percentLimit: number, what: string): void {
  requireFinite(size, what);
  if (size <= 0) throw new OrderError(`${what} must be above 0, was ${size}`);
  if (kind >= sizeKinds.percent && size > percentLimit) {
    throw new OrderError(`${what} must be at most ${percentLimit} percent, was ${size}`);
  }
}

/** A price that an order waits for: 0 where it has none. */
function checkPrice(value: number, what: string): void {
  requireFinite(value, what);
  if (value < 0) throw new OrderError(`${what} must be a price above 0, was ${value}`);
}

function checkExpiry(kind: number, value: number): void {
  if (kind === expiryKinds.none) {
    if (value !== 0) throw new OrderError(`an expiry is absent and must be 0, was ${value}`);
  } else if (kind === expiryKinds.time) {
    if (!Number.isSafeInteger(value) || value <= 0) {
      throw new OrderError(`goodTill must be a time in whole UTC milliseconds, was ${value}`);
    }
  } else if (kind === expiryKinds.bars) {
    if (!Number.isInteger(value) || value < 1 || value > 1e9) {
      throw new OrderError(`goodForBars must be a whole number from 1, was ${value}`);
    }
  } else {
    throw new OrderError(`an expiry has the unknown kind ${kind}`);
  }
}

function requireZero(rows: Float64Array, offset: number, columns: readonly number[], what: string): void {
  for (let index = 0; index < columns.length; index++) {
    const column = columns[index] as number;
    if (rows[offset + column] !== 0) throw new OrderError(`${what} takes no such option (${column})`);
  }
}

const { sizeKind, size, stopKind, stop, targetKind, target, trailKind, trail } = intentColumns;
const { limit, trigger, expiryKind, expiry, reference, reduceOnly } = intentColumns;
const levelColumns = [stopKind, stop, targetKind, target, trailKind, trail];
const notOfCloses = [...levelColumns, reduceOnly];
const notOfProtect = [sizeKind, size, limit, trigger, expiryKind, expiry, reference, reduceOnly];
const notOfCancel = [sizeKind, size, ...levelColumns, limit, trigger, expiryKind, expiry, reduceOnly];
const notOfReplace = [...levelColumns, expiryKind, expiry, reduceOnly];

/**
 * Checks one row of a run with `markets` markets, whoever wrote it.
 * @throws OrderError naming the value that is wrong
 */
export function checkIntent(rows: Float64Array, offset: number, markets = 1): void {
  const operation = rows[offset + intentColumns.operation] as number;
  const market = rows[offset + intentColumns.market] as number;
  if (!(Number.isInteger(market) && market >= 0 && market < markets)) {
    throw new OrderError(`an order names market ${market} of ${markets}`);
  }
  checkLevel(rows[offset + stopKind] as number, rows[offset + stop] as number, 'stop loss', 100);
  checkLevel(rows[offset + targetKind] as number, rows[offset + target] as number, 'take profit', 100_000);
  checkLevel(rows[offset + trailKind] as number, rows[offset + trail] as number, 'trailing stop', 100);
  checkPrice(rows[offset + limit] as number, 'limit');
  checkPrice(rows[offset + trigger] as number, 'stop');
  checkExpiry(rows[offset + expiryKind] as number, rows[offset + expiry] as number);
  const other = rows[offset + reference] as number;
  if (!(Number.isSafeInteger(other) && other >= 0)) throw new OrderError(`an order names the order ${other}`);
  const reduces = rows[offset + reduceOnly] as number;
  if (reduces !== 0 && reduces !== 1) throw new OrderError('reduceOnly is true or false');
  const kind = rows[offset + sizeKind] as number;
  const units = rows[offset + size] as number;
  switch (operation) {
    case operations.buy:
    case operations.sell:
      if (kind < sizeKinds.units || kind > sizeKinds.riskPercent || !Number.isInteger(kind)) {
        throw new OrderError(`an entry has the unknown size kind ${kind}`);
      }
      checkSize(kind, units, 100, 'the size of an entry');
      if (kind === sizeKinds.riskPercent && rows[offset + stopKind] === levelKinds.none) {
        throw new OrderError('riskPercent needs a stop loss, because the risk is the distance to it');
      }
      if (reduces === 0) return;
      requireZero(rows, offset, levelColumns, 'an order that may only reduce');
      if (kind !== sizeKinds.units) throw new OrderError('an order that may only reduce takes units');
      return;
    case operations.close:
      if (kind !== sizeKinds.units && kind !== sizeKinds.percent) {
        throw new OrderError(`a close has the unknown size kind ${kind}`);
      }
      checkSize(kind, units, 100, 'the size of a close');
      requireZero(rows, offset, notOfCloses, 'close');
      return;
    case operations.protect:
      requireZero(rows, offset, notOfProtect, 'protect');
      return;
    case operations.cancel:
      requireZero(rows, offset, notOfCancel, 'cancel');
      return;
    case operations.replace:
      requireZero(rows, offset, notOfReplace, 'replace');
      if (other === 0) throw new OrderError('replace names no order');
      if (kind === sizeKinds.units) checkSize(kind, units, 100, 'the size of an order');
      else if (kind !== sizeKinds.none || units !== 0) throw new OrderError('replace takes units');
      return;
    default:
      throw new OrderError(`an intent has the unknown operation ${operation}`);
  }
}
