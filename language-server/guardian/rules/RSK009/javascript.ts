import { isOnEveryBar } from '../../javascript/everyBar.ts';
import type { Folder } from '../../javascript/fold.ts';
import { objectsOf, orderCalls } from '../../javascript/orderCalls.ts';
import { propertyOf } from '../../javascript/strategyShape.ts';
import type { Subject } from '../../javascript/subject.ts';
import type { SyntaxOf } from '../../javascript/tree.ts';
import type { Found } from '../../rule.ts';

/** Members by which a strategy keeps track of what waits. */
const tracking = new Set(['isOpen', 'cancel', 'replace']);

/** One more order on every bar, where none of them ends. */
export function check(subject: Subject, found: Found): void {
  const calls = orderCalls(subject);
  const isTracked =
    calls.some(({ method }) => tracking.has(method)) ||
    subject.accesses.some(({ base }) =>
      [...base].some((atom) => atom.kind === 'api' && atom.type === 'Position'),
    );
  if (isTracked) return;
  for (const { node, method } of calls) {
    if (!['buy', 'sell', 'close'].includes(method)) continue;
    const [options] = node.arguments;
    const objects = options && objectsOf(subject, options);
    if (!objects?.every((object) => waitsForEver(object, subject.folder))) continue;
    if (isOnEveryBar(subject, node)) found(node, 'Every bar adds one more order that waits without an end.');
  }
}

function waitsForEver(object: SyntaxOf<'ObjectExpression'>, folder: Folder): boolean {
  const has = (name: string): boolean => propertyOf(object, name, folder) !== undefined;
  if (object.properties.some(({ type }) => type === 'SpreadElement')) return false;
  return (has('limit') || has('stop')) && !has('goodTill') && !has('goodForBars') && !has('oco');
}
