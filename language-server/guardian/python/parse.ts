import { parser } from '@lezer/python';
import type { Raw } from './adapt/raw.ts';
import { Refusal } from './adapt/raw.ts';
import { moduleOf } from './adapt/statements.ts';
import { checkCharacters, checkContinuations } from './characters.ts';
import { checkLayout } from './layout.ts';
import type { Module } from './syntax.ts';

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A name that Python reads in another form than it is written. */
export interface Unnormalised extends Span {
  readonly name: string;
}

export type Parsed =
  | {
      readonly ok: true;
      readonly module: Module;
      /** Each from its `#` to the end of its line. */
      readonly comments: readonly Span[];
      readonly unnormalised: readonly Unnormalised[];
    }
  | {
      readonly ok: false;
      readonly rule: 'SYN001' | 'SYN002' | 'SYN003';
      readonly start: number;
      readonly end: number;
      readonly message: string;
    };

export const largestSource = 256 * 1024;
const mostNodes = 60_000;
const deepest = 150;
/** Brackets around a place; Python itself refuses more than 200. */
const deepestBrackets = 100;

const strict = parser.configure({ strict: true });
const texts = new Set(['String', 'FormatString']);

/** Parses a strategy. Never throws, and ends in bounded time on any text. */
export function parsePython(source: string): Parsed {
  if (source.length > largestSource) {
    const message = `The file has ${source.length} characters; a strategy has at most ${largestSource}.`;
    return { ok: false, rule: 'SYN002', start: 0, end: 0, message };
  }
  try {
    checkCharacters(source);
    checkBrackets(source);
    const { script, comments, isText } = read(source);
    checkContinuations(source, isText);
    const unnormalised: Unnormalised[] = [];
    const module = moduleOf(script, {
      source,
      unnormalised: ({ start, end }, name) => unnormalised.push({ start, end, name }),
    });
    checkLayout(module, source);
    return { ok: true, module, comments, unnormalised };
  } catch (error) {
    if (error instanceof Refusal) {
      const { rule, start, end } = error;
      const end2 = Math.min(end, start + 200);
      return { ok: false, rule, start, end: end2, message: error.message };
    }
    if (error instanceof SyntaxError) {
      const at = Number(/(\d+)$/.exec(error.message)?.[1] ?? 0);
      const start = Math.min(at, source.length);
      return { ok: false, rule: 'SYN001', start, end: start, message: 'This is no valid Python.' };
    }
    return { ok: false, rule: 'SYN002', start: 0, end: 0, message: tooComplex };
  }
}

const tooComplex = 'The file is nested too deeply or is too complex to be judged.';

/** Refuses deep nesting before the parser sees it. What stands in texts and comments counts, too. */
function checkBrackets(source: string): void {
  let depth = 0;
  for (let at = 0; at < source.length; at += 1) {
    const character = source[at];
    if (character === '(' || character === '[' || character === '{') depth += 1;
    else if (character === ')' || character === ']' || character === '}') depth = Math.max(0, depth - 1);
    if (depth > deepestBrackets) throw new Refusal('SYN002', { start: at, end: at + 1 }, tooComplex);
  }
}

interface Reading {
  readonly script: Raw;
  readonly comments: readonly Span[];
  isText(offset: number): boolean;
}

/** The parser's tree as plain nodes, with bounds on their number and depth. */
function read(source: string): Reading {
  // The parser takes a carriage return for a line end of its own, and a byte order mark for a letter.
  const text = source
    .replace(/\\\r\n/g, '\\\n ')
    .replace(/\r\n/g, ' \n')
    .replace(/^\ufeff/, '\n')
    // It knows no number that ends in its point.
    .replace(/(?<![\p{ID_Continue}.])(\d[\d_]*)\.(?![\d.])/gu, '$10');
  const cursor = strict.parse(text.endsWith('\n') ? text : `${text}\n`).cursor();
  const comments: Span[] = [];
  const opaque: Span[] = [];
  const root: Raw & { children: Raw[] } = { name: 'Script', start: 0, end: source.length, children: [] };
  const open: (Raw & { children: Raw[] })[] = [root];
  let count = 0;
  if (!cursor.firstChild()) return { script: root, comments, isText: () => false };
  for (;;) {
    const { name, from: start, to: end } = cursor;
    count += 1;
    if (count > mostNodes || open.length > deepest) throw new Refusal('SYN002', { start, end }, tooComplex);
    if (cursor.type.isError) throw new Refusal('SYN001', { start, end }, 'This is no valid Python.');
    if (name === 'Comment') comments.push({ start, end: trimmed(source, start, end) });
    const isText = texts.has(name);
    // A text can stand inside of a formatted one.
    if (isText && start >= (opaque.at(-1)?.end ?? 0)) opaque.push({ start, end });
    const node = { name, start, end, children: [] as Raw[] };
    if (name !== 'Comment') open.at(-1)?.children.push(node);
    if (cursor.firstChild()) {
      open.push(node);
      continue;
    }
    while (!cursor.nextSibling()) {
      if (!cursor.parent()) return { script: root, comments, isText: inside([...comments, ...opaque]) };
      open.pop();
      if (open.length === 1 && cursor.name === 'Script')
        return { script: root, comments, isText: inside([...comments, ...opaque]) };
    }
  }
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
