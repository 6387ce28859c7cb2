import { type Node, type Options, Parser, type Program, type Token, tokTypes } from 'acorn';

export const parserOptions: Options = { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: false };

const opening = new Set([tokTypes.parenL, tokTypes.bracketL, tokTypes.braceL, tokTypes.dollarBraceL]);
const closing = new Set([tokTypes.parenR, tokTypes.bracketR, tokTypes.braceR]);
/** Between `<` and `>` of type arguments none of these stands outside brackets. */
const notInTypes = new Set([tokTypes.semi, tokTypes.logicalAND, tokTypes.logicalOR, tokTypes.coalesce]);
/** After `>` on the same line these begin an operand: then it ends no type arguments. */
const operands = new Set([tokTypes.name, tokTypes.num, tokTypes.string, tokTypes.plusMin]);
const operatorNames = new Set(['as', 'satisfies']);
/** Names that begin a declaration or go before one: at the end of a line the two languages may part there. */
const declaringNames = new Set(
  'abstract accessor as asserts declare global interface module namespace override private protected public readonly satisfies static type'.split(
    ' ',
  ),
);

/**
 * The syntax tree of a source that holds no types: one that is JavaScript, and of which TypeScript reads
 * no part as a type. Null for any other, and where the two languages could read it differently, as
 * `call<type>(value)`, which compares in JavaScript.
 */
export function parseUntyped(source: string): Program | null {
  const tokens: Token[] = [];
  let program: Program;
  try {
    program = Parser.parse(source, { ...parserOptions, onToken: tokens });
  } catch {
    return null;
  }
  const isDoubtful =
    mayHoldTypeArguments(source, tokens) || mayHoldDeclarations(source, tokens) || mayHoldReturnType(program);
  return isDoubtful ? null : program;
}

function mayHoldTypeArguments(source: string, tokens: readonly Token[]): boolean {
  // Whether a `<` came before, for each bracket that is open.
  const groups = [false];
  for (const [index, { type, start, end }] of tokens.entries()) {
    const text = source.slice(start, end);
    if (opening.has(type)) groups.push(false);
    else if (closing.has(type)) groups.pop();
    else if (notInTypes.has(type)) groups[groups.length - 1] = false;
    else if (text === '<' && type === tokTypes.relational) groups[groups.length - 1] = true;
    else if (isCloser(type, text) && groups.at(-1) && !endsComparison(source, end, tokens[index + 1])) {
      return true;
    }
  }
  return false;
}

function mayHoldDeclarations(source: string, tokens: readonly Token[]): boolean {
  return tokens.some(({ type, start, end }, index) => {
    const next = tokens[index + 1];
    if (type !== tokTypes.name || next === undefined) return false;
    return declaringNames.has(source.slice(start, end)) && hasLineBreak(source, end, next.start);
  });
}

function hasLineBreak(source: string, from: number, to: number): boolean {
  return /[\n\r\u2028\u2029]/.test(source.slice(from, to));
}

function isCloser(type: Token['type'], text: string): boolean {
  return (type === tokTypes.relational || type === tokTypes.bitShift) && text.startsWith('>');
}

function endsComparison(source: string, end: number, next: Token | undefined): boolean {
  if (next === undefined || !operands.has(next.type)) return false;
  if (operatorNames.has(source.slice(next.start, next.end))) return false;
  return !hasLineBreak(source, end, next.start);
}

/** `a ? (b) : c => d` may be a function with a return type. */
function mayHoldReturnType(program: Program): boolean {
  const waiting: unknown[] = [program];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    if ('type' in value && value.type === 'ConditionalExpression') {
      const { alternate } = value as Node & { alternate: Node };
      if (alternate.type === 'ArrowFunctionExpression') return true;
    }
    for (const child of Object.values(value)) if (child !== undefined) waiting.push(child);
  }
  return false;
}
