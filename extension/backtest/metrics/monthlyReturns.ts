import type { MonthlyReturns, PartOfData } from '../../contracts/metrics.ts';
import { monthAt, monthStart } from '../calendar.ts';
import { firstAtOrAfter } from '../timeIndex.ts';

export interface MonthsInput {
  readonly time: Float64Array;
  readonly close: Float64Array;
  /** Equity at the close of each bar. */
  readonly equity: Float64Array;
  /** Equity before the first bar. */
  readonly cash: number;
  /** First bar of the held-back part; null where nothing was held back. */
  readonly splitBar: number | null;
}

type Year = MonthlyReturns['years'][number];
type Month = Year['months'][number];

const noMonth: Month = { value: null, part: null };

/**
 * The return of each month and year in UTC, from the equity at the last close before it to that at its own
 * last close; the first from the initial cash. A bar belongs to the month in which it opens.
 */
export function monthlyReturns({ time, close, equity, cash, splitBar }: MonthsInput): MonthlyReturns {
  const years: Year[] = [];
  const equityBefore = (bar: number) => (bar === 0 ? cash : (equity[bar - 1] as number));
  // As in the metrics, holding begins at the first close.
  const closeBefore = (bar: number) => close[Math.max(0, bar - 1)] as number;
  let yearStart = 0;
  for (let from = 0; from < time.length; ) {
    const { year, month } = monthAt(time[from] as number);
    const to = firstAtOrAfter(time, monthStart({ year, month: month + 1 }), from);
    let row = years.at(-1);
    if (row?.year !== year) {
      row = { year, months: Array.from({ length: 12 }, () => noMonth), total: null, hold: null };
      years.push(row);
      yearStart = from;
    }
    row.months[month] = {
      value: change(equityBefore(from), equityBefore(to)),
      part: partOf(splitBar, from, to),
    };
    row.total = change(equityBefore(yearStart), equityBefore(to));
    row.hold = change(closeBefore(yearStart), closeBefore(to));
    from = to;
  }
  return { years };
}

/** The part of the data in which bars `from` to `to` lie, `to` not included. */
export function partOf(splitBar: number | null, from: number, to: number): PartOfData {
  if (splitBar === null || to <= splitBar) return 'in-sample';
  return from >= splitBar ? 'held-back' : 'mixed';
}

function change(before: number, after: number): number | null {
  return before > 0 ? after / before - 1 : null;
}
