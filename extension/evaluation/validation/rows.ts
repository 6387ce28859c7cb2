import { dayEnds, firstAtOrAfter } from '../../backtest/timeIndex.ts';
import type { Trade } from '../../contracts/backtest.ts';
import type { Timeframe } from '../../contracts/timeframes.ts';
import type { BarRange } from './ranges.ts';

/**
 * First bar of each row of a matrix of returns, and after the last row the number of bars. A row is a UTC
 * day, or a bar where bars are a day or longer, as in `dailyReturns`.
 */
export function rowStartsOf(time: Float64Array, timeframe: Timeframe): Int32Array {
  const ends = dayEnds(time, timeframe, 0, time.length);
  const starts = new Int32Array(ends.length + 1);
  for (const [row, end] of ends.entries()) starts[row + 1] = end + 1;
  return starts;
}

/**
 * Returns of the rows `fromRow` to `toRow`, `toRow` not included: equity at the end of the row over that at
 * the end of the row before, less 1. Before the first bar of all there is `cash`. An equity that is not
 * above 0 is no base for a return: the rows after it have 0, so that all sets have one value a row.
 */
export function rowReturns(
  equity: Float64Array,
  rowStarts: Int32Array,
  cash: number,
  fromRow = 0,
  toRow = rowStarts.length - 1,
): Float64Array {
  const endOf = (row: number): number =>
    row < 0 ? cash : (equity[(rowStarts[row + 1] as number) - 1] as number);
  const returns = new Float64Array(toRow - fromRow);
  let before = endOf(fromRow - 1);
  for (let row = fromRow; row < toRow; row++) {
    const after = endOf(row);
    if (before > 0) returns[row - fromRow] = after / before - 1;
    before = after;
  }
  return returns;
}

/** The row that a bar belongs to; with the number of bars, the number of rows. */
export function rowOfBar(rowStarts: Int32Array, bar: number): number {
  return firstAtOrAfter(rowStarts, bar + 1) - 1;
}

/** Rows from the entry to the exit of each trade, that of the exit included; an open one lasts to the last row. */
export function tradeSpans(
  trades: readonly Pick<Trade, 'entryTime' | 'exitTime'>[],
  time: Float64Array,
  rowStarts: Int32Array,
): BarRange[] {
  const rows = rowStarts.length - 1;
  // A time inside a bar belongs to the bar that opened before it.
  const rowAt = (at: number): number => rowOfBar(rowStarts, Math.max(0, firstAtOrAfter(time, at + 1) - 1));
  return trades.map(({ entryTime, exitTime }) => ({
    from: rowAt(entryTime),
    to: exitTime === null ? rows : rowAt(exitTime) + 1,
  }));
}

/** Trades that were entered before each row, and after the last row all of them; by their spans. */
export function enteredBefore(spans: readonly BarRange[], rows: number): Int32Array {
  const before = new Int32Array(rows + 1);
  for (const { from } of spans) before[from + 1] = (before[from + 1] as number) + 1;
  for (let row = 0; row < rows; row++)
    before[row + 1] = (before[row + 1] as number) + (before[row] as number);
  return before;
}
