import { isOnEveryBar } from '../../python/everyBar.ts';
import { orderCalls } from '../../python/orderCalls.ts';
import { argument } from '../../python/shape.ts';
import type { PythonSubject } from '../../python/subject.ts';
import type { Call } from '../../python/syntax.ts';
import type { Found } from '../../rule.ts';

/** Members by which a strategy keeps track of what waits. */
const tracking = new Set(['is_open', 'cancel', 'replace', 'position']);

/** One more order on every bar, where none of them ends. */
export function check(subject: PythonSubject, found: Found): void {
  if (subject.tree.all('Attribute').some(({ name }) => tracking.has(name.id))) return;
  for (const { call, method } of orderCalls(subject)) {
    if (!['buy', 'sell', 'close'].includes(method) || !waitsForEver(call)) continue;
    if (isOnEveryBar(subject, call))
      found(call, 'Every bar adds one more order that waits without an end.', {
        advice: 'Give it good_for_bars=1, or ask lab.orders.is_open or lab.position before giving another.',
      });
  }
}

function waitsForEver(call: Call): boolean {
  const has = (name: string): boolean => argument(call, name) !== undefined;
  if (call.args.some(({ spread }) => spread !== '')) return false;
  return (has('limit') || has('stop')) && !has('good_till') && !has('good_for_bars') && !has('oco');
}
