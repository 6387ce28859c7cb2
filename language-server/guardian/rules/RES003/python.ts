import type { PythonSubject } from '../../python/subject.ts';
import type { Expression, Syntax } from '../../python/syntax.ts';
import type { Found } from '../../rule.ts';

const growing = new Set(['append', 'insert', 'extend']);
const shrinking = new Set(['pop', 'clear', 'remove', 'popleft']);

/** Lists made before the first bar that get longer on every bar and never shorter. */
export function check(subject: PythonSubject, found: Found): void {
  const { tree, strategy, types, selfClass } = subject;
  for (const call of tree.all('Call')) {
    const { callee } = call;
    if (callee.type !== 'Attribute' || !growing.has(callee.name.id)) continue;
    const inside = tree.enclosingFunction(call);
    if (!inside || !strategy.perBar.has(inside) || strategy.atStart.has(inside)) continue;
    const list = callee.object;
    if (list.type !== 'Attribute') continue;
    const owner = selfClass(list.object);
    const values = owner ? types.fieldValues(owner, list.name.id) : [];
    if (values.length !== 1 || !values[0] || !isEndless(values[0])) continue;
    if (isBounded(subject, list.name.id)) continue;
    found(call, `${list.name.id} gets longer with every bar and never shorter.`, {
      advice: 'Use collections.deque(maxlen=100), or delete the oldest entry.',
    });
  }
}

/** `[]`, `list()` and a deque without a length. */
function isEndless(value: Expression): boolean {
  if (value.type === 'List') return true;
  if (value.type !== 'Call' || value.callee.type !== 'Name') return false;
  if (value.callee.id === 'list') return true;
  return value.callee.id === 'deque' && value.args.length === 0;
}

/** True where something shortens the list, or asks for its length. */
function isBounded({ tree }: PythonSubject, name: string): boolean {
  const isList = (node: Syntax): boolean => node.type === 'Attribute' && node.name.id === name;
  return tree.nodes.some((node) => {
    if (node.type === 'Call' && node.callee.type === 'Attribute')
      return shrinking.has(node.callee.name.id) && isList(node.callee.object);
    if (node.type === 'Call' && node.callee.type === 'Name' && node.callee.id === 'len')
      return node.args.some(({ value }) => isList(value)) && isCompared(tree.around(node));
    if (node.type === 'Delete')
      return node.targets.some((target) => target.type === 'Subscript' && isList(target.object));
    return (
      node.type === 'Assign' &&
      node.targets.some(
        (target) => target.type === 'Subscript' && isList(target.object) && target.index.type === 'Slice',
      )
    );
  });
}

function isCompared(around: Iterable<Syntax>): boolean {
  for (const outer of around) {
    if (outer.type === 'Comparison') return true;
    if (outer.type === 'If' || outer.type === 'ExpressionStatement' || outer.type === 'Assign') return false;
  }
  return false;
}
