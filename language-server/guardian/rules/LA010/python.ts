import { frameKind, seesAllRows } from '../../python/frames.ts';
import { parameterName } from '../../python/range.ts';
import type { PythonSubject } from '../../python/subject.ts';
import type { Expression, SyntaxOf } from '../../python/syntax.ts';
import type { Found } from '../../rule.ts';

const farBar = 10_000;

/** Rules on the last row, and on one number of a bar. */
export function check(subject: PythonSubject, found: Found): void {
  const { tree, folder, types } = subject;
  for (const node of tree.all('Subscript')) {
    const isLast = folder.number(node.index) === -1 && !isWritten(subject, node);
    if (isLast && isRows(subject, node.object) && seesAllRows(subject, node))
      found(node, 'The last row is known only when the data has ended.');
  }
  for (const node of [...tree.all('Binary'), ...tree.all('Comparison')]) {
    if (isRuleOnLength(subject, node))
      found(node, 'How many rows there are is known only when the data has ended.');
  }
  for (const node of tree.all('Comparison')) {
    const isIndex = (side: Expression): boolean =>
      side.type === 'Attribute' && side.name.id === 'index' && types.api(side.object) === 'Bar';
    const [side, bound] = isIndex(node.left) ? [node.left, node.right] : [node.right, node.left];
    const value = folder.number(bound);
    if (!isIndex(side) || value === undefined || parameterName(bound, subject) !== undefined) continue;
    const isEqual = node.operator === '==' || node.operator === '!=';
    const isBelow = side === node.left ? node.operator.startsWith('>') : node.operator.startsWith('<');
    if ((isEqual && value >= 2) || (isBelow && value >= farBar))
      found(node, `This rule is made for bar ${value} of one set of data.`);
  }
}

/** `len(frame) % 2`, `len(frame) == 500` and `i == len(frame) - 1`; whether there are enough rows may be asked. */
function isRuleOnLength(subject: PythonSubject, node: SyntaxOf<'Binary' | 'Comparison'>): boolean {
  const { folder, strategy, tree } = subject;
  const inside = tree.enclosingFunction(node);
  if (!inside || !strategy.vectorised.has(inside)) return false;
  if (node.operator === '%') return isLength(subject, node.left);
  if (node.operator !== '==' && node.operator !== '!=') return false;
  for (const [side, other] of [
    [node.left, node.right],
    [node.right, node.left],
  ] as const) {
    if (isLength(subject, side) && (folder.number(other) ?? 0) > 0) return true;
    const isLast = side.type === 'Binary' && side.operator === '-' && isLength(subject, side.left);
    if (isLast && other.type === 'Name') return true;
  }
  return false;
}

function isLength(subject: PythonSubject, node: Expression): boolean {
  const isLen = node.type === 'Call' && node.callee.type === 'Name' && node.callee.id === 'len';
  const [first] = isLen ? node.args : [];
  return first !== undefined && frameKind(subject, first.value) !== undefined;
}

function isWritten({ tree }: PythonSubject, node: SyntaxOf<'Subscript'>): boolean {
  const parent = tree.parent(node);
  return parent?.type === 'Assign' && parent.targets.includes(node);
}

/** `close.iloc`, `close.values`, `frame.index` and arrays of all rows. */
function isRows(subject: PythonSubject, node: Expression): boolean {
  if (node.type === 'Attribute' && ['iloc', 'values', 'index', 'iat'].includes(node.name.id))
    return frameKind(subject, node.object) !== undefined;
  return node.type === 'Call' && frameKind(subject, node) === 'series';
}
