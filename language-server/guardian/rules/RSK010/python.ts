import { assignedOnce } from '../../python/fold.ts';
import { orderCalls } from '../../python/orderCalls.ts';
import { argument } from '../../python/shape.ts';
import type { PythonSubject } from '../../python/subject.ts';
import type { Expression } from '../../python/syntax.ts';
import type { Found } from '../../rule.ts';
import { sideOfClose, tellWrongSide } from '../../stopOrders.ts';

/** `buy(stop=lab.bar.close * 0.95)`, which is meant as a stop loss and is a purchase at once. */
export function check(subject: PythonSubject, found: Found): void {
  for (const { call, method } of orderCalls(subject)) {
    if (method !== 'buy' && method !== 'sell') continue;
    const stop = argument(call, 'stop');
    const side = stop && sideOfStop(subject, stop);
    if (!stop || side !== (method === 'buy' ? -1 : 1)) continue;
    tellWrongSide(method, stop, 'stop_loss', found);
  }
}

/** -1 for what is certainly below the last close, 1 for what is above, nothing where it is not known. */
function sideOfStop(subject: PythonSubject, node: Expression): -1 | 1 | undefined {
  const price = assignedOnce(subject.scopes.of(node)) ?? node;
  if (price.type !== 'Binary') return undefined;
  const [left, right] = isClose(subject, price.left) ? [price.left, price.right] : [price.right, price.left];
  if (!isClose(subject, left)) return undefined;
  return sideOfClose(price.operator, subject.folder.number(right), left === price.left);
}

/** True for `lab.bar.close`, also under another name. */
function isClose({ scopes, types }: PythonSubject, node: Expression): boolean {
  const source = assignedOnce(scopes.of(node)) ?? node;
  return source.type === 'Attribute' && source.name.id === 'close' && types.api(source.object) === 'Bar';
}
