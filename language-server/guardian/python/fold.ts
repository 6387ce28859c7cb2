import type { Scopes, Variable } from './scope.ts';
import type { Expression, Syntax } from './syntax.ts';

/** A value that is certain before the strategy runs. */
export type Folded = { readonly value: string | number | boolean | null };

const deepest = 20;
const longestText = 10_000;

/** Computes what is written out: numbers, texts, and variables that are assigned once. */
export class Folder {
  readonly #scopes: Scopes;

  constructor(scopes: Scopes) {
    this.#scopes = scopes;
  }

  text(node: Syntax | undefined): string | undefined {
    const folded = node && this.fold(node);
    return typeof folded?.value === 'string' ? folded.value : undefined;
  }

  number(node: Syntax | undefined): number | undefined {
    const folded = node && this.fold(node);
    return typeof folded?.value === 'number' ? folded.value : undefined;
  }

  fold(node: Syntax, depth = 0): Folded | undefined {
    if (depth > deepest) return undefined;
    switch (node.type) {
      case 'TextLiteral':
        return node.value === undefined || node.isBytes ? undefined : { value: node.value };
      case 'NumberLiteral':
        return node.isImaginary ? undefined : { value: node.value };
      case 'Singleton':
        return node.value === 'ellipsis' ? undefined : { value: node.value };
      case 'Name': {
        const value = assignedOnce(this.#scopes.of(node));
        return value && this.fold(value, depth + 1);
      }
      case 'Unary': {
        const operand = this.fold(node.operand, depth + 1);
        if (!operand) return undefined;
        if (node.operator === 'not') return { value: !operand.value };
        if (typeof operand.value !== 'number') return undefined;
        if (node.operator === '-') return { value: -operand.value };
        return node.operator === '+' ? operand : undefined;
      }
      case 'Binary': {
        const left = this.fold(node.left, depth + 1)?.value;
        const right = left === undefined ? undefined : this.fold(node.right, depth + 1)?.value;
        if (typeof left === 'number' && typeof right === 'number') return number(node.operator, left, right);
        if (node.operator !== '+' || typeof left !== 'string' || typeof right !== 'string') return undefined;
        return left.length + right.length > longestText ? undefined : { value: left + right };
      }
      default:
        return undefined;
    }
  }
}

/** The one expression that a variable can hold. */
export function assignedOnce(variable: Variable | undefined): Expression | undefined {
  // Not by a rest pattern: a variable can have thousands of bindings, and is asked for as often.
  const only = variable?.bindings.length === 1 ? variable.bindings[0] : undefined;
  return only?.kind === 'assign' ? only.value : undefined;
}

function number(operator: string, left: number, right: number): Folded | undefined {
  const value = compute(operator, left, right);
  return value !== undefined && Number.isFinite(value) ? { value } : undefined;
}

function compute(operator: string, left: number, right: number): number | undefined {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '//':
      return Math.floor(left / right);
    case '%':
      return left - Math.floor(left / right) * right;
    case '**':
      return left ** right;
    default:
      return undefined;
  }
}
