import { methodOf } from '../../python/shape.ts';
import type { PythonSubject } from '../../python/subject.ts';
import type { Call, Expression, Syntax } from '../../python/syntax.ts';
import type { Found } from '../../rule.ts';

const ordered = new Set(['list', 'tuple', 'enumerate', 'next', 'iter', 'deque', 'zip', 'map', 'filter']);
const writers = new Set(['builtins.repr', 'builtins.str', 'builtins.ascii', 'builtins.format']);
const setMethods = new Set(['union', 'intersection', 'difference', 'symmetric_difference']);

/** What differs from process to process: hash() and id(), and the order of a set. */
export function check(subject: PythonSubject, found: Found): void {
  const { tree, paths } = subject;
  for (const call of tree.all('Call')) {
    const path = paths.text(call.callee);
    const isOwnHash = tree.enclosingFunction(call)?.type === 'FunctionDefinition' && isInHash(subject, call);
    if ((path === 'builtins.hash' && !isOwnHash) || path === 'builtins.id')
      found(call, `${path.slice('builtins.'.length)}() gives other numbers in every run.`, {
        advice: 'Use a number or a text of your own.',
      });
    const [shown] = call.args;
    if (shown && path !== undefined && writers.has(path)) checkWritten(subject, shown.value, found);
    if (takesAny(subject, call))
      found(call, 'Which element of a set comes first differs from run to run.', {
        advice: 'Use min(...), or sorted(...)[0].',
      });
    const [first] = call.args;
    const name = path?.split('.')[1];
    if (
      name !== undefined &&
      ordered.has(name) &&
      first &&
      isSet(subject, first.value) &&
      !isSorted(subject, call)
    )
      found(first.value, 'The order of a set differs from run to run.', { advice: 'Use sorted(...).' });
  }
  for (const { value } of tree.all('Replacement')) checkWritten(subject, value, found);
  for (const node of tree.nodes) {
    const iterable = node.type === 'For' || node.type === 'ComprehensionClause' ? node.iterable : undefined;
    if (!iterable || !isSet(subject, iterable)) continue;
    const holder = tree.parent(node);
    // What becomes a set again, or is only counted, knows no order.
    if (holder?.type === 'Comprehension' && holder.kind !== 'list') continue;
    found(iterable, 'The order of a set differs from run to run.', { advice: 'Use sorted(...).' });
  }
}

/** `repr(self)`: an object that does not say how it is written is written with its address. */
function checkWritten(subject: PythonSubject, node: Expression, found: Found): void {
  if (!hasAddress(subject, node) || isOnlyRead(subject, node)) return;
  found(node, `${subject.text(node)} as a text holds an address, another one in every run.`, {
    advice: 'Write out what it holds, or give its class a __repr__.',
  });
}

function hasAddress(subject: PythonSubject, node: Expression): boolean {
  if (node.type === 'Lambda' || ['api', 'lab'].includes(subject.types.of(node)?.kind ?? '')) return true;
  if (node.type !== 'Name') return false;
  const [only, ...others] = subject.scopes.of(node)?.bindings ?? [];
  if (others.length === 0 && only?.by.type === 'FunctionDefinition' && only.kind !== 'parameter') return true;
  const own = subject.selfClass(node);
  return own !== undefined && !['__repr__', '__str__'].some((name) => methodOf(own, name, subject.scopes));
}

/** True in the log and in the message of an error, which no order hangs on. */
function isOnlyRead(subject: PythonSubject, node: Syntax): boolean {
  for (const outer of subject.tree.around(node)) {
    if (outer.type === 'Raise') return true;
    if (outer.type === 'Call' && subject.types.method(outer)?.name === 'log') return true;
  }
  return false;
}

/** `choices.pop()`, which takes whatever lies first. */
function takesAny(subject: PythonSubject, { callee, args }: Call): boolean {
  if (callee.type !== 'Attribute' || callee.name.id !== 'pop' || args.length > 0) return false;
  return isSet(subject, callee.object);
}

function isInHash({ tree }: PythonSubject, node: Syntax): boolean {
  const inside = tree.enclosingFunction(node);
  return inside?.type === 'FunctionDefinition' && inside.name.id === '__hash__';
}

function isSorted({ tree }: PythonSubject, node: Syntax): boolean {
  const call = tree.parent(node);
  const outer = call && tree.parent(call);
  return (
    outer?.type === 'Call' &&
    outer.callee.type === 'Name' &&
    ['sorted', 'sum', 'max', 'min', 'len', 'any', 'all'].includes(outer.callee.id)
  );
}

/** Sets of texts and of what is not known; whole numbers keep their order in every run. */
function isSet(subject: PythonSubject, node: Expression, depth = 0): boolean {
  if (depth > 8) return false;
  const { scopes, paths, folder } = subject;
  switch (node.type) {
    case 'Set':
      return node.elements.some((element) => typeof folder.fold(element)?.value === 'string');
    case 'Comprehension':
      return node.kind === 'set';
    case 'Call':
      if (/^builtins\.(?:frozen)?set$/.test(paths.text(node.callee) ?? '')) return node.args.length > 0;
      return (
        node.callee.type === 'Attribute' &&
        setMethods.has(node.callee.name.id) &&
        isSet(subject, node.callee.object, depth + 1)
      );
    case 'Name': {
      const [only, ...others] = scopes.of(node)?.bindings ?? [];
      return (
        others.length === 0 &&
        only?.kind === 'assign' &&
        only.value !== undefined &&
        isSet(subject, only.value, depth + 1)
      );
    }
    default:
      return false;
  }
}
