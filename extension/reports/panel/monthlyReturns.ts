import type { MonthlyReturns } from '../../contracts/backtestPanel.ts';
import type { PreparedRun } from './preparedRun.ts';

type Month = MonthlyReturns['years'][number]['months'][number];

interface Row {
  readonly year: number;
  readonly months: Month[];
  total: number | null;
  hold: number | null;
}

/**
 * The return of each month and year in UTC, from the equity at the last close before it to that at its own
 * last close; the first from the initial cash. A bar belongs to the month in which it opens.
 */
export function monthlyReturns(run: PreparedRun): MonthlyReturns {
  const { candles, equity } = run.evidence;
  const rows: Row[] = [];
  let yearStart = 0;
  for (let from = 0; from < run.bars; ) {
    const date = new Date(candles.time[from] as number);
    const year = date.getUTCFullYear();
    const to = endOfMonth(candles.time, from, Date.UTC(year, date.getUTCMonth() + 1));
    let row = rows.at(-1);
    if (row?.year !== year) {
      row = { year, months: Array.from({ length: 12 }, () => noMonth), total: null, hold: null };
      rows.push(row);
      yearStart = from;
    }
    const equityAt = (bar: number) => (bar < 0 ? run.initialCash : (equity[bar] as number));
    // As in the metrics, holding begins at the first close.
    const closeAt = (bar: number) => candles.close[Math.max(0, bar)] as number;
    row.months[date.getUTCMonth()] = {
      value: change(equityAt(from - 1), equityAt(to - 1)),
      part: partOf(run.splitBar, from, to),
    };
    row.total = change(equityAt(yearStart - 1), equityAt(to - 1));
    row.hold = change(closeAt(yearStart - 1), closeAt(to - 1));
    from = to;
  }
  return { years: rows };
}

const noMonth: Month = { value: null, part: 'none' };

function endOfMonth(time: Float64Array, from: number, nextMonth: number): number {
  let low = from;
  let high = time.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((time[middle] as number) < nextMonth) low = middle + 1;
    else high = middle;
  }
  return low;
}

function change(before: number, after: number): number | null {
  return before > 0 ? after / before - 1 : null;
}

function partOf(splitBar: number | null, from: number, to: number): Month['part'] {
  if (splitBar === null || to <= splitBar) return 'in-sample';
  return from >= splitBar ? 'held-back' : 'mixed';
}
