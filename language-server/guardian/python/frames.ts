import { assignedOnce } from './fold.ts';
import { argument, methodOf } from './shape.ts';
import type { PythonFile, PythonSubject } from './subject.ts';
import type { Attribute, Call, Expression, Syntax, SyntaxOf } from './syntax.ts';
import { type FunctionSyntax, isFunction } from './tree.ts';

/** What an expression of `signals` is, where that is certain: all rows, a window that moves over them, or groups. */
export type FrameKind = 'frame' | 'series' | 'window' | 'groups';

export type MethodCall = Call & { readonly callee: Attribute };

const deepest = 16;
const windowMakers = new Set(['rolling', 'expanding', 'ewm']);
const groupMakers = new Set(['groupby', 'resample']);
const keeping = new Set(
  (
    'shift diff pct_change abs fillna ffill bfill clip where mask replace astype copy to_numpy tolist cumsum cumprod cummax ' +
    'cummin round rank add sub mul div truediv gt lt ge le eq ne pow mod to_frame squeeze sort_index interpolate ' +
    'isna notna between map'
  ).split(' '),
);
const columns = new Set(['open', 'high', 'low', 'close', 'volume']);
const elementwise = new Set(
  'log log1p log2 log10 sqrt abs exp sign where maximum minimum nan_to_num square tanh clip asarray array diff cumsum'.split(
    ' ',
  ),
);

/** The calls of a method of that name on anything but the strategy itself. */
export function methodCalls({ tree, selfClass }: PythonSubject, ...names: readonly string[]): MethodCall[] {
  return tree
    .all('Call')
    .filter(
      (call): call is MethodCall =>
        call.callee.type === 'Attribute' &&
        names.includes(call.callee.name.id) &&
        !selfClass(call.callee.object),
    );
}

/** The chain of calls, members and indices that an expression starts with, outermost first. */
export function* chain(node: Expression): Generator<Expression> {
  let at: Expression | undefined = node;
  while (at) {
    yield at;
    if (at.type === 'Call') at = at.callee;
    else if (at.type === 'Attribute' || at.type === 'Subscript') at = at.object;
    else at = undefined;
  }
}

/** Functions that are given a window of past rows at a time, and what they call. */
export function windowFunctions(subject: PythonSubject): ReadonlySet<FunctionSyntax> {
  const found = new Set<FunctionSyntax>();
  for (const call of methodCalls(subject, 'apply', 'agg', 'aggregate', 'transform', 'pipe', 'map')) {
    for (const { value } of call.args) {
      if (value.type === 'Lambda') found.add(value);
      const [only] = value.type === 'Name' ? (subject.scopes.of(value)?.bindings ?? []) : [];
      if (only?.by.type === 'FunctionDefinition') found.add(only.by);
      if (value.type === 'Attribute') {
        const owner = subject.selfClass(value.object);
        const method = owner && methodOf(owner, value.name.id, subject.scopes);
        if (method) found.add(method);
      }
    }
  }
  return found;
}

/** True for what runs in `signals` once for all rows: not in a loop, and in no function that is given windows. */
export function seesAllRows(subject: PythonSubject, node: Syntax): boolean {
  const { main } = subject.strategy;
  const entry = main && methodOf(main, 'signals', subject.scopes);
  if (!entry) return false;
  for (const outer of subject.tree.around(node)) {
    if (outer.type === 'For' || outer.type === 'While' || outer.type === 'Comprehension') return false;
    if (isFunction(outer)) return outer === entry;
  }
  return false;
}

/** What an expression in `signals` itself is. */
export function frameKind(subject: PythonFile, node: Expression, depth = 0): FrameKind | undefined {
  if (depth > deepest) return undefined;
  const inner = (part: Expression) => frameKind(subject, part, depth + 1);
  switch (node.type) {
    case 'Name':
      return ofName(subject, node, depth);
    case 'Attribute': {
      const base = inner(node.object);
      if (base === 'frame' && (columns.has(node.name.id) || isColumn(subject, node.name.id))) return 'series';
      return base && ['values', 'T'].includes(node.name.id) ? base : undefined;
    }
    case 'Subscript': {
      const base = inner(node.object);
      if (base !== 'frame' && base !== 'groups') return undefined;
      if (node.index.type === 'List') return base;
      if (subject.folder.text(node.index) === undefined) return undefined;
      return base === 'frame' ? 'series' : base;
    }
    case 'Binary': {
      const [left, right] = [inner(node.left), inner(node.right)];
      return left === 'series' || right === 'series' ? 'series' : (left ?? right);
    }
    case 'Unary':
      return inner(node.operand);
    case 'Comparison':
      return inner(node.left) ?? inner(node.right);
    case 'Call':
      return ofCall(subject, node, depth);
    default:
      return undefined;
  }
}

function ofName(subject: PythonFile, node: SyntaxOf<'Name'>, depth: number): FrameKind | undefined {
  const variable = subject.scopes.of(node);
  const [only, ...others] = variable?.bindings ?? [];
  if (!only || others.length > 0) return undefined;
  if (only.kind === 'parameter') {
    const owner = subject.tree.parent(only.by);
    const { main } = subject.strategy;
    const entry = main && methodOf(main, 'signals', subject.scopes);
    return owner === entry && entry?.parameters[1] === only.by ? 'frame' : undefined;
  }
  const value = assignedOnce(variable);
  return value && frameKind(subject, value, depth + 1);
}

function isColumn({ ownNames }: PythonFile, name: string): boolean {
  return ownNames.has(name) && !keeping.has(name) && !windowMakers.has(name) && !groupMakers.has(name);
}

function ofCall(subject: PythonFile, node: Call, depth: number): FrameKind | undefined {
  const path = subject.paths.of(node.callee);
  if (path?.[0] === 'numpy' && elementwise.has(path[1] ?? '')) {
    for (const { value } of node.args) {
      const kind = frameKind(subject, value, depth + 1);
      if (kind) return kind;
    }
    return undefined;
  }
  if (path?.join('.') === 'pandas.concat') return isByRow(subject, node) ? 'frame' : undefined;
  if (node.callee.type !== 'Attribute') return undefined;
  const name = node.callee.name.id;
  const base = frameKind(subject, node.callee.object, depth + 1);
  if (!base) return undefined;
  if (base === 'window') return 'series';
  if (base === 'groups') return undefined;
  if (windowMakers.has(name)) return 'window';
  if (groupMakers.has(name)) return 'groups';
  if (base === 'frame' && isByRow(subject, node)) return 'series';
  return keeping.has(name) ? base : undefined;
}

/** True where a call works along the columns of each row. */
export function isByRow({ folder }: PythonFile, call: Call): boolean {
  const axis = argument(call, 'axis');
  const folded = axis && folder.fold(axis);
  return folded?.value === 1 || folded?.value === 'columns';
}
