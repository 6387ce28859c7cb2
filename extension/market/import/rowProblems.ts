import type { QualityProblem } from '../../contracts/candles.ts';
import type { Timeframe } from '../../contracts/timeframes.ts';
import { duplicateRule, type KeptRows } from './duplicates.ts';
import type { RowTable, RowTally } from './rows.ts';
import { isDateForm, type TimeForm } from './time.ts';

interface ImportFacts {
  readonly gridOffset: number;
  readonly timeframe: Timeframe;
  /** Whether the last bar had not ended at the time of the import. */
  readonly isLastOpen: boolean;
  /** Whether every price may as well be a whole number with a dot between its thousands. */
  readonly mayHoldThousands: boolean;
}

/** What the rows of the file showed before they became bars, without what was not found. */
export function rowProblems(table: RowTable, kept: KeptRows, facts: ImportFacts): QualityProblem[] {
  const problem = (
    kind: QualityProblem['kind'],
    severity: QualityProblem['severity'],
    rows: RowTally,
    message: string,
  ): QualityProblem => ({
    kind,
    severity,
    count: rows.count,
    message,
    examples: rows.rows.map((row) => table.placeOf(row)),
  });
  const { identical, conflicting, outOfOrder } = kept;
  const isNewestFirst = kept.order === 'newest first';
  const units = rarerForms(table.timeForms, (form) => !isDateForm(form));
  const dates = rarerForms(new Map([...table.checkForms, ...table.timeForms]), isDateForm);
  const last = kept.rows.at(-1) ?? 0;
  const bars = { count: kept.rows.length, rows: [...kept.rows.subarray(0, 1)] };
  const whenTrue = (condition: boolean, rows: RowTally): RowTally =>
    condition ? rows : { count: 0, rows: [] };

  return [
    problem(
      'duplicate-conflicting',
      'warning',
      conflicting,
      `${conflicting.count} rows repeat the time of another row with other values; ${duplicateRule}.`,
    ),
    problem(
      'duplicate-identical',
      'info',
      identical,
      `${identical.count} rows repeat another row's time and values and were left out.`,
    ),
    problem(
      'time-disagreement',
      'warning',
      table.timeDisagreement,
      `${table.timeDisagreement.count} rows have a second time column that differs (${describeDifferences(table)}); the first one read was kept.`,
    ),
    problem(
      'mixed-time-units',
      'info',
      units.rows,
      `Times are written in ${units.text}; the unit of each row was read from its magnitude.`,
    ),
    problem('mixed-date-formats', 'info', dates.rows, `Dates are written as ${dates.text}.`),
    problem(
      'misaligned-time',
      'warning',
      whenTrue(facts.gridOffset !== 0, bars),
      `All bars open ${facts.gridOffset / 60_000} minutes after the usual ${facts.timeframe} grid in UTC; their times were kept.`,
    ),
    problem(
      'null-row',
      'warning',
      table.absentVolume,
      `${table.absentVolume.count} rows have no volume; it was read as 0.`,
    ),
    problem(
      'null-row',
      'info',
      table.absentOther,
      `${table.absentOther.count} rows have empty or NULL cells beside their prices and volume.`,
    ),
    problem(
      'possible-thousands',
      'warning',
      whenTrue(facts.mayHoldThousands, bars),
      'Every price has three digits after its dot, in a file parted by semicolons; the dots were read as decimal points, but they may part thousands, and then all prices are 1000 times too small.',
    ),
    problem(
      'order',
      'info',
      whenTrue(isNewestFirst, bars),
      'The file is newest first; its bars were turned round.',
    ),
    problem(
      'order',
      'warning',
      outOfOrder,
      `${outOfOrder.count} rows stand out of order; the bars were sorted by time.`,
    ),
    problem(
      'future-time',
      'warning',
      whenTrue(facts.isLastOpen, { count: 1, rows: [last] }),
      'The last bar had not ended when it was imported, so its values are not final.',
    ),
  ].filter((found) => found.count > 0);
}

/** The forms of one sort, and the rows of all but the most frequent; no rows when there is only one form. */
function rarerForms(
  forms: ReadonlyMap<TimeForm, RowTally>,
  accept: (form: TimeForm) => boolean,
): { rows: RowTally; text: string } {
  const found = [...forms].filter(([form]) => accept(form)).sort((a, b) => b[1].count - a[1].count);
  const rarer = found.slice(1).map(([, tally]) => tally);
  return {
    rows: {
      count: rarer.reduce((sum, tally) => sum + tally.count, 0),
      rows: rarer.flatMap((tally) => tally.rows).slice(0, 5),
    },
    text: found.map(([form, tally]) => `${form} (${tally.count} rows)`).join(', '),
  };
}

function describeDifferences(table: RowTable): string {
  return [...table.disagreements]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 3)
    .map(([difference, count]) =>
      Number.isNaN(difference) ? `unreadable in ${count}` : `by ${difference / 60_000} minutes in ${count}`,
    )
    .join(', ');
}
