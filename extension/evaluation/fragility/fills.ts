import { fillWidth } from '../../backtest/ledger.ts';

/** Fills of a run, `fillWidth` numbers a row, in the order in which they happened. */
export type Fills = Float64Array;

export const fillColumns = { bar: 0, time: 1, signedQuantity: 2, price: 3, reason: 7, market: 8 } as const;

/** Quantities below this part of the largest are what rounding leaves of a closed position. */
export const noQuantity = 1e-9;

export function fillCount(fills: Fills): number {
  return fills.length / fillWidth;
}

export function fillAt(fills: Fills, row: number, column: number): number {
  return fills[row * fillWidth + column] as number;
}
