import { objectsOf, orderCalls } from '../../javascript/orderCalls.ts';
import { exitLevels } from '../../javascript/strategyApi.ts';
import type { Subject } from '../../javascript/subject.ts';
import type { Found } from '../../rule.ts';

/** Entries with no way out. */
export function check(subject: Subject, found: Found): void {
  const calls = orderCalls(subject);
  const entries = calls.filter(({ method }) => method === 'buy' || method === 'sell');
  const [first] = entries;
  if (!first) return;
  const isOut = (method: string): boolean => calls.some((call) => call.method === method);
  if (isOut('close') || isOut('protect') || (isOut('buy') && isOut('sell'))) return;
  const hasLevel =
    exitLevels.some((name) => subject.flow.defines(name)) ||
    entries.some(({ node }) => node.arguments[0] && objectsOf(subject, node.arguments[0]) === undefined);
  if (hasLevel) return;
  found(first.node, 'Nothing in this strategy ever closes what it opens.');
}
