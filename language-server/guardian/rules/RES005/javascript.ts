import { isOnEveryBar } from '../../javascript/everyBar.ts';
import type { Subject } from '../../javascript/subject.ts';
import type { Found } from '../../rule.ts';

/** A line in the log on every bar. */
export function check(subject: Subject, found: Found): void {
  for (const node of subject.tree.all('CallExpression')) {
    const isLog = [...subject.flow.evaluate(node.callee)].some(
      (atom) => atom.kind === 'apiMethod' && atom.name === 'log',
    );
    if (isLog && isOnEveryBar(subject, node)) found(node, 'This writes a line on every bar.');
  }
}
