import { assignedOnce, type Folder } from './fold.ts';
import type { Scopes } from './scope.ts';
import type { StrategyShape } from './shape.ts';
import type { Syntax } from './syntax.ts';

/** The lowest and the highest number that an expression can be. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

export interface Ranging {
  readonly folder: Folder;
  readonly scopes: Scopes;
  readonly strategy: StrategyShape;
}

const deepest = 12;

/** The name of the parameter that `params.x` or `params['x']` reads. */
export function parameterName(node: Syntax, { folder }: Pick<Ranging, 'folder'>): string | undefined {
  if (node.type !== 'Attribute' && node.type !== 'Subscript') return undefined;
  const { object } = node;
  const isParams =
    (object.type === 'Name' && object.id === 'params') ||
    (object.type === 'Attribute' && object.name.id === 'params');
  if (!isParams) return undefined;
  return node.type === 'Attribute' ? node.name.id : folder.text(node.index);
}

/** The range of a number that bounds of parameters, loops and plain arithmetic tell; nothing where they do not. */
export function rangeOf(node: Syntax, ranging: Ranging, depth = 0): Range | undefined {
  if (depth > deepest) return undefined;
  const { folder, scopes, strategy } = ranging;
  const value = folder.number(node);
  if (value !== undefined) return { low: value, high: value };
  const name = parameterName(node, ranging);
  if (name !== undefined) {
    const { min, max } = strategy.parameters?.get(name) ?? {};
    return min === undefined || max === undefined ? undefined : { low: min, high: max };
  }
  const inner = (part: Syntax) => rangeOf(part, ranging, depth + 1);
  switch (node.type) {
    case 'Name': {
      const variable = scopes.of(node);
      const assigned = assignedOnce(variable);
      if (assigned) return inner(assigned);
      const [only, ...others] = variable?.bindings ?? [];
      if (only?.kind !== 'loop' || others.length > 0) return undefined;
      const { by } = only;
      if ((by.type !== 'For' && by.type !== 'ComprehensionClause') || by.target !== only.node)
        return undefined;
      return ofLoop(by.iterable, inner);
    }
    case 'Unary': {
      const operand = inner(node.operand);
      if (!operand || node.operator !== '-') return node.operator === '+' ? operand : undefined;
      return { low: -operand.high, high: -operand.low };
    }
    case 'Binary':
      return combined(node.operator, inner(node.left), inner(node.right));
    case 'Call': {
      if (node.callee.type !== 'Name' || scopes.of(node.callee)) return undefined;
      const parts = node.args.map((arg) => inner(arg.value));
      return ofCall(node.callee.id, parts);
    }
    default:
      return undefined;
  }
}

function ofLoop(iterable: Syntax, inner: (node: Syntax) => Range | undefined): Range | undefined {
  if (iterable.type !== 'Call' || iterable.callee.type !== 'Name' || iterable.callee.id !== 'range')
    return undefined;
  const [first, second, third] = iterable.args.map((arg) => arg.value);
  if (!first || third) return undefined;
  const low = second ? inner(first)?.low : 0;
  const high = inner(second ?? first)?.high ?? Number.POSITIVE_INFINITY;
  return low === undefined ? undefined : { low, high: high - 1 };
}

function ofCall(name: string, parts: readonly (Range | undefined)[]): Range | undefined {
  const [first] = parts;
  if (name === 'len') return { low: 0, high: Number.POSITIVE_INFINITY };
  if (name === 'int' || name === 'round' || name === 'float') return first;
  if (name === 'abs') return { low: 0, high: Number.POSITIVE_INFINITY };
  if (name === 'max') {
    const lows = parts.flatMap((part) => (part ? [part.low] : []));
    return lows.length > 0 ? { low: Math.max(...lows), high: Number.POSITIVE_INFINITY } : undefined;
  }
  return undefined;
}

function combined(operator: string, left: Range | undefined, right: Range | undefined): Range | undefined {
  if (!left || !right) return undefined;
  switch (operator) {
    case '+':
      return { low: left.low + right.low, high: left.high + right.high };
    case '-':
      return { low: left.low - right.high, high: left.high - right.low };
    case '*': {
      const products = [
        left.low * right.low,
        left.low * right.high,
        left.high * right.low,
        left.high * right.high,
      ];
      return products.some(Number.isNaN)
        ? undefined
        : { low: Math.min(...products), high: Math.max(...products) };
    }
    default:
      return undefined;
  }
}
