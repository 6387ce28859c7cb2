import type { TreeCursor } from '@lezer/common';
import { parser } from '@lezer/python';
import { invalid, type Raw, Refusal, tooComplex } from './adapt/raw.ts';
import type { Span } from './parse.ts';
import { readable, type Subject } from './readable.ts';

const mostNodes = 60_000;
const deepest = 150;

const strict = parser.configure({ strict: true });
const texts = new Set(['String', 'FormatString']);

interface Reading {
  readonly script: Raw;
  readonly comments: readonly Span[];
  /** Where a star spreads a value in an index. */
  readonly stars: ReadonlySet<number>;
  isText(offset: number): boolean;
}

type Growing = Raw & { readonly children: Raw[] };

/**
 * The parser's tree of a source as plain nodes, with bounds on their number and depth.
 * @throws Refusal where it is no Python or too complex
 */
export function readTree(source: string): Reading {
  // The parser takes a carriage return for a line end of its own, and a byte order mark for a letter.
  const { text, subjects, stars } = readable(
    source
      .replace(/\\\r\n/g, '\\\n ')
      .replace(/\r\n/g, ' \n')
      .replace(/^\ufeff/, '\n')
      // It knows no number that ends in its point.
      .replace(/(?<![\p{ID_Continue}.])(\d[\d_]*)\.(?![\d.])/gu, '$10'),
  );
  const comments: Span[] = [];
  const opaque: Span[] = [];
  let count = 0;
  /** Adds the nodes of `parsed` to `root`; `shift` is added to their places. */
  const grow = (parsed: string, shift: number, root: Growing, replaced?: Map<number, Raw>): void => {
    const cursor = cursorOf(parsed, shift);
    const open: Growing[] = [root];
    if (!cursor.firstChild()) return;
    for (;;) {
      const { name } = cursor;
      const [start, end] = [cursor.from + shift, cursor.to + shift];
      count += 1;
      if (count > mostNodes || open.length > deepest) throw new Refusal('SYN002', { start, end }, tooComplex);
      if (cursor.type.isError) throw new Refusal('SYN001', { start, end }, 'This is no valid Python.');
      if (name === 'Comment') comments.push({ start, end: trimmed(source, start, end) });
      const isText = texts.has(name);
      // A text can stand inside of a formatted one.
      if (isText && start >= (opaque.at(-1)?.end ?? 0)) opaque.push({ start, end });
      const subject = name === 'VariableName' ? replaced?.get(start) : undefined;
      const replacement = subject?.end === end ? subject : undefined;
      const node = { name, start, end, children: [] as Raw[] };
      if (replacement) {
        open.at(-1)?.children.push(replacement);
        replaced?.delete(start);
      } else if (name !== 'Comment') open.at(-1)?.children.push(node);
      if (cursor.firstChild()) {
        open.push(node);
        continue;
      }
      while (!cursor.nextSibling()) {
        if (!cursor.parent()) return;
        open.pop();
        if (open.length === 1 && cursor.name === 'Script') return;
      }
    }
  };
  const trees = new Map<number, Raw>();
  const parts: string[] = [];
  let from = 0;
  for (const { start, end } of subjects) {
    parts.push(text.slice(from, start), '_'.repeat(end - start));
    from = end;
    const root: Growing = { name: 'Script', start, end, children: [] };
    grow(`(${text.slice(start, end)})\n`, start - 1, root);
    trees.set(start, subjectOf(root, { start, end }));
  }
  const outer = `${parts.join('')}${text.slice(from)}\n`;
  const script: Growing = { name: 'Script', start: 0, end: source.length, children: [] };
  grow(outer.endsWith('\n\n') ? outer.slice(0, -1) : outer, 0, script, trees);
  // Nothing that was taken out stays unjudged.
  for (const { start, end } of trees.values()) invalid({ start, end }, 'This is no valid Python.');
  return { script, comments, stars, isText: inside([...comments, ...opaque]) };
}

function cursorOf(text: string, shift: number): TreeCursor {
  try {
    return strict.parse(text).cursor();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const at = Number(/(\d+)$/.exec(error.message)?.[1] ?? 0) + shift;
    throw new Refusal('SYN001', { start: at, end: at }, 'This is no valid Python.');
  }
}

/** The one expression of `root`, which was put into brackets to be parsed. */
function subjectOf({ children }: Raw, place: Subject): Raw {
  const [statement] = children;
  const [value] = statement?.children ?? [];
  const isWhole =
    children.length === 1 &&
    statement?.name === 'ExpressionStatement' &&
    statement.children.length === 1 &&
    (value?.name === 'ParenthesizedExpression' || value?.name === 'TupleExpression') &&
    value.end === place.end + 1;
  if (!value || !isWhole) return invalid(place, 'This is no subject of a match.');
  return { ...value, ...place };
}

function trimmed(source: string, start: number, end: number): number {
  return source.slice(start, end).endsWith('\r') ? end - 1 : end;
}

function inside(spans: readonly Span[]): (offset: number) => boolean {
  const inOrder = [...spans].sort((a, b) => a.start - b.start);
  return (offset) => {
    let [low, high] = [0, inOrder.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const { start = 0, end = 0 } = inOrder[middle] ?? {};
      if (offset < start) high = middle - 1;
      else if (offset >= end) low = middle + 1;
      else return true;
    }
    return false;
  };
}
