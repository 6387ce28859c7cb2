import { isOnEveryBar } from '../everyBar.ts';
import type { Folder } from '../fold.ts';
import { propertyOf } from '../strategyShape.ts';
import type { Subject } from '../subject.ts';
import type { Syntax, SyntaxOf } from '../tree.ts';
import { type OrderCall, objectsOf, orderCalls } from './orderCalls.ts';

/** Members by which a strategy keeps track of what waits. */
const tracking = new Set(['isOpen', 'cancel', 'replace']);

/** RSK009 and RSK010: orders that pile up, and stops that wait for nothing. */
export function checkWaitingOrders(subject: Subject): void {
  const calls = orderCalls(subject);
  const isTracked =
    calls.some(({ method }) => tracking.has(method)) ||
    subject.accesses.some(({ base }) =>
      [...base].some((atom) => atom.kind === 'api' && atom.type === 'Position'),
    );
  for (const call of calls) {
    if (!['buy', 'sell', 'close'].includes(call.method)) continue;
    const [options] = call.node.arguments;
    const objects = options && objectsOf(subject, options);
    if (!objects) continue;
    if (
      !isTracked &&
      objects.every((object) => waitsForEver(object, subject.folder)) &&
      isOnEveryBar(subject, call.node)
    ) {
      subject.report.add('RSK009', call.node, 'Every bar adds one more order that waits without an end.');
    }
    for (const object of objects) checkStopSide(subject, call, object);
  }
}

function waitsForEver(object: SyntaxOf<'ObjectExpression'>, folder: Folder): boolean {
  const has = (name: string): boolean => propertyOf(object, name, folder) !== undefined;
  if (object.properties.some(({ type }) => type === 'SpreadElement')) return false;
  return (has('limit') || has('stop')) && !has('goodTill') && !has('goodForBars') && !has('oco');
}

/** RSK010: `buy({ stop: bar.close * 0.95 })`, which is meant as a stop loss and is a purchase at once. */
function checkStopSide(subject: Subject, { method }: OrderCall, object: SyntaxOf<'ObjectExpression'>): void {
  const stop = propertyOf(object, 'stop', subject.folder)?.value;
  const side = stop && sideOfClose(subject, stop);
  if (!stop || side === undefined || method === 'close') return;
  const isWrong = method === 'buy' ? side < 0 : side > 0;
  if (!isWrong) return;
  const [where, instead] = method === 'buy' ? ['below', 'above'] : ['above', 'below'];
  subject.report.add(
    'RSK010',
    stop,
    `A stop to ${method} that lies ${where} the market is reached at once: it waits for nothing.`,
    { advice: `For a stop loss write stopLoss; else give a price ${instead} the market.` },
  );
}

/** -1 for what is certainly below the last close, 1 for what is above, nothing where it is not known. */
function sideOfClose(subject: Subject, node: Syntax): -1 | 1 | undefined {
  const { folder } = subject;
  const price = folder.definition(node) ?? node;
  if (price.type !== 'BinaryExpression') return undefined;
  const [left, right] = isClose(subject, price.left) ? [price.left, price.right] : [price.right, price.left];
  const value = folder.number(right);
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
