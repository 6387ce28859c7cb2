import { objectsOf, orderCalls } from '../../javascript/orderCalls.ts';
import { propertyOf } from '../../javascript/strategyShape.ts';
import type { Subject } from '../../javascript/subject.ts';
import type { Syntax } from '../../javascript/tree.ts';
import type { Found } from '../../rule.ts';
import { sideOfClose, tellWrongSide } from '../../stopOrders.ts';

/** `buy({ stop: bar.close * 0.95 })`, which is meant as a stop loss and is a purchase at once. */
export function check(subject: Subject, found: Found): void {
  for (const { node, method } of orderCalls(subject)) {
    if (method !== 'buy' && method !== 'sell') continue;
    const [options] = node.arguments;
    for (const object of (options && objectsOf(subject, options)) ?? []) {
      const stop = propertyOf(object, 'stop', subject.folder)?.value;
      const side = stop && sideOfStop(subject, stop);
      if (!stop || side !== (method === 'buy' ? -1 : 1)) continue;
      tellWrongSide(method, stop, 'stopLoss', found);
    }
  }
}

/** -1 for what is certainly below the last close, 1 for what is above, nothing where it is not known. */
function sideOfStop(subject: Subject, node: Syntax): -1 | 1 | undefined {
  const { folder } = subject;
  const price = folder.definition(node) ?? node;
  if (price.type !== 'BinaryExpression') return undefined;
  const [left, right] = isClose(subject, price.left) ? [price.left, price.right] : [price.right, price.left];
  if (!isClose(subject, left)) return undefined;
  return sideOfClose(price.operator, folder.number(right), left === price.left);
}

/** True for `bar.close`, also under another name. */
function isClose(subject: Subject, node: Syntax): boolean {
  const { folder, scopes, tree } = subject;
  const source = folder.definition(node) ?? node;
  const variable = scopes.variable(source);
  const place = variable ? tree.parent(variable.declaration) : source;
  const access = place && subject.accessAt(place);
  if (access?.name !== 'close') return false;
  const base = [...access.base];
  return base.length > 0 && base.every((atom) => atom.kind === 'api' && atom.type === 'Bar');
}
