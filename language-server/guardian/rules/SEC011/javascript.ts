import { reportRefusedGlobals } from '../../javascript/freeNames.ts';
import type { Subject } from '../../javascript/subject.ts';
import { isFunction } from '../../javascript/tree.ts';
import type { Found } from '../../rule.ts';

/** What makes code run later, in between or under other names. */
export function check(subject: Subject, found: Found): void {
  const { tree, erasureProblems } = subject;
  for (const { rule, message, ...place } of erasureProblems) if (rule === 'SEC011') found(place, message);
  reportRefusedGlobals(subject, 'SEC011', found);
  for (const node of tree.nodes) {
    if (isFunction(node)) {
      const what = node.async ? 'async' : node.generator ? 'a generator' : undefined;
      if (what === undefined) continue;
      const place = { start: node.start, end: node.body.start };
      found(place, `The function is ${what}: it would answer after its bar is over.`);
      continue;
    }
    switch (node.type) {
      case 'AwaitExpression':
        found(node, 'A strategy cannot wait for anything.');
        break;
      case 'ForOfStatement':
        if (node.await) found(node, 'A strategy cannot wait for anything.');
        break;
      case 'DebuggerStatement':
        found(node, 'debugger stops the run.', { advice: 'Delete it.' });
        break;
    }
  }
}
