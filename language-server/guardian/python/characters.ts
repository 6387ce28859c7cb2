import { doubtful, invalid } from './adapt/raw.ts';

const codingLine = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/;

/** A line by which a file says that its bytes are no UTF-8. */
export interface CodingLine {
  readonly start: number;
  readonly end: number;
  readonly encoding: string;
}

/** Refuses characters that end or hide lines for one reader and not for the other. */
export function checkCharacters(source: string): void {
  const zero = source.indexOf('\0');
  if (zero >= 0) invalid({ start: zero, end: zero + 1 }, 'A file of Python holds no null characters.');
  const control = /(?![\t\n\r\u{80}-\u{9f}])\p{Cc}|\r(?!\n)/u.exec(source);
  if (control) {
    const place = { start: control.index, end: control.index + 1 };
    doubtful(
      place,
      'A control character or a lone carriage return is read differently by different readers.',
    );
  }
  const surrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.exec(source);
  if (surrogate) invalid({ start: surrogate.index, end: surrogate.index + 1 }, 'This is no whole character.');
}

/** The line that declares an encoding other than UTF-8; Python looks for one in the first two lines. */
export function foreignEncoding(source: string): CodingLine | undefined {
  let start = 0;
  for (let line = 0; line < 2; line += 1) {
    const at = source.indexOf('\n', start);
    const end = at < 0 ? source.length : at;
    const text = source.slice(start, end).replace(/^\ufeff/, '');
    const encoding = codingLine.exec(text)?.[1];
    if (encoding !== undefined) {
      const isUtf8 = /^utf[-_]?8(?:[-_]sig)?$/i.test(encoding);
      return isUtf8 ? undefined : { start, end: source.endsWith('\r', end) ? end - 1 : end, encoding };
    }
    // A first line with code ends the search.
    if (!/^[ \t\f]*(?:#.*)?\r?$/.test(text)) return undefined;
    start = end + 1;
  }
  return undefined;
}

/**
 * Refuses line continuations that are read differently: on or before a blank line, and before anything but
 * a line end.
 * @param isText whether an offset stands in a text or a comment
 */
export function checkContinuations(source: string, isText: (offset: number) => boolean): void {
  for (let at = source.indexOf('\\'); at >= 0; at = source.indexOf('\\', at + 1)) {
    if (isText(at)) continue;
    const place = { start: at, end: at + 1 };
    const after = /^\\\r?\n([ \t]*)([^ \t]?)/.exec(source.slice(at, at + 400));
    if (!after) doubtful(place, 'A backslash must end its line.');
    const before = source.slice(source.lastIndexOf('\n', at) + 1, at);
    const isBlank = before.trim() === '' || ['', '\n', '\r', '#', '\\'].includes(after[2] ?? '');
    if (isBlank)
      doubtful(place, 'A backslash beside an empty line is read differently by different readers.');
  }
}
