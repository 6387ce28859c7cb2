import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { SourceFile } from '../../contracts/candles.ts';
import { LabError } from '../../contracts/errors.ts';
import { type FundingSeries, largestFundingRate } from '../../contracts/funding.ts';
import { dataLines, findDelimiter, type Line, splitLine } from '../import/delimited.ts';
import { decodeText, readSource, rowError, type SourceName } from '../import/source.ts';
import { parseNumber, parseTime } from '../import/time.ts';
import { makeFunding } from './series.ts';

export interface ImportedFunding {
  readonly series: FundingSeries;
  /** What a reader of a result must know of the rates, one sentence each. */
  readonly warnings: readonly string[];
}

/** Rates with the file that they were read from. */
export interface ImportedFundingFile extends ImportedFunding {
  readonly file: SourceFile;
}

/** Rates beyond this are rare enough to be looked at. */
const unusualRate = 0.01;
/** A step this much longer than the usual one is a gap. */
const gapFactor = 1.5;

const timeName = /^(funding[ _]?time|calc[ _]?time|time|time ?stamp|date|date ?time)$/i;
const rateName = /^((last|realized)?[ _]?funding[ _]?rate|rate)$/i;

/**
 * Reads delimited text with a time and a rate a row, as exchanges export it: columns by their names, or the
 * first two without a header. Rates are fractions, or percent where a sign says so. Equal rows are taken once.
 * @throws LabError `data.missing`, `data.empty`, `data.format`, `data.value` or `data.time`, with the line
 */
export async function importFunding(path: string): Promise<ImportedFundingFile> {
  const source = await readSource(path);
  const hash = createHash('sha256').update(source.bytes).digest('hex');
  return { ...parseFunding(source, decodeText(source)), file: { path: resolve(path), hash } };
}

interface Row {
  readonly line: number;
  readonly time: number;
  readonly rate: number;
}

/** As `importFunding`, from the text of the file. */
export function parseFunding(source: SourceName, text: string): ImportedFunding {
  const lines = [...dataLines(text)];
  const [first] = lines;
  const delimiter = (first && findDelimiter(first)) ?? ',';
  const cellsOf = (line: Line): string[] => splitLine(source, line, delimiter).map((cell) => cell.trim());
  const head = first === undefined ? [] : cellsOf(first);
  const hasHeader = head.length > 0 && parseTime(head[0] ?? '') === undefined;
  const columns = hasHeader ? columnsByName(source, head) : { time: 0, rate: 1 };
  const rows = (hasHeader ? lines.slice(1) : lines).map((line): Row => {
    const cells = cellsOf(line);
    return {
      line: line.number,
      time: readTime(source, line, cells[columns.time] ?? ''),
      rate: readRate(source, line, cells[columns.rate] ?? ''),
    };
  });
  if (rows.length === 0) {
    throw new LabError('data.empty', `${source.name} holds no rates of funding.`, {
      action: 'Give it a row with a time and a rate for each payment.',
      place: { file: source.path },
    });
  }
  const kept = withoutDuplicates(
    source,
    rows.toSorted((a, b) => a.time - b.time),
  );
  const time = Float64Array.from(kept, (row) => row.time);
  const rate = Float64Array.from(kept, (row) => row.rate);
  return {
    series: makeFunding(time, rate),
    warnings: warningsOf(kept, rows.length - kept.length),
  };
}

function columnsByName(source: SourceName, head: readonly string[]): { time: number; rate: number } {
  const [time, rate] = [timeName, rateName].map((name) => head.findIndex((cell) => name.test(cell)));
  if (time !== undefined && rate !== undefined && time >= 0 && rate >= 0) return { time, rate };
  throw new LabError('data.format', `${source.name} has no columns of times and rates.`, {
    action: 'Name them time and rate; its first line is a row of names.',
    place: { file: source.path, line: 1 },
  });
}

function readTime(source: SourceName, { number: line }: Line, cell: string): number {
  const time = parseTime(cell)?.time;
  if (time !== undefined) return time;
  throw rowError(source, { line }, 'data.time', `the time ${JSON.stringify(cell)} cannot be read`);
}

function readRate(source: SourceName, { number: line }: Line, cell: string): number {
  const isPercent = cell.endsWith('%');
  const value = parseNumber(isPercent ? cell.slice(0, -1) : cell);
  const rate = value === undefined ? Number.NaN : isPercent ? value / 100 : value;
  if (Math.abs(rate) <= largestFundingRate) return rate;
  const problem = Number.isNaN(rate)
    ? `the rate ${JSON.stringify(cell)} is no number`
    : `the rate ${cell} is above ${largestFundingRate * 100} % of the position`;
  throw rowError(
    source,
    { line },
    'data.value',
    problem,
    'Give rates as fractions of the value, 0.0001 for 0.01 %.',
  );
}

/** @param rows by time */
function withoutDuplicates(source: SourceName, rows: readonly Row[]): Row[] {
  const kept: Row[] = [];
  for (const row of rows) {
    const last = kept.at(-1);
    if (last?.time !== row.time) kept.push(row);
    else if (last.rate !== row.rate) {
      const problem = `it has another rate than line ${last.line} for the same time`;
      throw rowError(source, { line: row.line }, 'data.value', problem);
    }
  }
  return kept;
}

function warningsOf(rows: readonly Row[], duplicates: number): string[] {
  const steps = rows.slice(1).map(({ time }, index) => time - (rows[index] as Row).time);
  const usual = steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
  const gaps = steps.filter((step) => step > usual * gapFactor).length;
  const unusual = rows.filter(({ rate }) => Math.abs(rate) > unusualRate).length;
  const told = (count: number, one: string, many: string): string[] =>
    count === 0 ? [] : [`Funding: ${count === 1 ? one : `${count} ${many}`}.`];
  return [
    ...told(duplicates, 'one row stands twice and was taken once', 'rows stand twice and were taken once'),
    ...told(
      gaps,
      'rates are missing at one place; nothing is paid there',
      'gaps between the rates; nothing is paid there',
    ),
    ...told(unusual, `one rate is beyond ${unusualRate * 100} %`, `rates are beyond ${unusualRate * 100} %`),
  ];
}
