import { reportRefusedGlobals } from '../../javascript/freeNames.ts';
import type { Subject } from '../../javascript/subject.ts';
import { isFunction, type Syntax } from '../../javascript/tree.ts';
import type { Found } from '../../rule.ts';

/** What lists have not, and generators have. */
const byHand = new Set(['next', 'return', 'throw']);

const givingElements = new Set(['keys', 'values', 'entries']);

/** What makes code run later, in between or under other names. */
export function check(subject: Subject, found: Found): void {
  const { tree, folder, erasureProblems } = subject;
  for (const { rule, message, ...place } of erasureProblems) if (rule === 'SEC011') found(place, message);
  reportRefusedGlobals(subject, 'SEC011', found);
  for (const node of tree.nodes) {
    if (isFunction(node)) {
      if (!node.async) continue;
      const place = { start: node.start, end: node.body.start };
      found(place, 'The function is async: it would answer after its bar is over.');
      continue;
    }
    switch (node.type) {
      case 'AwaitExpression':
        found(node, 'A strategy cannot wait for anything.');
        break;
      case 'ForOfStatement':
        if (node.await) found(node, 'A strategy cannot wait for anything.');
        break;
      case 'YieldExpression':
        if (tree.parent(node)?.type !== 'ExpressionStatement')
          found(node, 'What is sent into a generator is not seen here.', { advice: 'Only give values out.' });
        break;
      case 'CallExpression': {
        const { callee } = node;
        if (callee.type !== 'MemberExpression' || !byHand.has(folder.key(callee) ?? '')) break;
        if (isGenerator(subject, callee.object, node))
          found(callee.property, 'A generator that is driven by hand is not followed.', {
            advice: 'Take its values by for...of, spread or destructuring.',
          });
        break;
      }
      case 'DebuggerStatement':
        found(node, 'debugger stops the run.', { advice: 'Delete it.' });
        break;
    }
  }
}

/** `map.keys().next().value` is an element like any other: the oldest key of a cache. */
function isGenerator({ flow, tree, folder }: Subject, driven: Syntax, step: Syntax): boolean {
  const lists = [...flow.evaluate(driven)].filter((atom) => atom.kind === 'array');
  const method = driven.type === 'CallExpression' ? driven.callee : undefined;
  const maker = method?.type === 'MemberExpression' ? (folder.key(method) ?? '') : '';
  const isOfMap = givingElements.has(maker) && !flow.defines(maker);
  const isOfLanguage = lists.every((atom) => (atom.node ? atom.node.type === 'CallExpression' : isOfMap));
  const parent = tree.parent(step);
  const isRead = parent?.type === 'MemberExpression' && folder.key(parent) === 'value';
  return lists.length > 0 && !(isOfLanguage && isRead);
}
