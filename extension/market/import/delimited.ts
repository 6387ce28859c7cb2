import { rowError, type SourceName } from './source.ts';

/** A line of a text file. */
export interface Line {
  readonly text: string;
  /** From 1. */
  readonly number: number;
}

/** The lines that hold data: neither blank nor a comment behind `#`. */
export function* dataLines(text: string): Generator<Line, undefined> {
  // Old spreadsheets end lines with a carriage return alone.
  const lineEnd = text.includes('\n') ? '\n' : '\r';
  let number = 0;
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf(lineEnd, start);
    const end = found === -1 ? text.length : found;
    const line = text.slice(start, text.charCodeAt(end - 1) === 13 && end > start ? end - 1 : end);
    number += 1;
    start = end + 1;
    if (line.trim() !== '' && !line.startsWith('#')) yield { text: line, number };
  }
  return undefined;
}

/** The sign that splits a line into the most cells; undefined where it is one cell. */
export function findDelimiter(line: Line): string | undefined {
  const counts = [',', ';', '\t'].map((sign) => [sign, line.text.split(sign).length] as const);
  const [delimiter, cells] = counts.reduce((best, next) => (next[1] > best[1] ? next : best));
  return cells === 1 ? undefined : delimiter;
}

/** Splits a line into cells; a cell may stand in double quotes, a doubled quote inside is one. */
export function splitLine(source: SourceName, line: Line, delimiter: string): string[] {
  const { text } = line;
  if (!text.includes('"')) return text.split(delimiter);
  const cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const sign = text[index] ?? '';
    if (sign === '"') {
      if (isQuoted && text[index + 1] === '"') {
        cell += '"';
        index += 1;
      } else isQuoted = !isQuoted;
    } else if (sign === delimiter && !isQuoted) {
      cells.push(cell);
      cell = '';
    } else cell += sign;
  }
  if (isQuoted) throw rowError(source, { line: line.number }, 'data.format', 'a quoted cell has no end');
  cells.push(cell);
  return cells;
}
