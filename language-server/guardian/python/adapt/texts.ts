import type { Replacement, SyntaxOf, TextPart } from '../syntax.ts';
import { expressionOf, type Reading } from './expressions.ts';
import { doubtful, invalid, type Raw } from './raw.ts';

const opening = /^(|[rub]|br|rb|f|fr|rf)('''|"""|'|")/i;

interface Literal {
  readonly isRaw: boolean;
  readonly isBytes: boolean;
  readonly isFormatted: boolean;
  /** Where the text inside of the quotes stands. */
  readonly start: number;
  readonly end: number;
}

/** One string of the source, whose end is where Python before 3.12 sees it, too. */
function literalAt(source: string, raw: Raw): Literal {
  const match = opening.exec(source.slice(raw.start, raw.start + 6));
  if (!match) return invalid(raw, 'A text cannot start like this.');
  const [start = '', prefix = '', quote = ''] = match;
  let at = raw.start + start.length;
  for (;;) {
    if (at >= raw.end)
      return doubtful(raw, 'The end of this text is read differently by different versions.');
    if (source.startsWith(quote, at)) break;
    const character = source[at];
    if (quote.length === 1 && (character === '\n' || character === '\r'))
      return invalid(raw, 'The text does not end on its line.');
    at += character === '\\' ? (source.startsWith('\r\n', at + 1) ? 3 : 2) : 1;
  }
  if (at + quote.length !== raw.end)
    return doubtful(raw, 'Quotes inside of a replacement are read differently by different versions.');
  const letters = prefix.toLowerCase();
  return {
    isRaw: letters.includes('r'),
    isBytes: letters.includes('b'),
    isFormatted: letters.includes('f'),
    start: raw.start + start.length,
    end: at,
  };
}

const simpleEscapes: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
const escapes = /\\(\r\n|[0-7]{1,3}|x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|N\{[^}]*\}|[\s\S])/g;

/** What a text says; nothing where characters are written by their names. */
function decoded(text: string, { isRaw, isBytes }: Literal): string | undefined {
  if (isRaw || !text.includes('\\')) return text.replace(/\r\n/g, '\n');
  let isKnown = true;
  const value = text.replace(/\r\n/g, '\n').replace(escapes, (whole, code: string) => {
    const simple = simpleEscapes[code];
    if (simple !== undefined) return simple;
    if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8));
    if (/^x[\da-fA-F]/.test(code)) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    if (isBytes) return whole;
    if (/^[uU][\da-fA-F]/.test(code)) {
      const point = Number.parseInt(code.slice(1), 16);
      if (point <= 0x10ffff) return String.fromCodePoint(point);
      isKnown = false;
    }
    if (code.startsWith('N{')) isKnown = false;
    return whole;
  });
  return isKnown ? value : undefined;
}

type Text = SyntaxOf<'TextLiteral'> | SyntaxOf<'FormattedText'>;

/** `String`, `FormatString` and `ContinuedString`. */
export function textOf(raw: Raw, reading: Reading): Text {
  const { source } = reading;
  const pieces = raw.name === 'ContinuedString' ? raw.children : [raw];
  const parts: (Replacement | TextPart)[] = [];
  let isFormatted = false;
  let bytes = 0;
  for (const piece of pieces) {
    const literal = literalAt(source, piece);
    if (literal.isFormatted !== (piece.name === 'FormatString')) invalid(piece, 'This is no text.');
    isFormatted ||= literal.isFormatted;
    if (literal.isBytes) bytes += 1;
    if (literal.isFormatted) parts.push(...formattedParts(piece, literal, reading));
    else {
      const value = decoded(source.slice(literal.start, literal.end), literal);
      parts.push({ type: 'TextPart', start: piece.start, end: piece.end, value });
    }
  }
  const { start, end } = raw;
  if (bytes > 0 && bytes < pieces.length) invalid(raw, 'Bytes and texts cannot stand beside each other.');
  if (isFormatted) return { type: 'FormattedText', start, end, parts };
  const values = parts.map((part) => (part.type === 'TextPart' ? part.value : undefined));
  const value = values.includes(undefined) ? undefined : values.join('');
  return { type: 'TextLiteral', start, end, value, isBytes: bytes > 0 };
}

function formattedParts(piece: Raw, literal: Literal, reading: Reading): (Replacement | TextPart)[] {
  const replacements = piece.children.filter(({ name }) => name === 'FormatReplacement');
  return partsBetween(piece, replacements, literal, reading, false);
}

/** The replacements of an f-string or of a format, and the text around them, in which braces must be doubled. */
function partsBetween(
  place: Raw,
  replacements: readonly Raw[],
  literal: Literal,
  reading: Reading,
  isSpec: boolean,
): (Replacement | TextPart)[] {
  const { source } = reading;
  const parts: (Replacement | TextPart)[] = [];
  let at = literal.start;
  const addText = (end: number): void => {
    const text = source.slice(at, end);
    if (/\\(?:N?\{|$)/.test(text + source.slice(end, end + 1)))
      doubtful(place, 'A backslash before a brace is read differently by different readers.');
    const plain = text.replace(/\{\{|\}\}/g, '');
    if (/[{}]/.test(isSpec ? text : plain))
      doubtful(place, 'Braces that are not doubled must enclose a value.');
    if (text === '') return;
    const value = decoded(text, literal)?.replace(/\{\{|\}\}/g, (pair) => pair[0] ?? '');
    parts.push({ type: 'TextPart', start: at, end, value });
  };
  for (const raw of replacements) {
    addText(raw.start);
    parts.push(replacementOf(raw, literal, reading));
    at = raw.end;
  }
  addText(literal.end);
  return parts;
}

function replacementOf(raw: Raw, literal: Literal, reading: Reading): Replacement {
  const { start, end } = raw;
  const values: Raw[] = [];
  let spec: readonly (Replacement | TextPart)[] = [];
  for (const child of raw.children) {
    if (child.name === 'FormatSpec') {
      const inner = child.children.filter(({ name }) => name === 'FormatReplacement');
      const place = { ...literal, start: child.start + 1, end: child.end };
      spec = partsBetween(child, inner, place, reading, true);
    } else if (!['{', '}', 'FormatConversion', 'FormatSelfDoc'].includes(child.name)) values.push(child);
  }
  const [first] = values;
  const text = reading.source.slice(start, values.at(-1)?.end ?? end);
  if (/[\\#]/.test(text) || text.startsWith('{{'))
    doubtful(raw, 'Backslashes, comments and doubled braces inside of a replacement are read differently.');
  if (first?.name === 'NamedExpression' || first?.name === 'LambdaExpression')
    doubtful(raw, 'The colon in this replacement is read differently by different readers.');
  return { type: 'Replacement', start, end, value: expressionOf(values, raw, reading), spec };
}
