import { assignedOnce } from '../../python/fold.ts';
import { orderCalls } from '../../python/orderCalls.ts';
import { argument } from '../../python/shape.ts';
import type { PythonSubject } from '../../python/subject.ts';
import type { Expression } from '../../python/syntax.ts';
import type { Found } from '../../rule.ts';

/** `buy(stop=lab.bar.close * 0.95)`, which is meant as a stop loss and is a purchase at once. */
export function check(subject: PythonSubject, found: Found): void {
  for (const { call, method } of orderCalls(subject)) {
    if (method !== 'buy' && method !== 'sell') continue;
    const stop = argument(call, 'stop');
    const side = stop && sideOfClose(subject, stop);
    if (!stop || side !== (method === 'buy' ? -1 : 1)) continue;
    const [where, instead] = method === 'buy' ? ['below', 'above'] : ['above', 'below'];
    found(
      stop,
      `A stop to ${method} that lies ${where} the market is reached at once: it waits for nothing.`,
      {
        advice: `For a stop loss write stop_loss; else give a price ${instead} the market.`,
      },
    );
  }
}

/** -1 for what is certainly below the last close, 1 for what is above, nothing where it is not known. */
function sideOfClose(subject: PythonSubject, node: Expression): -1 | 1 | undefined {
  const price = assignedOnce(subject.scopes.of(node)) ?? node;
  if (price.type !== 'Binary') return undefined;
  const [left, right] = isClose(subject, price.left) ? [price.left, price.right] : [price.right, price.left];
  const value = subject.folder.number(right);
  if (!isClose(subject, left) || value === undefined || value <= 0) return undefined;
  switch (price.operator) {
    case '*':
      return value === 1 ? undefined : value < 1 ? -1 : 1;
    case '/':
      return left !== price.left || value === 1 ? undefined : value > 1 ? -1 : 1;
    case '+':
      return 1;
    case '-':
      return left === price.left ? -1 : undefined;
    default:
      return undefined;
  }
}

/** True for `lab.bar.close`, also under another name. */
function isClose({ scopes, types }: PythonSubject, node: Expression): boolean {
  const source = assignedOnce(scopes.of(node)) ?? node;
  return source.type === 'Attribute' && source.name.id === 'close' && types.api(source.object) === 'Bar';
}
