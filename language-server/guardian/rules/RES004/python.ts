import { isOnEveryBar } from '../../python/everyBar.ts';
import { growingCalls, keptListAt } from '../../python/keptLists.ts';
import type { PythonSubject } from '../../python/subject.ts';
import type { Syntax } from '../../python/syntax.ts';
import type { Found } from '../../rule.ts';

const walking = /^(?:builtins\.(?:sum|max|min|sorted|any|all|list|tuple)|statistics\.\w+|numpy\.\w+)$/;

/** Work on every bar that goes through a list which only grows. */
export function check(subject: PythonSubject, found: Found): void {
  const { tree, paths } = subject;
  const endless = new Set(growingCalls(subject).flatMap(({ list }) => (list.isBounded ? [] : [list.name])));
  if (endless.size === 0) return;
  const tell = (node: Syntax, place: { readonly start: number; readonly end: number }): void => {
    const list = keptListAt(subject, node);
    if (list && endless.has(list.name) && isOnEveryBar(subject, node))
      found(place, `Every bar goes through all of ${list.name} again.`);
  };
  for (const loop of tree.all('For')) {
    const list = keptListAt(subject, loop.iterable);
    // The loop itself is a condition of what stands in it, not of the loop.
    if (list && endless.has(list.name) && isOnEveryBar(subject, loop))
      found(
        { start: loop.start, end: loop.iterable.end },
        `Every bar goes through all of ${list.name} again.`,
      );
  }
  for (const clause of tree.all('ComprehensionClause')) tell(clause.iterable, clause);
  for (const call of tree.all('Call')) {
    const [first] = call.args;
    if (first && walking.test(paths.text(call.callee) ?? '')) tell(first.value, call);
  }
}
