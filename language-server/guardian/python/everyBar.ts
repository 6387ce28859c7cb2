import { methodOf } from './shape.ts';
import type { PythonSubject } from './subject.ts';
import type { Statement, Syntax } from './syntax.ts';
import { isFunction, type SyntaxTree } from './tree.ts';

const conditions = new Set(['If', 'Conditional', 'Boolean', 'MatchCase', 'ExceptClause', 'While', 'For']);

/** True where a node of `next`, outside of functions in it, is reached on every bar: no condition keeps it away. */
export function isOnEveryBar({ tree, strategy, scopes }: PythonSubject, node: Syntax): boolean {
  const inside = tree.enclosingFunction(node);
  const entry = strategy.main && methodOf(strategy.main, 'next', scopes);
  if (!inside || inside !== entry) return false;
  for (const outer of tree.around(node)) {
    if (conditions.has(outer.type)) return false;
    if (outer === inside) break;
  }
  const before = entry.body.filter((statement) => statement.end <= node.start);
  return !before.some((statement) => canLeave(tree, statement));
}

/** True where a statement may end its function before those after it run. */
function canLeave(tree: SyntaxTree, statement: Statement): boolean {
  if (isFunction(statement)) return false;
  for (const inner of tree.below(statement, (below) => !isFunction(below)))
    if (inner.type === 'Return' || inner.type === 'Raise') return true;
  return false;
}
