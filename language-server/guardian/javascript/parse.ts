import { tsPlugin } from '@sveltejs/acorn-typescript';
import { Parser, type Program } from 'acorn';
import { type Erasure, eraseTypes, measure } from './erase.ts';

export interface SourceComment {
  readonly isBlock: boolean;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export type Parsed =
  | {
      readonly ok: true;
      readonly program: Program;
      readonly comments: readonly SourceComment[];
      readonly erasure: Erasure;
    }
  | {
      readonly ok: false;
      readonly rule: 'SYN001' | 'SYN002';
      readonly offset: number;
      readonly message: string;
    };

export const largestSource = 256 * 1024;
const mostNodes = 30_000;
const deepest = 150;

/** Thrown inside the parser when a source makes it read tokens again and again. */
class BudgetError extends Error {}

/** What a subclass of the parser may lean on; acorn's declarations leave it out. */
type OpenParser = new (
  ...options: ConstructorParameters<typeof Object>
) => { readonly input: string; nextToken(): void };

const TypeScriptParser = Parser.extend(tsPlugin(), (base) => {
  const Open = base as unknown as OpenParser;
  // Type arguments are read by trying, which takes exponential time where they are nested.
  class BoundedParser extends Open {
    #tokens = 0;

    override nextToken(): void {
      this.#tokens += 1;
      if (this.#tokens > 20_000 + this.input.length) throw new BudgetError();
      super.nextToken();
    }
  }
  return BoundedParser as unknown as typeof Parser;
});

const tooComplex = 'The file is nested too deeply or is too complex to be judged.';

/** Parses a strategy and erases its types. Never throws, and ends in bounded time on any text. */
export function parseStrategy(source: string): Parsed {
  if (source.length > largestSource) {
    const message = `The file has ${source.length} characters; a strategy has at most ${largestSource}.`;
    return { ok: false, rule: 'SYN002', offset: 0, message };
  }
  const comments = new Map<number, SourceComment>();
  try {
    const program = TypeScriptParser.parse(source, {
      ecmaVersion: 'latest',
      sourceType: 'module',
      locations: true,
      allowAwaitOutsideFunction: true,
      // What is tried twice is reported twice.
      onComment: (isBlock, text, start, end) => comments.set(start, { isBlock, text, start, end }),
    });
    const { nodes, depth } = measure(program);
    if (nodes > mostNodes || depth > deepest) {
      return { ok: false, rule: 'SYN002', offset: 0, message: tooComplex };
    }
    const erasure = eraseTypes(program);
    const inOrder = [...comments.values()].sort((a, b) => a.start - b.start);
    return { ok: true, program, comments: inOrder, erasure };
  } catch (error) {
    if (error instanceof SyntaxError) {
      const offset = 'pos' in error && typeof error.pos === 'number' ? error.pos : 0;
      const message = error.message.replace(/ \(\d+:\d+\)$/, '');
      return { ok: false, rule: 'SYN001', offset, message: `This is no valid TypeScript: ${message}.` };
    }
    return { ok: false, rule: 'SYN002', offset: 0, message: tooComplex };
  }
}
