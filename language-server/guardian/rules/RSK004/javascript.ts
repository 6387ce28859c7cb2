import { conditionsOf } from '../../javascript/conditions.ts';
import { isPerBar, type KeptList, keptListAt, keptLists } from '../../javascript/keptLists.ts';
import type { Subject } from '../../javascript/subject.ts';
import type { Syntax } from '../../javascript/tree.ts';
import type { Found } from '../../rule.ts';

const arithmetic = new Set(['+', '-', '*', '/', '%', '**', '<', '<=', '>', '>=']);

/** Lists of the strategy's own that are read further back than they may reach. */
export function check(subject: Subject, found: Found): void {
  const lists = keptLists(subject).filter(({ makers }) => [...makers].every(isEmpty));
  if (lists.length === 0) return;
  for (const node of [...subject.tree.all('MemberExpression'), ...subject.tree.all('CallExpression')]) {
    const read = node.type === 'CallExpression' ? atOf(subject, node) : indexOf(subject, node);
    const list = read && keptListAt(subject, lists, read.object);
    if (!read || !list || !isPerBar(subject, node)) continue;
    const user = subject.tree.parent(node);
    const isComputed = user?.type === 'BinaryExpression' && arithmetic.has(user.operator);
    if (!isComputed || isGuarded(subject, node, list)) continue;
    found(node, `${list.name} has no such entry before it holds ${read.back}.`);
  }
}

function isEmpty(maker: Syntax): boolean {
  return maker.type === 'ArrayExpression' && maker.elements.length === 0;
}

interface Read {
  readonly object: Syntax;
  /** How far from the end. */
  readonly back: number;
}

/** `list[list.length - 20]`. */
function indexOf({ folder }: Subject, node: Syntax): Read | undefined {
  if (node.type !== 'MemberExpression' || !node.computed) return undefined;
  const { object, property } = node;
  if (property.type !== 'BinaryExpression' || property.operator !== '-') return undefined;
  const back = folder.number(property.right) ?? 0;
  const isLength = property.left.type === 'MemberExpression' && folder.key(property.left) === 'length';
  return isLength && back >= 2 ? { object, back } : undefined;
}

/** `list.at(-20)`. */
function atOf({ folder }: Subject, node: Syntax): Read | undefined {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return undefined;
  const [index] = node.arguments;
  const back = -((index && folder.number(index)) ?? 0);
  return folder.key(node.callee) === 'at' && back >= 2 ? { object: node.callee.object, back } : undefined;
}

/** True where a condition on the way to the read tells how much there is: by length, by bars, or by the value. */
function isGuarded(subject: Subject, read: Syntax, list: KeptList): boolean {
  const { tree, folder } = subject;
  return conditionsOf(subject, read).some((condition) =>
    [...tree.below(condition)].some((node) => {
      if (node.type === 'CallExpression') return true;
      if (node.type === 'Identifier')
        return node.name === list.name || subject.scopes.variable(node)?.kind === 'let';
      if (node.type !== 'MemberExpression') return false;
      return ['length', 'index', list.name].includes(folder.key(node) ?? 'length');
    }),
  );
}
