import { isCompactDate, parseNumber, parseTime } from './time.ts';

const months = 'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec';
const dateForms = [
  /^\d{1,4}([-/.])\d{1,2}(\1\d{1,4})?([T ].*)?$/,
  new RegExp(`^(${months})[a-z]*[ .,/-]*\\d{1,4}(, *\\d{4})?$`, 'i'),
  new RegExp(`^\\d{1,2}[ /-](${months})[a-z]*[ /-]\\d{2,4}$`, 'i'),
  /^\d{4}-?[QWM]\d{1,2}$/i,
];
/** Returns are no numbers of this size; seconds and milliseconds since 1970 are. */
const leastEpoch = 1e8;

/** Whether a cell is a date or a time rather than a return. */
export function isTimeCell(cell: string): boolean {
  const value = parseNumber(cell);
  if (value !== undefined) return isCompactDate(cell) || (Number.isInteger(value) && value >= leastEpoch);
  return parseTime(cell) !== undefined || dateForms.some((form) => form.test(cell.trim()));
}

/** Whether a header names a column that labels the rows; spreadsheets and pandas leave it empty. */
export function isLabelName(name: string): boolean {
  return /^(|unnamed: 0|index|row|period|date|time|date ?time|time ?stamp|day|week|month|quarter|year|open[ _]time|unix|ts)$/i.test(
    name.trim(),
  );
}

/** What orders a time cell among others; undefined where it is no number and has not the year first. */
export function timeOrder(cell: string): number | undefined {
  return parseNumber(cell) ?? parseTime(cell)?.time;
}
