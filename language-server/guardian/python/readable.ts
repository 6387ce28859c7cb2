import { logicalLines, type Token } from './logicalLines.ts';

/** A part of the source that is parsed by itself. */
export interface Subject {
  readonly start: number;
  readonly end: number;
}

/** A source in a form that the parser reads as Python does. */
export interface Readable {
  /** As long as the source, with each thing at its place. */
  readonly text: string;
  /** What `match` statements look at; in `text` a name as long as each stands there. */
  readonly subjects: readonly Subject[];
  /** Stars in an index, `x[*a]`; in `text` a space stands there. */
  readonly stars: ReadonlySet<number>;
}

/** Words of Python that are also names, depending on where they stand. */
const softWords = new Set(['match', 'case', 'type', 'print']);
/** Words after which a value begins, or none can stand. */
const keywords = new Set(
  `and as assert async await break class continue def del elif else except finally for from global if import in is
  lambda nonlocal not or pass raise return try while with yield`.split(/\s+/),
);

/**
 * The parser does not know a `yield` without a value, a star in an index and most subjects of `match`, and it
 * takes `match`, `case`, `type` and `print` for keywords in some places in which they are names. This gives it
 * names in their places. The names, and the parts, that are judged are those of the source: what this takes wrongly
 * is refused as no Python, and never passes unjudged.
 */
export function readable(source: string): Readable {
  if (!/\b(?:match|case|type|print|yield)\b|[[,]\s*\*/.test(source)) {
    return { text: source, subjects: [], stars: new Set() };
  }
  const changes = new Map<number, string>();
  const asName = ({ start }: Token) => changes.set(start, '_');
  const subjects: Subject[] = [];
  const stars = new Set<number>();
  const lines = logicalLines(source);
  const { headers, clauses } = matchLines(source, lines);
  for (const [index, line] of lines.entries()) {
    const isMatch = headers.has(index);
    const isCase = clauses.has(index);
    for (const [at, token] of line.entries()) {
      const [before, after, next] = [line[at - 1], line[at + 1], line[at + 2]];
      if (before?.text === '.') continue;
      if (token.text === 'yield' && isBare(after)) asName(token);
      if (softWords.has(token.text)) {
        const isKeyword =
          (at === 0 && (isMatch || isCase)) ||
          (token.text === 'type' && after?.kind === 'name' && /^[=[]$/.test(next?.text ?? '')) ||
          (token.text === 'print' && startsValue(after));
        if (!isKeyword) asName(token);
      }
    }
    for (const { start } of starsOf(line)) {
      stars.add(start);
      changes.set(start, ' ');
    }
    const [first, last] = [line[1], line.at(-2)];
    if (isMatch && first && last) subjects.push({ start: first.start, end: last.end });
  }
  return { text: changed(source, changes), subjects, stars };
}

function changed(source: string, changes: ReadonlyMap<number, string>): string {
  const parts: string[] = [];
  let from = 0;
  for (const [at, by] of [...changes].sort(([a], [b]) => a - b)) {
    parts.push(source.slice(from, at), by);
    from = at + 1;
  }
  return parts.join('') + source.slice(from);
}

function isBare(after: Token | undefined): boolean {
  return after === undefined || after.text === ')' || after.text === ';';
}

/** True where two values would stand side by side, unless the first word is a keyword. */
function startsValue(token: Token | undefined): boolean {
  if (token === undefined || token.kind === 'sign') return false;
  return token.kind !== 'name' || !keywords.has(token.text);
}

/** The stars that spread a value in an index. */
function starsOf(line: readonly Token[]): Token[] {
  const found: Token[] = [];
  // Whether each open bracket is that of an index.
  const open: boolean[] = [];
  for (const [at, token] of line.entries()) {
    const before = line[at - 1];
    if (token.kind !== 'sign') continue;
    if ('([{'.includes(token.text)) open.push(token.text === '[' && endsValue(before));
    else if (')]}'.includes(token.text)) open.pop();
    else if (token.text === '*' && open.at(-1) && (before?.text === '[' || before?.text === ',')) {
      // Two of them are no spread of an index.
      if (line[at + 1]?.text !== '*') found.push(token);
    }
  }
  return found;
}

function endsValue(token: Token | undefined): boolean {
  if (token === undefined) return false;
  if (token.kind === 'name') return !keywords.has(token.text);
  return token.kind === 'text' || ')]}'.includes(token.text);
}

/** Which lines open a `match`, and which are its clauses. */
function matchLines(source: string, lines: readonly (readonly Token[])[]) {
  const headers = new Set<number>();
  const clauses = new Set<number>();
  /** The column of the clauses of each open match. */
  const open: number[] = [];
  for (const [index, line] of lines.entries()) {
    const column = columnOf(source, line);
    while ((open.at(-1) ?? -1) > column) open.pop();
    if (line[0]?.text === 'case' && open.at(-1) === column) clauses.add(index);
    const following = lines[index + 1];
    if (line[0]?.text !== 'match' || line.at(-1)?.text !== ':' || line.length < 3) continue;
    if (following?.[0]?.text !== 'case' || columnOf(source, following) <= column) continue;
    headers.add(index);
    open.push(columnOf(source, following));
  }
  return { headers, clauses };
}

function columnOf(source: string, line: readonly Token[]): number {
  const start = line[0]?.start ?? 0;
  return start - (source.lastIndexOf('\n', start - 1) + 1);
}
