import type { QualityProblem } from '../../contracts/candles.ts';
import type { ErrorPlace } from '../../contracts/errors.ts';
import { type Cell, cellText, isAbsent } from './cell.ts';
import type { ColumnMap } from './columns.ts';
import { type RowPlace, rowError, type SourceName } from './source.ts';
import {
  isDateForm,
  type ParsedTime,
  parseNumber,
  parseTime,
  spreadCompactDate,
  type TimeForm,
} from './time.ts';

const earliestTime = Date.UTC(1980, 0, 1);
const day = 86_400_000;
const mostExamples = 5;

/** Some rows with the same peculiarity: how many, and the first few. */
export interface RowTally {
  count: number;
  readonly rows: number[];
}

interface Origin {
  readonly source: SourceName;
  readonly firstRow: number;
}

/** Data rows in the order of their files, one value a row in each column. */
export class RowTable {
  readonly time: number[] = [];
  readonly open: number[] = [];
  readonly high: number[] = [];
  readonly low: number[] = [];
  readonly close: number[] = [];
  readonly volume: number[] = [];
  /** Trades in the bar; -1 where the file does not say. */
  readonly trades: number[] = [];
  /** How many cells of the row are empty or NULL. */
  readonly absentCells: number[] = [];
  /** Line of the file, from 1; 0 where the file has no lines to speak of. */
  readonly line: number[] = [];

  readonly timeForms = new Map<TimeForm, RowTally>();
  readonly checkForms = new Map<TimeForm, RowTally>();
  readonly absentVolume: RowTally = { count: 0, rows: [] };
  readonly absentOther: RowTally = { count: 0, rows: [] };
  readonly timeDisagreement: RowTally = { count: 0, rows: [] };
  /** How far the compared time lies from the kept one, in ms, and in how many rows; few kinds are held. */
  readonly disagreements = new Map<number, number>();

  readonly #now: number;
  readonly #origins: Origin[] = [];

  constructor(now: number) {
    this.#now = now;
  }

  get length(): number {
    return this.time.length;
  }

  /** Says which file the rows come from that are added next. */
  begin(source: SourceName): void {
    this.#origins.push({ source, firstRow: this.length });
  }

  /** The file that a row comes from. */
  sourceOf(row: number): SourceName {
    return this.#originOf(row).source;
  }

  /** A row as a report names it: by its time, its line where its file has lines, and the file where there are several. */
  placeOf(row: number): QualityProblem['examples'][number] {
    const line = this.line[row] ?? 0;
    return {
      ...(this.#origins.length > 1 ? { file: this.sourceOf(row).name } : {}),
      ...(line === 0 ? {} : { line }),
      time: this.time[row] ?? 0,
    };
  }

  /** A row as an error names it: by its file, and its line or its place among the file's rows. */
  errorPlaceOf(row: number): ErrorPlace {
    const { source, firstRow } = this.#originOf(row);
    const line = this.line[row] ?? 0;
    return { file: source.path, ...(line === 0 ? { bar: row - firstRow } : { line }) };
  }

  #originOf(row: number): Origin {
    const origin = this.#origins.findLast(({ firstRow }) => firstRow <= row);
    if (origin === undefined) throw new Error('A row was added before its file was named.');
    return origin;
  }

  get #source(): SourceName {
    return this.sourceOf(this.length);
  }

  /** Parses and checks one row. Throws `data.value` or `data.time` with the row's place. */
  add(cells: readonly Cell[], columns: ColumnMap, place: RowPlace): void {
    const row = this.length;
    const time = this.#time(cells, columns, place);
    this.time.push(time.time);
    tally(this.timeForms, time.form, row);
    this.open.push(this.#price(cells, columns.open, 'open', place));
    this.high.push(this.#price(cells, columns.high, 'high', place));
    this.low.push(this.#price(cells, columns.low, 'low', place));
    this.close.push(this.#price(cells, columns.close, 'close', place));
    this.volume.push(this.#volume(cells[columns.volume] ?? '', row, place));
    this.trades.push(columns.trades === undefined ? -1 : tradeCount(cells[columns.trades] ?? ''));
    this.line.push('line' in place ? place.line : 0);

    let absent = 0;
    for (const cell of cells) if (isAbsent(cell)) absent += 1;
    this.absentCells.push(absent);
    if (absent > 0 && !isAbsent(cells[columns.volume] ?? '')) note(this.absentOther, row);
    if (columns.timeCheck !== undefined) this.#compareTimes(time, cells[columns.timeCheck] ?? '', row);
  }

  #time(cells: readonly Cell[], columns: ColumnMap, place: RowPlace): ParsedTime {
    const written = cells[columns.time] ?? '';
    const timeOfDay = columns.timeOfDay === undefined ? undefined : (cells[columns.timeOfDay] ?? '');
    const cell =
      timeOfDay === undefined ? written : `${cellText(written).trim()} ${cellText(timeOfDay).trim()}`;
    const parsed = parseTime(columns.hasCompactDates ? spreadCompactDate(cellText(cell).trim()) : cell);
    if (parsed === undefined) {
      throw rowError(
        this.#source,
        place,
        'data.time',
        `the time ${quote(cell)} is not one the lab can read`,
        timeHelp,
      );
    }
    if (parsed.time < earliestTime) {
      const problem = `the time ${quote(cell)} would be ${isoOf(parsed.time)}, before 1980`;
      throw rowError(this.#source, place, 'data.time', problem, timeHelp);
    }
    if (parsed.time > this.#now) {
      const problem = `the time ${quote(cell)} (${isoOf(parsed.time)}) lies in the future`;
      throw rowError(this.#source, place, 'data.time', problem);
    }
    return parsed;
  }

  #price(cells: readonly Cell[], index: number, name: string, place: RowPlace): number {
    const cell = cells[index] ?? '';
    const value = parseNumber(cell);
    if (value === undefined) {
      const problem = isAbsent(cell)
        ? `the ${name} price is missing`
        : `the ${name} price ${quote(cell)} is not a number`;
      throw rowError(this.#source, place, 'data.value', problem);
    }
    if (value <= 0) {
      throw rowError(this.#source, place, 'data.value', `the ${name} price ${quote(cell)} is not above zero`);
    }
    return value;
  }

  #volume(cell: Cell, row: number, place: RowPlace): number {
    if (isAbsent(cell)) {
      note(this.absentVolume, row);
      return 0;
    }
    const value = parseNumber(cell);
    if (value === undefined) {
      throw rowError(this.#source, place, 'data.value', `the volume ${quote(cell)} is not a number`);
    }
    if (value < 0) throw rowError(this.#source, place, 'data.value', `the volume ${quote(cell)} is negative`);
    return value === 0 ? 0 : value;
  }

  #compareTimes(kept: ParsedTime, cell: Cell, row: number): void {
    const other = parseTime(cell);
    if (other !== undefined) tally(this.checkForms, other.form, row);
    const isWholeDay = other?.form === 'YYYY-MM-DD' && !isDateForm(kept.form);
    const expected = isWholeDay ? Math.floor(kept.time / day) * day : kept.time;
    const difference = other === undefined ? Number.NaN : other.time - expected;
    if (difference === 0) return;
    note(this.timeDisagreement, row);
    if (this.disagreements.size < 20 || this.disagreements.has(difference)) {
      this.disagreements.set(difference, (this.disagreements.get(difference) ?? 0) + 1);
    }
  }
}

const timeHelp =
  'Write times as Unix seconds, milliseconds, microseconds or nanoseconds, or as 2021-06-10 00:00:00 in UTC.';

function tradeCount(cell: Cell): number {
  return parseNumber(cell) ?? -1;
}

function tally(forms: Map<TimeForm, RowTally>, form: TimeForm, row: number): void {
  let found = forms.get(form);
  if (found === undefined) {
    found = { count: 0, rows: [] };
    forms.set(form, found);
  }
  note(found, row);
}

/** Counts a row, and remembers it while there are few. */
export function note(rows: RowTally, row: number): void {
  rows.count += 1;
  if (rows.rows.length < mostExamples) rows.rows.push(row);
}

function quote(cell: Cell): string {
  return JSON.stringify(cellText(cell).slice(0, 40));
}

/** ISO text of a time; a time that no calendar holds is shown as its number. */
export function isoOf(time: number): string {
  return Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : `${time} ms`;
}
