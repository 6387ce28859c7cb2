import { LabError, type LabErrorReason } from '../../contracts/errors.ts';
import type { ColumnMap } from './columns.ts';
import { isContradictory, type KeptRows } from './duplicates.ts';
import type { RowTable } from './rows.ts';

/** Too few bars for a share of them to tell anything about the columns. */
const fewestBars = 10;

/**
 * Refuses rows that cannot be one series: times of a clock of 12 hours, rows that fight over few times, and
 * prices under the wrong names. Throws `data.time` or `data.value` with the first row that shows it.
 */
export function refuseNonsense(table: RowTable, kept: KeptRows, columns: ColumnMap): void {
  refuseHalfClock(table, kept);
  refuseMostlyConflicting(table, kept);
  refuseSwappedColumns(table, kept, columns);
}

/** A clock of 12 hours without AM and PM gives each time of a day twice, and none from 13:00 to 00:59. */
function refuseHalfClock(table: RowTable, kept: KeptRows): void {
  const row = kept.conflicting.rows[0];
  const isPlainDate = [...table.timeForms.keys()].every((form) => form === 'YYYY-MM-DD HH:MM');
  if (row === undefined || !isPlainDate || kept.conflicting.count < table.length / 4) return;
  const hourOf = (time: number): number => new Date(time).getUTCHours();
  if (table.length < 24 || !table.time.every((time) => hourOf(time) >= 1 && hourOf(time) <= 12)) return;
  throw refusal(
    table,
    row,
    'data.time',
    `its times look like those of a 12-hour clock without AM and PM; ${kept.conflicting.count} of ${table.length} rows repeat the time of another`,
    'Write times with AM and PM, or from 00:00 to 23:59.',
  );
}

/** A file in which most rows fight over few times is several series in one, or has lost its time of day. */
function refuseMostlyConflicting(table: RowTable, kept: KeptRows): void {
  if (kept.conflicting.count <= table.length / 2) return;
  throw refusal(
    table,
    kept.conflicting.rows[0] ?? 0,
    'data.time',
    `${kept.conflicting.count} of ${table.length} rows repeat the time of another row with other values`,
    'Import one symbol and timeframe from each file, and check that the time column holds the hour.',
  );
}

/** A file in which most bars contradict themselves has its prices under the wrong names. */
function refuseSwappedColumns(table: RowTable, kept: KeptRows, columns: ColumnMap): void {
  if (kept.rows.length < fewestBars) return;
  const at = (column: readonly number[], row: number): number => column[row] ?? 0;
  const bad = kept.rows.filter((row) =>
    isContradictory(at(table.open, row), at(table.high, row), at(table.low, row), at(table.close, row)),
  );
  const row = bad[0];
  if (row === undefined || bad.length <= kept.rows.length / 2) return;
  const order = (['open', 'high', 'low', 'close'] as const).toSorted((a, b) => columns[a] - columns[b]);
  throw refusal(
    table,
    row,
    'data.value',
    `the columns look swapped; read in the order ${order.join(', ')}, ${bad.length} of ${kept.rows.length} bars have a high or low that contradicts their open or close`,
    'Put each column under its right name, or in the order open, high, low, close without names.',
  );
}

function refusal(
  table: RowTable,
  row: number,
  reason: LabErrorReason,
  problem: string,
  action: string,
): LabError {
  const place = table.errorPlaceOf(row);
  return new LabError(reason, `${table.sourceOf(row).name}: ${problem}.`, { action, place });
}
