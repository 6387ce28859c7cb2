import { isPerBar, keptListAt, keptLists } from '../../javascript/keptLists.ts';
import type { Subject } from '../../javascript/subject.ts';
import type { Found } from '../../rule.ts';

const copying: ReadonlyMap<string, string> = new Map([
  ['sort', 'toSorted'],
  ['reverse', 'toReversed'],
]);

/** A list of the past whose entries change their places. */
export function check(subject: Subject, found: Found): void {
  const lists = keptLists(subject);
  if (lists.length === 0) return;
  for (const node of subject.tree.all('CallExpression')) {
    const { callee } = node;
    if (callee.type !== 'MemberExpression' || !isPerBar(subject, node)) continue;
    const name = subject.folder.key(callee) ?? '';
    const copy = copying.get(name);
    const list = copy && keptListAt(subject, lists, callee.object);
    if (!copy || !list) continue;
    // A copy that nobody takes would leave the list as it is.
    const isTaken = subject.tree.parent(node)?.type !== 'ExpressionStatement';
    found(callee.property, `${name} changes the order of ${list.name} itself, to which bars are added.`, {
      ...(isTaken && !callee.computed ? { fix: { title: `Write ${copy}`, newText: copy } } : {}),
    });
  }
}
