/**
 * Order intents: what a strategy asked for, as rows of numbers. They are all that leaves a sandbox;
 * the host settles them with its own broker on its own bars.
 */

/** Numbers in one intent row. */
export const intentWidth = 9;

/** Columns of an intent row. */
export const intentColumns = {
  /** Bar on whose close the intent was given, from 0. */
  bar: 0,
  /** Number of the order, from 1, as the strategy got it. */
  id: 1,
  operation: 2,
  /** One of `sizeKinds`. */
  sizeKind: 3,
  size: 4,
  /** One of `levelKinds`, and its value. */
  stopKind: 5,
  stop: 6,
  targetKind: 7,
  target: 8,
} as const;

export const operations = { buy: 1, sell: 2, close: 3, protect: 4 } as const;

/** `percent` means percent of the equity for an entry, and of the position for a close. */
export const sizeKinds = { none: 0, units: 1, cash: 2, percent: 3, riskPercent: 4 } as const;

/** A stop loss or take profit: absent, a price, or a distance from the fill price in percent. */
export const levelKinds = { none: 0, price: 1, percent: 2 } as const;

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

/**
 * Checks one row, whoever wrote it.
 * @throws OrderError naming the value that is wrong
 */
export function checkIntent(rows: Float64Array, offset: number): void {
  const operation = rows[offset + intentColumns.operation] as number;
  const sizeKind = rows[offset + intentColumns.sizeKind] as number;
  const size = rows[offset + intentColumns.size] as number;
  const stopKind = rows[offset + intentColumns.stopKind] as number;
  checkLevel(stopKind, rows[offset + intentColumns.stop] as number, 'stop loss', 100);
  checkLevel(
    rows[offset + intentColumns.targetKind] as number,
    rows[offset + intentColumns.target] as number,
    'take profit',
    100_000,
  );
  if (operation === operations.buy || operation === operations.sell) {
    if (sizeKind < sizeKinds.units || sizeKind > sizeKinds.riskPercent || !Number.isInteger(sizeKind)) {
      throw new OrderError(`an entry has the unknown size kind ${sizeKind}`);
    }
    checkSize(sizeKind, size, 100, 'the size of an entry');
    if (sizeKind === sizeKinds.riskPercent && stopKind === levelKinds.none) {
      throw new OrderError('riskPercent needs a stop loss, because the risk is the distance to it');
    }
  } else if (operation === operations.close) {
    if (sizeKind !== sizeKinds.units && sizeKind !== sizeKinds.percent) {
      throw new OrderError(`a close has the unknown size kind ${sizeKind}`);
    }
    checkSize(sizeKind, size, 100, 'the size of a close');
  } else if (operation === operations.protect) {
    if (sizeKind !== sizeKinds.none || size !== 0) throw new OrderError('protect takes no size');
  } else {
    throw new OrderError(`an intent has the unknown operation ${operation}`);
  }
}
