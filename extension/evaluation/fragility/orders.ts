import { intentColumns, intentWidth } from '../../backtest/intents.ts';
import type { RunComparison } from '../../contracts/fragility.ts';

/** Parts of the bars behind which the data is cut. */
const cutParts = [1 / 4, 1 / 2, 3 / 4];

/**
 * Bars at which data is cut: each behind a bar on whose close the strategy gave an order, the first from a
 * quarter, a half and three quarters of the bars on. What decides by the very next bar gives another order
 * there. Without an order, at the quarter itself.
 * @param intents of the run, `intentWidth` numbers a row, in the order of their bars
 */
export function cutBars(intents: Float64Array, bars: number): number[] {
  const cuts = cutParts.map((part) => {
    const from = Math.floor(bars * part);
    const row = firstFrom(intents, from);
    const bar = intents[row * intentWidth + intentColumns.bar];
    return bar === undefined ? from : bar + 1;
  });
  return [...new Set(cuts)].filter((bar) => bar >= 2 && bar < bars);
}

/**
 * Compares the orders that two runs gave before bar `at`, up to which they saw the same bars: every number of
 * every order must be the same to the bit, since nothing before `at` may depend on what comes after.
 */
export function compareOrdersBefore(
  base: Float64Array,
  other: Float64Array,
  at: number,
  time: Float64Array,
): RunComparison {
  const [own, others] = [firstFrom(base, at), firstFrom(other, at)];
  let row = 0;
  while (row < own && row < others && isSame(base, other, row)) row++;
  const barOf = (intents: Float64Array, rows: number): number =>
    row < rows ? (intents[row * intentWidth + intentColumns.bar] as number) : Number.POSITIVE_INFINITY;
  const bar = row < own || row < others ? Math.min(barOf(base, own), barOf(other, others)) : null;
  const isBlind = own === 0 && bar === null;
  return {
    at,
    from: 0,
    to: at,
    compared: own,
    difference: bar === null ? null : { bar, time: time[bar] as number },
    problem: isBlind ? { kind: 'not-comparable', text: 'no order was given before this bar' } : null,
  };
}

/** The first row that was given on bar `bar` or later; the number of rows where there is none. */
function firstFrom(intents: Float64Array, bar: number): number {
  let [low, high] = [0, intents.length / intentWidth];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((intents[middle * intentWidth + intentColumns.bar] as number) < bar) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isSame(base: Float64Array, other: Float64Array, row: number): boolean {
  for (let column = row * intentWidth; column < (row + 1) * intentWidth; column++) {
    if (!Object.is(base[column], other[column])) return false;
  }
  return true;
}
