import type { Subject } from './subject.ts';
import { isFunction, isLoop, type Syntax, type SyntaxTree } from './tree.ts';

const conditions = ['IfStatement', 'ConditionalExpression', 'LogicalExpression', 'SwitchCase', 'CatchClause'];

/** True where a node of `next`, outside of functions in it, is reached on every bar: no condition keeps it away. */
export function isOnEveryBar({ tree, flow }: Subject, node: Syntax): boolean {
  const inside = tree.enclosingFunction(node);
  if (!inside || !flow.nexts.has(inside)) return false;
  let inner = node;
  for (const outer of tree.around(node)) {
    if (conditions.includes(outer.type)) return false;
    if (outer.type === 'BlockStatement') {
      const before = outer.body.filter((statement) => statement.end <= inner.start);
      if (before.some((statement) => canLeave(tree, statement))) return false;
    }
    if (outer === inside) return true;
    inner = outer;
  }
  return true;
}

/** True where a statement may keep those after it in its block from running. */
function canLeave(tree: SyntaxTree, statement: Syntax): boolean {
  const has = (types: readonly string[], enters: (below: Syntax) => boolean): boolean =>
    [...tree.below(statement, enters)].some(({ type }) => types.includes(type));
  return (
    has(['ReturnStatement'], (below) => !isFunction(below)) ||
    has(['ContinueStatement', 'BreakStatement'], (below) => !isFunction(below) && !isLoop(below))
  );
}
