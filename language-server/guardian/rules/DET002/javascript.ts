import { isDateCall } from '../../javascript/dates.ts';
import { reportRefusedGlobals } from '../../javascript/freeNames.ts';
import type { Subject } from '../../javascript/subject.ts';
import type { Found } from '../../rule.ts';

/** Clocks. */
export function check(subject: Subject, found: Found): void {
  const { accesses, tree } = subject;
  reportRefusedGlobals(subject, 'DET002', found);
  for (const { name, base, key } of accesses) {
    const isNow = name === 'now' && [...base].some((atom) => atom.kind === 'global' && atom.path === 'Date');
    if (isNow) found(key, 'Date.now tells the time of the run.');
  }
  for (const node of tree.all('CallExpression')) {
    if (isDateCall(subject, node)) found(node, 'Date() tells the time of the run.');
  }
  for (const node of tree.all('NewExpression')) {
    if (isDateCall(subject, node) && !node.arguments[0]) found(node, 'new Date() tells the time of the run.');
  }
}
