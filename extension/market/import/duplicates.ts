import { note, type RowTable, type RowTally } from './rows.ts';

/** Which rows are kept, oldest first, and what was found on the way. */
export interface KeptRows {
  readonly rows: Uint32Array;
  /** Rows not kept whose open, high, low, close and volume equal those of the kept row. */
  readonly identical: RowTally;
  /** Rows not kept that differ from the kept row in at least one of them. */
  readonly conflicting: RowTally;
  readonly order: 'oldest first' | 'newest first' | 'mixed';
  /** Rows that stand against the direction of most others; for `mixed` alone. */
  readonly outOfOrder: RowTally;
}

/** The rule in one sentence, for the report. */
export const duplicateRule =
  'of rows with the same time the one is kept whose prices do not contradict each other, then that with ' +
  'the fewest missing cells, then the most trades, the largest volume, the widest range, and last the ' +
  'highest close, open and high';

/**
 * Sorts the rows by time and keeps one a time, by `duplicateRule`. The order of the lines plays no
 * part, so that a file and its reverse give the same candles.
 *
 * Why this rule: files of CryptoDataDownload that join an old and a new export hold 2,649 hours twice
 * (Binance BTC/USDT and ETH/USDT, 2020-08-01 to 2020-11-20). Added up by day, the rows with a trade
 * count equal the exchange's daily candles in open, high, low, close and (rounded) volume on all 110 days. The
 * rows without one (NULL) have their open replaced by the previous close, and miss the daily open on 71
 * and 72 days; the last of them was read before its hour ended and lacks a fifth of the volume. So
 * missing cells, fewer trades and less volume mark the worse row, while an open that equals the previous
 * close, tempting as it looks, marks a value that was made up.
 */
export function resolveDuplicates(table: RowTable): KeptRows {
  const { sorted, order, outOfOrder } = sortByTime(table);
  const identical: RowTally = { count: 0, rows: [] };
  const conflicting: RowTally = { count: 0, rows: [] };
  const kept = new Uint32Array(sorted.length);
  let count = 0;
  for (let start = 0; start < sorted.length; ) {
    const time = table.time[sorted[start] ?? 0];
    let best = sorted[start] ?? 0;
    let end = start + 1;
    for (; end < sorted.length && table.time[sorted[end] ?? 0] === time; end += 1) {
      const row = sorted[end] ?? 0;
      if (comparePreference(table, row, best) < 0) best = row;
    }
    for (let index = start; end - start > 1 && index < end; index += 1) {
      const row = sorted[index] ?? 0;
      if (row !== best) note(hasSameValues(table, row, best) ? identical : conflicting, row);
    }
    kept[count] = best;
    count += 1;
    start = end;
  }
  return { rows: kept.slice(0, count), identical, conflicting, order, outOfOrder };
}

/** True when open, high, low and close cannot belong to one bar. */
export function isContradictory(open: number, high: number, low: number, close: number): boolean {
  return high < Math.max(open, close) || low > Math.min(open, close);
}

/** Negative when row `a` is to be kept rather than row `b`; 0 only when their values are the same. */
function comparePreference(table: RowTable, a: number, b: number): number {
  const at = (column: readonly number[], row: number): number => column[row] ?? 0;
  const contradiction = (row: number): number =>
    Number(
      isContradictory(at(table.open, row), at(table.high, row), at(table.low, row), at(table.close, row)),
    );
  const range = (row: number): number => at(table.high, row) - at(table.low, row);
  return (
    contradiction(a) - contradiction(b) ||
    at(table.absentCells, a) - at(table.absentCells, b) ||
    at(table.trades, b) - at(table.trades, a) ||
    at(table.volume, b) - at(table.volume, a) ||
    range(b) - range(a) ||
    at(table.close, b) - at(table.close, a) ||
    at(table.open, b) - at(table.open, a) ||
    at(table.high, b) - at(table.high, a)
  );
}

function hasSameValues(table: RowTable, a: number, b: number): boolean {
  return [table.open, table.high, table.low, table.close, table.volume].every(
    (column) => column[a] === column[b],
  );
}

function sortByTime(table: RowTable): Pick<KeptRows, 'order' | 'outOfOrder'> & { sorted: Uint32Array } {
  const { time } = table;
  const sorted = Uint32Array.from({ length: time.length }, (_, row) => row);
  const rising: RowTally = { count: 0, rows: [] };
  const falling: RowTally = { count: 0, rows: [] };
  for (let row = 1; row < time.length; row += 1) {
    const step = (time[row] ?? 0) - (time[row - 1] ?? 0);
    if (step > 0) note(rising, row);
    if (step < 0) note(falling, row);
  }
  const none: RowTally = { count: 0, rows: [] };
  if (falling.count === 0) return { sorted, order: 'oldest first', outOfOrder: none };
  if (rising.count === 0) return { sorted: sorted.reverse(), order: 'newest first', outOfOrder: none };
  sorted.sort((a, b) => (time[a] ?? 0) - (time[b] ?? 0));
  return { sorted, order: 'mixed', outOfOrder: rising.count < falling.count ? rising : falling };
}
