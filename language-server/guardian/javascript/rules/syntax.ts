import type { Subject } from '../subject.ts';
import { isFunction } from '../tree.ts';

/** SEC011: what makes code run later, in between or under other names. */
export function checkSyntax({ tree, report }: Subject): void {
  for (const node of tree.nodes) {
    if (isFunction(node)) {
      const what = node.async ? 'async' : node.generator ? 'a generator' : undefined;
      if (what === undefined) continue;
      const place = { start: node.start, end: node.body.start };
      report.add('SEC011', place, `The function is ${what}: it would answer after its bar is over.`);
      continue;
    }
    switch (node.type) {
      case 'AwaitExpression':
        report.add('SEC011', node, 'A strategy cannot wait for anything.');
        break;
      case 'ForOfStatement':
        if (node.await) report.add('SEC011', node, 'A strategy cannot wait for anything.');
        break;
      case 'DebuggerStatement':
        report.add('SEC011', node, 'debugger stops the run.', { advice: 'Delete it.' });
        break;
    }
  }
}
