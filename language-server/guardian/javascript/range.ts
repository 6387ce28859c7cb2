import type { Subject } from './subject.ts';
import { isLoop, type Syntax, type SyntaxOf } from './tree.ts';

/** The least and the greatest value that a number is known to have. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

const whole: Range = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };

/** The range of a number as constants, declared parameters and counting loops bound it; nothing if not at all. */
export function rangeOf(subject: Subject, node: Syntax, depth = 0): Range | undefined {
  if (depth > 20) return undefined;
  const value = subject.folder.number(node);
  if (value !== undefined) return { low: value, high: value };
  const of = (part: Syntax): Range | undefined => rangeOf(subject, part, depth + 1);
  switch (node.type) {
    case 'UnaryExpression': {
      const range = node.operator === '-' ? of(node.argument) : undefined;
      return range && { low: -range.high, high: -range.low };
    }
    case 'BinaryExpression': {
      const [left, right] = [of(node.left), of(node.right)];
      return left && right && combine(node.operator, left, right);
    }
    case 'MemberExpression':
      return parameterRange(subject, node);
    case 'Identifier': {
      const definition = subject.folder.definition(node);
      return definition
        ? of(definition)
        : (counterRange(subject, node, depth) ?? takenParameter(subject, node));
    }
    default:
      return undefined;
  }
}

function combine(operator: string, a: Range, b: Range): Range | undefined {
  if (operator === '+') return { low: a.low + b.low, high: a.high + b.high };
  if (operator === '-') return { low: a.low - b.high, high: a.high - b.low };
  if (operator !== '*') return undefined;
  const products = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high];
  if (products.some(Number.isNaN)) return undefined;
  return { low: Math.min(...products), high: Math.max(...products) };
}

function isParams(subject: Subject, node: Syntax): boolean {
  const [atom, ...others] = subject.flow.evaluate(node);
  return atom?.kind === 'api' && atom.type === 'Params' && others.length === 0;
}

function declared(subject: Subject, name: string | undefined): Range | undefined {
  const parameter = name === undefined ? undefined : subject.strategy.parameters?.get(name);
  return parameter && { low: parameter.min ?? whole.low, high: parameter.max ?? whole.high };
}

function parameterRange(subject: Subject, node: SyntaxOf<'MemberExpression'>): Range | undefined {
  return isParams(subject, node.object) ? declared(subject, subject.folder.key(node)) : undefined;
}

/** The range of `lag` in `const { lag } = params` and in `next({ params: { lag } })`. */
function takenParameter(subject: Subject, node: SyntaxOf<'Identifier'>): Range | undefined {
  const variable = subject.scopes.variable(node);
  if (!variable || variable.writes.length > 0) return undefined;
  const property = subject.tree.parent(variable.declaration);
  const access = property && subject.accessAt(property);
  const [atom, ...others] = access?.base ?? [];
  return atom?.kind === 'api' && atom.type === 'Params' && others.length === 0
    ? declared(subject, access?.name)
    : undefined;
}

/** The range of `i` in `for (let i = 0; ...; i++)`, where nothing else writes it. */
function counterRange(subject: Subject, node: SyntaxOf<'Identifier'>, depth: number): Range | undefined {
  const { tree, scopes } = subject;
  const variable = scopes.variable(node);
  const [write, ...others] = variable?.writes ?? [];
  const declarator = variable && tree.parent(variable.declaration);
  if (
    !variable ||
    !write ||
    others.length > 0 ||
    declarator?.type !== 'VariableDeclarator' ||
    !declarator.init
  ) {
    return undefined;
  }
  const list = tree.parent(declarator);
  const loop = list && tree.parent(list);
  const update = tree.parent(write);
  if (loop?.type !== 'ForStatement' || !update || loop.update !== update || loop.init !== list)
    return undefined;
  const start = rangeOf(subject, declarator.init, depth + 1);
  const step =
    update.type === 'UpdateExpression'
      ? { low: 1, high: 1 }
      : update.type === 'AssignmentExpression'
        ? rangeOf(subject, update.right, depth + 1)
        : undefined;
  if (!start || !step || step.low < 0) return undefined;
  const operator =
    update.type === 'UpdateExpression' || update.type === 'AssignmentExpression' ? update.operator : '';
  if (operator === '++' || operator === '+=') return { low: start.low, high: whole.high };
  return operator === '--' || operator === '-=' ? { low: whole.low, high: start.high } : undefined;
}

/** True where a condition or a jump between a use of a counter and its loop may keep some of its values away. */
export function isGuarded({ tree, scopes, loopsWithJumps }: Subject, use: Syntax): boolean {
  const names = new Set([...tree.below(use)].flatMap((node) => scopes.variable(node) ?? []));
  const mentions = (condition: Syntax): boolean =>
    [...tree.below(condition)].some((node) => {
      const variable = scopes.variable(node);
      return variable !== undefined && names.has(variable);
    });
  let inner = use;
  for (const outer of tree.around(use)) {
    if (outer.type === 'IfStatement' || outer.type === 'ConditionalExpression') {
      if (outer.test !== inner && mentions(outer.test)) return true;
    } else if (outer.type === 'LogicalExpression') {
      if (outer.right === inner && mentions(outer.left)) return true;
    } else if (isLoop(outer)) {
      if (loopsWithJumps.has(outer)) return true;
      if (outer.type !== 'ForStatement' && outer.type !== 'ForOfStatement') return true;
    }
    inner = outer;
  }
  return false;
}
