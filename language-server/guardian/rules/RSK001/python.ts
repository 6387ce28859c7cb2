import { exitLevels } from '../../javascript/strategyApi.ts';
import { pythonName } from '../../python/api.ts';
import { orderCalls } from '../../python/orderCalls.ts';
import type { PythonSubject } from '../../python/subject.ts';
import type { Found } from '../../rule.ts';

const levels = exitLevels.map(pythonName);

/** Entries with no way out. */
export function check(subject: PythonSubject, found: Found): void {
  const { tree } = subject;
  const entry = orderCalls(subject).find(({ method }) => method === 'buy' || method === 'sell');
  if (!entry) return;
  // Of what is not known to be an order, the name alone counts.
  const isCalled = (name: string): boolean =>
    tree.all('Call').some(({ callee }) => callee.type === 'Attribute' && callee.name.id === name);
  if (isCalled('close') || isCalled('protect') || (isCalled('buy') && isCalled('sell'))) return;
  const hasLevel = tree
    .all('Argument')
    .some(({ name, spread }) => spread === '**' || (name !== undefined && levels.includes(name.id)));
  if (!hasLevel) found(entry.call, 'Nothing in this strategy ever closes what it opens.');
}
