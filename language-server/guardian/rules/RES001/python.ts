import type { Folder } from '../../python/fold.ts';
import type { PythonSubject } from '../../python/subject.ts';
import type { Expression, Syntax, SyntaxOf } from '../../python/syntax.ts';
import { isFunction } from '../../python/tree.ts';
import type { Found } from '../../rule.ts';

const mostTurns = 1e9;
const mostDigits = 1e6;
const emptyValues = new Map<string, string | number>([
  ['builtins.int', 0],
  ['builtins.float', 0],
  ['builtins.str', ''],
]);

/** Loops that provably never end, or count further than a bar can wait. */
export function check(subject: PythonSubject, found: Found): void {
  for (const loop of subject.tree.all('While')) {
    const message = problemOf(subject, loop);
    if (message !== undefined) found({ start: loop.start, end: loop.test.end }, message);
  }
  for (const call of subject.tree.all('Call')) {
    if (subject.paths.text(call.callee) !== 'builtins.range') continue;
    const bound = subject.folder.number(call.args[call.args.length > 1 ? 1 : 0]?.value);
    const isLoop = subject.tree.parent(call)?.type === 'For';
    if (isLoop && bound !== undefined && bound >= mostTurns)
      found(call, 'The loop counts further than a bar can wait.');
  }
  for (const call of subject.tree.all('Call')) {
    if (givesForEver(subject, call)) found(call, 'It gives the same value for ever.');
  }
  for (const node of subject.tree.all('Binary')) {
    if (isEndless(subject, node))
      found(node, 'This number or text takes longer to make than a bar can wait.');
  }
}

/** `iter(int, 1)`, which calls `int` until it gives 1, and a loop over it that nothing leaves. */
function givesForEver(subject: PythonSubject, call: SyntaxOf<'Call'>): boolean {
  const { paths, tree, folder } = subject;
  const [made, last] = call.args;
  if (paths.text(call.callee) !== 'builtins.iter' || !made || !last) return false;
  const empty = emptyValues.get(paths.text(made.value) ?? '');
  const sentinel = folder.fold(last.value);
  if (empty === undefined || !sentinel || sentinel.value === empty) return false;
  const loop = tree.parent(call);
  return loop?.type !== 'For' || !leaves(subject, loop);
}

/** `10 ** 10 ** 9` and `'x' * 10 ** 12`: Python computes whole numbers in full. */
function isEndless({ folder }: PythonSubject, { operator, left, right }: SyntaxOf<'Binary'>): boolean {
  if (operator === '**') {
    const isWhole = left.type === 'NumberLiteral' && left.isInteger && left.value >= 2;
    return isWhole && (numberOf(folder, right) ?? 0) > mostDigits;
  }
  if (operator !== '*') return false;
  const isLong = (node: Expression) => node.type === 'TextLiteral' || node.type === 'List';
  const times = isLong(left) ? right : isLong(right) ? left : undefined;
  return times !== undefined && (numberOf(folder, times) ?? 0) >= mostTurns;
}

/** The number that is written out; an infinite one where it is too large for a number of JavaScript. */
function numberOf(folder: Folder, node: Expression): number | undefined {
  const value = folder.number(node);
  if (value !== undefined || node.type !== 'Binary' || node.operator !== '**') return value;
  const [left, right] = [numberOf(folder, node.left), numberOf(folder, node.right)];
  return left === undefined || right === undefined ? undefined : left ** right;
}

function problemOf(subject: PythonSubject, loop: SyntaxOf<'While'>): string | undefined {
  const folded = subject.folder.fold(loop.test);
  if ((folded && !folded.value) || leaves(subject, loop)) return undefined;
  if (folded) return 'The condition is always true and nothing leaves the loop.';
  return canChange(subject, loop) ? undefined : `Nothing in the loop changes ${subject.text(loop.test)}.`;
}

/** True where a `break`, `return`, `raise` or `yield` can end or hold the loop. */
function leaves({ tree }: PythonSubject, loop: SyntaxOf<'While' | 'For'>): boolean {
  for (const statement of loop.body) {
    if (isFunction(statement)) continue;
    for (const node of tree.below(statement, (inner) => !isFunction(inner))) {
      if (node.type === 'Return' || node.type === 'Raise' || node.type === 'Yield') return true;
      if (node.type === 'Break' && nearestLoop(tree.around(node)) === loop) return true;
    }
  }
  return false;
}

function nearestLoop(around: Iterable<Syntax>): Syntax | undefined {
  for (const outer of around) if (outer.type === 'While' || outer.type === 'For') return outer;
  return undefined;
}

/** True unless it is certain that a turn of the loop leaves all of the test as it was. */
function canChange({ tree, scopes, types }: PythonSubject, loop: SyntaxOf<'While'>): boolean {
  const parts = loop.body.flatMap((statement) => [...tree.below(statement)]);
  const calls = parts.some(({ type }) => type === 'Call' || type === 'Yield');
  const stores = parts.some(
    (node) =>
      (node.type === 'Assign' && node.targets.some(({ type }) => type !== 'Name')) ||
      ((node.type === 'AugmentedAssign' || node.type === 'AnnotatedAssign') && node.target.type !== 'Name') ||
      node.type === 'Delete',
  );
  for (const node of tree.below(loop.test)) {
    if (node.type === 'Call') {
      // What lab tells stays the same until the bar has been answered.
      if (types.method(node)) continue;
      return true;
    }
    if (node.type === 'NamedExpression' || node.type === 'Await' || node.type === 'Yield') return true;
    if (node.type === 'Attribute' || node.type === 'Subscript') {
      if (types.of(node.object) && types.of(node)) continue;
      if (calls || stores) return true;
    } else if (node.type === 'Name') {
      const variable = scopes.of(node);
      const isBound = variable?.bindings.some(({ node: name }) => tree.contains(loop, name)) ?? false;
      const isOuter = variable?.scope.node.type === 'Module' || variable?.scope.declared.size !== 0;
      if (isBound || (calls && variable !== undefined && isOuter)) return true;
      // A list can be changed where it lies.
      const holder = tree.parent(node);
      if (
        variable &&
        calls &&
        !types.of(node) &&
        holder !== undefined &&
        !/Comparison|Binary/.test(holder.type)
      )
        return true;
    }
  }
  return false;
}
