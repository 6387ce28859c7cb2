import { LabError } from '../../contracts/errors.ts';
import { dataLines, findDelimiter, type Line, splitLine } from './delimited.ts';
import { kindOf } from './kind.ts';
import { isLabelName, isTimeCell, timeOrder } from './rowLabels.ts';
import { decodeText, readSource, rowError, type SourceName } from './source.ts';
import { parseNumber } from './time.ts';

export interface ReturnsFile {
  /** File name without its folders. */
  readonly name: string;
  /** Returns of one strategy each, all of one length, oldest first. */
  readonly columns: readonly { readonly name: string; readonly returns: Float64Array }[];
  /** Name of a first column of dates, times or row numbers, which is no strategy; null where there is none. */
  readonly labels: string | null;
  /** Whether the file had the newest row first. */
  readonly wasReversed: boolean;
}

/** The fourth power of more than this is no finite number. */
const largestReturn = 1e60;

/**
 * Reads delimited text with the returns of one strategy a column and one period a row. A first line of names
 * and a first column of dates, times or row numbers are recognised; lines that are blank or begin with `#` are
 * no data.
 * @throws LabError `data.missing`, `data.empty`, `data.format`, `data.value` or `data.time`, with line and column
 */
export async function readReturns(path: string): Promise<ReturnsFile> {
  const source = await readSource(path);
  if (kindOf(source) !== 'text') {
    throw new LabError('data.format', `${source.name} is no text file.`, {
      action: 'Export the returns as CSV in UTF-8, and use that file.',
      place: { file: path },
    });
  }
  return parseReturns(source, decodeText(source));
}

/** As `readReturns`, from the text of the file. */
export function parseReturns(source: SourceName, text: string): ReturnsFile {
  const lines = [...dataLines(text)];
  const [first] = lines;
  const delimiter = (first && findDelimiter(first)) ?? ',';
  const cellsOf = (line: Line): string[] => splitLine(source, line, delimiter).map((cell) => cell.trim());
  const head = first === undefined ? [] : cellsOf(first);
  const hasHeader = isHeader(head);
  const rows = hasHeader ? lines.slice(1) : lines;
  const [row] = rows;
  if (row === undefined) {
    throw new LabError('data.empty', `${source.name} holds no rows of returns.`, {
      action: 'Give it a row for each period and a column for each strategy.',
      place: { file: source.path },
    });
  }
  const width = head.length;
  const names = columnNames(source, first?.number ?? 1, head, hasHeader);
  const columns = names.map(() => new Float64Array(rows.length));
  const labelsRows =
    width > 1 && (isTimeCell(cellsOf(row)[0] ?? '') || (hasHeader && isLabelName(head[0] ?? '')));
  const labels = labelsRows ? new Float64Array(rows.length) : undefined;
  let expected = row.number;
  for (const [index, line] of rows.entries()) {
    // With one column an empty cell is an empty line.
    if (width === 1 && line.number !== expected) {
      throw rowError(source, { line: expected }, 'data.value', 'it holds no return');
    }
    expected = line.number + 1;
    const cells = cellsOf(line);
    if (cells.length !== width) {
      const problem = `it has ${cells.length} cells where ${width} are expected`;
      throw rowError(source, { line: line.number }, 'data.format', problem);
    }
    if (labels !== undefined) labels[index] = readLabel(source, line.number, cells[0] ?? '');
    for (let column = labelsRows ? 1 : 0; column < width; column++) {
      const place = { line: line.number, column: column + 1, name: names[column] ?? '' };
      (columns[column] as Float64Array)[index] = readReturn(source, place, cells[column] ?? '');
    }
  }
  return finish(source, rows, names, columns, labels);
}

/** Whether the first line names the columns: it holds text, or an empty first cell, or counts the columns. */
function isHeader(cells: readonly string[]): boolean {
  const isName = (cell: string): boolean =>
    cell !== '' && parseNumber(cell) === undefined && !isMissing(cell) && !/^[-+]?[\d.,]+ ?%?$/.test(cell);
  const [first = '', ...others] = cells;
  if (others.some(isName) || (isName(first) && !isTimeCell(first))) return true;
  if (first === '' && others.length > 0) return true;
  // Tables without names are often written with the numbers of their columns, from 0 or 1.
  const start = first === '1' ? 1 : 0;
  return cells.length > 1 && cells.every((cell, index) => cell === String(start + index));
}

function isMissing(cell: string): boolean {
  return /^(nan|na|n\/a|#n\/a|null|none|nil|[-+]?inf(inity)?|-)$/i.test(cell);
}

function columnNames(
  source: SourceName,
  line: number,
  head: readonly string[],
  hasHeader: boolean,
): string[] {
  const names = head.map((name, index) => (hasHeader && name !== '' ? name : `column ${index + 1}`));
  const double = names.find((name, index) => names.indexOf(name) !== index);
  if (double === undefined) return names;
  throw new LabError('data.format', `${source.name} has two columns named ${JSON.stringify(double)}.`, {
    action: 'Give each column a name of its own.',
    place: { file: source.path, line },
  });
}

interface CellPlace {
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly name: string;
}

function readReturn(source: SourceName, { line, column, name }: CellPlace, cell: string): number {
  const refuse = (problem: string, action: string): LabError =>
    new LabError(
      'data.value',
      `${source.name}, line ${line}, column ${column} (${JSON.stringify(name)}): ${problem}.`,
      { action, place: { file: source.path, line, column } },
    );
  if (cell === '') {
    throw refuse('the cell is empty', 'Fill it, with 0 where the strategy held nothing, or delete the row.');
  }
  const value = parseNumber(cell);
  // A cell such as 0123 is half of a number with a decimal comma.
  if (value === undefined || /^[-+]?0\d/.test(cell)) {
    throw refuse(
      `${JSON.stringify(cell)} is no number`,
      'Write returns as fractions with a decimal point: 0.012 for 1.2 %.',
    );
  }
  if (Math.abs(value) > largestReturn) {
    throw refuse(`${cell} is too large for a return`, 'Write returns as fractions: 0.012 for 1.2 %.');
  }
  return value;
}

/** The time that orders a label; NaN for one without, such as a row number. */
function readLabel(source: SourceName, line: number, cell: string): number {
  if (isTimeCell(cell)) return timeOrder(cell) ?? Number.NaN;
  if (parseNumber(cell) !== undefined) return Number.NaN;
  const problem = `column 1 holds ${JSON.stringify(cell)}, which is no date or time`;
  throw rowError(source, { line }, 'data.time', problem);
}

/** Puts the oldest row first and leaves out a column that only counts the rows. */
function finish(
  source: SourceName,
  rows: readonly Line[],
  names: readonly string[],
  columns: readonly Float64Array[],
  labels: Float64Array | undefined,
): ReturnsFile {
  const first = columns[0] as Float64Array;
  const counts =
    columns.length > 1 &&
    rows.length > 2 &&
    first.every((value, row) => value === (first[0] as number) + row);
  const hasLabels = labels !== undefined || counts;
  const wasReversed = labels !== undefined && isNewestFirst(source, rows, labels);
  const strategies = columns.map((returns, index) => ({ name: names[index] ?? '', returns }));
  if (wasReversed) for (const { returns } of strategies) returns.reverse();
  return {
    name: source.name,
    columns: hasLabels ? strategies.slice(1) : strategies,
    labels: hasLabels ? (names[0] ?? '') : null,
    wasReversed,
  };
}

/** @throws LabError `data.time` for labels that go neither up nor down */
function isNewestFirst(source: SourceName, rows: readonly Line[], labels: Float64Array): boolean {
  if (labels.length < 2 || labels.some(Number.isNaN)) return false;
  const isDown = (labels[1] as number) < (labels[0] as number);
  for (let row = 1; row < labels.length; row++) {
    const step = (labels[row] as number) - (labels[row - 1] as number);
    if (isDown ? step < 0 : step > 0) continue;
    const line = rows[row]?.number ?? 0;
    const problem = `its date or time is not ${isDown ? 'before' : 'after'} that of the row above`;
    throw rowError(
      source,
      { line },
      'data.time',
      problem,
      'Sort the rows by time and keep each period once.',
    );
  }
  return isDown;
}
