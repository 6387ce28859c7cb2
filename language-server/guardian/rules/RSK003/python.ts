import { orderCalls } from '../../python/orderCalls.ts';
import { argument } from '../../python/shape.ts';
import type { PythonSubject } from '../../python/subject.ts';
import type { Expression, Syntax } from '../../python/syntax.ts';
import { isFunction } from '../../python/tree.ts';
import type { Found } from '../../rule.ts';

const limiting = ['stop_loss', 'stop_loss_percent', 'trailing_stop', 'trailing_stop_percent', 'reduce_only'];
/** What may be asked of the position without bounding it. */
const unbounding = new Set(['is_flat', 'is_long', 'is_short', 'entry_price', 'profit']);

/** Entries because of a loss, as often as the market falls. */
export function check(subject: PythonSubject, found: Found): void {
  for (const { call, method } of orderCalls(subject)) {
    if (method !== 'buy' && method !== 'sell') continue;
    const conditions = conditionsOf(subject, call);
    const side = method === 'buy' ? 'is_long' : 'is_short';
    if (!conditions.some((condition) => asks(subject, condition, side))) continue;
    if (!conditions.some((condition) => isLoss(subject, condition, method))) continue;
    const isLimited =
      call.args.some(({ spread }) => spread !== '') || limiting.some((name) => argument(call, name));
    if (isLimited || conditions.some((condition) => mayBound(subject, condition))) continue;
    found(call, `This ${method}s more whenever the position stands at a loss, as often as that happens.`, {
      advice: 'Bound it: ask lots or quantity of the position as well, or give each entry a stop loss.',
    });
  }
}

/** The tests that a node stands behind; of an `elif` those before it, too, which only narrow it. */
function conditionsOf({ tree }: PythonSubject, node: Syntax): Expression[] {
  const conditions: Expression[] = [];
  for (const outer of tree.around(node)) {
    if (outer.type === 'If' || outer.type === 'While') conditions.push(outer.test);
    if (isFunction(outer)) break;
  }
  return conditions;
}

function memberOf({ types }: PythonSubject, node: Syntax): string | undefined {
  return node.type === 'Attribute' && types.api(node.object) === 'Position' ? node.name.id : undefined;
}

function asks(subject: PythonSubject, condition: Expression, member: string): boolean {
  for (const node of subject.tree.below(condition)) if (memberOf(subject, node) === member) return true;
  return false;
}

/** `price < entry_price ...` for a buy, `price > entry_price ...` for a sell, `profit < 0` for both. */
function isLoss(subject: PythonSubject, condition: Expression, method: 'buy' | 'sell'): boolean {
  for (const node of subject.tree.below(condition)) {
    if (node.type !== 'Comparison' || !/^[<>]=?$/.test(node.operator)) continue;
    const [low, high] = node.operator.startsWith('<') ? [node.left, node.right] : [node.right, node.left];
    if (asks(subject, low, 'profit') && (subject.folder.number(high) ?? 1) <= 0) return true;
    const [price, entry] = method === 'buy' ? [low, high] : [high, low];
    if (asks(subject, entry, 'entry_price') && !asks(subject, price, 'entry_price')) return true;
  }
  return false;
}

/** True unless a condition looks at prices, indicators, parameters and the side of the position alone. */
function mayBound(subject: PythonSubject, condition: Expression): boolean {
  const { tree, types } = subject;
  for (const node of tree.below(condition)) {
    if (node.type === 'Call' && !types.method(node)) return true;
    if (node.type === 'NamedExpression' || node.type === 'Name') {
      if (node.type === 'Name' && (node.id === 'lab' || node.id === 'self')) continue;
      return true;
    }
    const member = memberOf(subject, node);
    if (member !== undefined && !unbounding.has(member)) return true;
    const isKnown = node.type !== 'Attribute' || types.of(node) !== undefined;
    if (!isKnown) return true;
  }
  return false;
}
