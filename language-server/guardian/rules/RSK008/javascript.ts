import { isHigherSeries } from '../../javascript/higherSeries.ts';
import type { Subject } from '../../javascript/subject.ts';
import type { Found } from '../../rule.ts';

/** The last two values of a higher timeframe stay the same for many bars of the run. */
export function check(subject: Subject, found: Found): void {
  const { tree, flow, accesses } = subject;
  const looksAtNew = accesses.some(
    ({ name, base }) =>
      name === 'isNew' || (name === 'time' && [...base].some((atom) => atom.kind === 'api' && atom.isHigher)),
  );
  if (looksAtNew) return;
  for (const node of tree.all('CallExpression')) {
    const isCrossing = [...flow.evaluate(node.callee)].some(
      (atom) => atom.kind === 'export' && atom.name.startsWith('cross'),
    );
    const sides = node.arguments.map((argument) => isHigherSeries(subject, argument));
    if (!isCrossing || !sides.includes(true)) continue;
    const isMixed = sides.includes(false);
    found(
      node,
      isMixed
        ? 'One side looks back one bar of the run, the other one bar of a higher timeframe.'
        : 'This stays true on every bar of the run until the next bar of the higher timeframe.',
      isMixed ? { advice: 'Write .value for the side of the higher timeframe.' } : {},
    );
  }
}
