import { keptListAt } from '../../python/keptLists.ts';
import type { PythonSubject } from '../../python/subject.ts';
import type { Syntax } from '../../python/syntax.ts';
import type { Found } from '../../rule.ts';

/** Lists of the strategy's own that are read further back than they may reach. */
export function check(subject: PythonSubject, found: Found): void {
  const { tree, folder, strategy } = subject;
  for (const node of tree.all('Subscript')) {
    const back = -(folder.number(node.index) ?? 0);
    const inside = tree.enclosingFunction(node);
    if (back < 2 || !inside || !strategy.perBar.has(inside)) continue;
    const list = keptListAt(subject, node.object);
    if (!list?.isEmptyAtFirst || isAsked(subject, list.name)) continue;
    found(
      node,
      `${list.name} has no such entry before it holds ${back}, and the strategy stops with an error.`,
      {
        advice: `Test its length first: if len(self.${list.name}) < ${back}: return.`,
      },
    );
  }
}

/** True where the file asks anywhere how much the list holds, or counts bars. */
function isAsked({ tree }: PythonSubject, name: string): boolean {
  return tree.nodes.some((node) => {
    if (node.type === 'Try') return true;
    if (node.type === 'Attribute' && node.name.id === 'index') return true;
    if (node.type !== 'Attribute' || node.name.id !== name) return false;
    const user = tree.parent(node);
    return user !== undefined && asksOf(user, node);
  });
}

function asksOf(user: Syntax, node: Syntax): boolean {
  if (user.type === 'Argument') return true;
  if (user.type === 'If' || user.type === 'While' || user.type === 'Conditional') return user.test === node;
  return user.type === 'Boolean' || user.type === 'Unary' || user.type === 'Comparison';
}
