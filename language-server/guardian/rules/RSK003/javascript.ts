import { conditionsOf } from '../../javascript/conditions.ts';
import { objectsOf, orderCalls } from '../../javascript/orderCalls.ts';
import { propertyOf } from '../../javascript/strategyShape.ts';
import type { Subject } from '../../javascript/subject.ts';
import { isFunction, type Syntax, type SyntaxOf } from '../../javascript/tree.ts';
import type { Found } from '../../rule.ts';

const limiting = ['stopLoss', 'stopLossPercent', 'trailingStop', 'trailingStopPercent', 'reduceOnly'];
/** What may be asked of the position without bounding it. */
const unbounding = new Set(['isFlat', 'isLong', 'isShort', 'entryPrice', 'profit']);

/** Entries because of a loss, as often as the market falls. */
export function check(subject: Subject, found: Found): void {
  const calls = orderCalls(subject);
  const trades = (method: string): boolean => calls.some((call) => call.method === method);
  for (const { node, method } of calls) {
    if (method !== 'buy' && method !== 'sell') continue;
    const conditions = conditionsOf(subject, node);
    const side = method === 'buy' ? 'isLong' : 'isShort';
    const isAdding = asks(subject, conditions, side) || !trades(method === 'buy' ? 'sell' : 'buy');
    if (!isAdding || asks(subject, conditions, 'isFlat')) continue;
    if (!conditions.some((condition) => isLoss(subject, condition, method))) continue;
    if (isLimited(subject, node) || conditions.some((condition) => mayBound(subject, condition))) continue;
    found(node, `This ${method}s more whenever the position stands at a loss, as often as that happens.`);
  }
}

function memberOf(subject: Subject, node: Syntax, type: string): string | undefined {
  const access = node.type === 'MemberExpression' ? subject.accessAt(node) : undefined;
  const isOf = access && [...access.base].some((atom) => atom.kind === 'api' && atom.type === type);
  return isOf ? (access.name ?? '') : undefined;
}

function asks(subject: Subject, conditions: readonly Syntax[], member: string): boolean {
  return conditions.some((condition) =>
    [...subject.tree.below(condition)].some((node) => memberOf(subject, node, 'Position') === member),
  );
}

/** `price < entryPrice ...` for a buy, `price > entryPrice ...` for a sell, `profit < 0` for both. */
function isLoss(subject: Subject, condition: Syntax, method: 'buy' | 'sell'): boolean {
  const mentions = (node: Syntax, name: string): boolean =>
    [...subject.tree.below(node)].some((part) => memberOf(subject, part, 'Position') === name);
  return [...subject.tree.below(condition)].some((node) => {
    if (node.type !== 'BinaryExpression' || !/^[<>]=?$/.test(node.operator)) return false;
    const [low, high] = node.operator.startsWith('<') ? [node.left, node.right] : [node.right, node.left];
    if (mentions(low, 'profit')) return (subject.folder.number(high) ?? 1) <= 0;
    const [price, entry] = method === 'buy' ? [low, high] : [high, low];
    return mentions(entry, 'entryPrice') && !mentions(price, 'entryPrice');
  });
}

function isLimited(subject: Subject, { arguments: [options] }: SyntaxOf<'CallExpression'>): boolean {
  if (!options) return false;
  const objects = objectsOf(subject, options);
  if (!objects) return true;
  return objects.some(
    (object) =>
      object.properties.some(({ type }) => type === 'SpreadElement') ||
      limiting.some((name) => propertyOf(object, name, subject.folder)),
  );
}

/** True unless a condition looks at prices, indicators and the side of the position alone. */
function mayBound(subject: Subject, condition: Syntax): boolean {
  const { tree, scopes } = subject;
  return [...tree.below(condition)].some((node) => {
    if (isFunction(node) || node.type === 'AssignmentExpression' || node.type === 'UpdateExpression')
      return true;
    if (node.type === 'CallExpression') return !isPure(subject, node);
    if (node.type === 'Identifier') {
      const variable = scopes.variable(node);
      return variable !== undefined && variable.writes.length > 0;
    }
    if (node.type !== 'MemberExpression') return false;
    const member = memberOf(subject, node, 'Position');
    if (member !== undefined) return !unbounding.has(member);
    const access = subject.accessAt(node);
    return !access || ![...access.base].every((atom) => atom.kind === 'api' && atom.type !== 'Account');
  });
}

/** Crossings, values of series and functions of Math hold no count. */
function isPure({ flow }: Subject, { callee }: SyntaxOf<'CallExpression'>): boolean {
  const atoms = [...flow.evaluate(callee)];
  return (
    atoms.length > 0 &&
    atoms.every(
      (atom) =>
        atom.kind === 'export' ||
        (atom.kind === 'global' && atom.path.startsWith('Math.')) ||
        (atom.kind === 'apiMethod' && atom.name === 'ago'),
    )
  );
}
