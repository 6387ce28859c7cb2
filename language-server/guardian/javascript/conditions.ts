import type { Subject } from './subject.ts';
import { isFunction, isLoop, type Syntax } from './tree.ts';

/**
 * Every condition of its function that decides whether a node is reached, with the definitions of the names
 * in it: those around the node, and those of statements before it that may leave.
 */
export function conditionsOf(subject: Subject, node: Syntax): Syntax[] {
  const conditions = conditionsAt(subject, node);
  for (const condition of conditions) {
    for (const part of subject.tree.below(condition)) {
      const definition = part.type === 'Identifier' ? subject.folder.definition(part) : undefined;
      if (definition && !conditions.includes(definition)) conditions.push(definition);
    }
  }
  return conditions;
}

function conditionsAt({ tree }: Subject, node: Syntax): Syntax[] {
  const conditions: Syntax[] = [];
  let inner = node;
  for (const outer of tree.around(node)) {
    if (outer.type === 'IfStatement' || outer.type === 'ConditionalExpression') {
      if (outer.test !== inner) conditions.push(outer.test);
    } else if (outer.type === 'LogicalExpression') {
      if (outer.right === inner) conditions.push(outer.left);
    } else if (outer.type === 'SwitchCase') {
      const parent = tree.parent(outer);
      if (parent?.type === 'SwitchStatement') conditions.push(parent.discriminant);
    } else if (isLoop(outer) && outer.type !== 'ForOfStatement' && outer.type !== 'ForInStatement') {
      if (outer.test) conditions.push(outer.test);
    } else if (outer.type === 'BlockStatement') {
      for (const statement of outer.body) {
        if (statement.end <= inner.start) conditions.push(...leavingConditions(tree, statement));
      }
    }
    if (isFunction(outer)) break;
    inner = outer;
  }
  return conditions;
}

/** The conditions of a statement under which what follows it is not reached. */
function leavingConditions(tree: Subject['tree'], statement: Syntax): Syntax[] {
  const nodes = [...tree.below(statement, (below) => !isFunction(below))];
  const leaves = nodes.some(({ type }) =>
    ['ReturnStatement', 'ThrowStatement', 'ContinueStatement', 'BreakStatement'].includes(type),
  );
  if (!leaves) return [];
  return nodes.flatMap((node) => (node.type === 'IfStatement' ? [node.test] : []));
}
