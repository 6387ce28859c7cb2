import type { Comprehension, ComprehensionClause, Expression } from '../syntax.ts';
import { assignable, dictItem, element, expressionOf, type Reading, single } from './expressions.ts';
import { invalid, type Raw, span } from './raw.ts';

/** A comprehension, or the one argument of a call that is a generator, without its brackets. */
export function comprehension(
  kind: Comprehension['kind'],
  nodes: readonly Raw[],
  place: Raw,
  reading: Reading,
): Comprehension {
  const isClauseStart = ({ name }: Raw) => name === 'for' || name === 'async';
  const first = nodes.findIndex(isClauseStart);
  const head = nodes.slice(0, first);
  if (first <= 0 || head.some(({ name }) => name === ',')) return invalid(place, 'This is no comprehension.');
  const item = kind === 'dict' ? dictItem(head, reading) : undefined;
  if (item && item.key === undefined) return invalid(item, 'A comprehension takes no spread.');
  const value = item ? item.value : element(head, reading);
  if (value.type === 'Starred') return invalid(value, 'A comprehension takes no spread.');
  const clauses: ComprehensionClause[] = [];
  let rest = nodes.slice(first);
  while (rest.length > 0) {
    const isAsync = rest[0]?.name === 'async';
    if (isAsync) rest = rest.slice(1);
    const at = rest.findIndex(({ name }) => name === 'in');
    const [iterable] = rest.slice(at + 1);
    if (rest[0]?.name !== 'for' || at < 0 || !iterable) return invalid(place, 'This is no comprehension.');
    const after = rest.findIndex((node, index) => index > at && isClauseStart(node));
    const clause = after < 0 ? rest : rest.slice(0, after);
    const tests = clause.slice(at + 2);
    const conditions: Expression[] = [];
    for (let index = 0; index < tests.length; index += 2) {
      const test = tests[index + 1];
      if (tests[index]?.name !== 'if' || !test) return invalid(place, 'This is no comprehension.');
      conditions.push(single(test, reading));
    }
    clauses.push({
      type: 'ComprehensionClause',
      ...span(clause),
      target: assignable(expressionOf(clause.slice(1, at), place, reading)),
      iterable: single(iterable, reading),
      conditions,
      isAsync,
    });
    rest = after < 0 ? [] : rest.slice(after);
  }
  const { start, end } = place;
  return { type: 'Comprehension', start, end, kind, key: item?.key, element: value, clauses };
}
