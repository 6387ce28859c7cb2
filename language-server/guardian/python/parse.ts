import { Refusal, tooComplex } from './adapt/raw.ts';
import { moduleOf } from './adapt/statements.ts';
import { checkCharacters, checkContinuations } from './characters.ts';
import { checkLayout } from './layout.ts';
import { readTree } from './readTree.ts';
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
/** Brackets around a place; Python itself refuses more than 200. */
const deepestBrackets = 100;

/** Parses a strategy. Never throws, and ends in bounded time on any text. */
export function parsePython(source: string): Parsed {
  if (source.length > largestSource) {
    const message = `The file has ${source.length} characters; a strategy has at most ${largestSource}.`;
    return { ok: false, rule: 'SYN002', start: 0, end: 0, message };
  }
  try {
    checkCharacters(source);
    checkBrackets(source);
    const { script, comments, stars, isText } = readTree(source);
    checkContinuations(source, isText);
    const unnormalised: Unnormalised[] = [];
    const module = moduleOf(script, {
      source,
      stars,
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
    return { ok: false, rule: 'SYN002', start: 0, end: 0, message: tooComplex };
  }
}

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
