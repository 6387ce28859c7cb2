import type { PythonSubject } from '../../python/subject.ts';
import type { Expression } from '../../python/syntax.ts';
import type { Found } from '../../rule.ts';

/** The last two values of a higher timeframe stay the same for many bars of the run. */
export function check(subject: PythonSubject, found: Found): void {
  const { tree, paths } = subject;
  const looksAtNew = tree.all('Attribute').some(({ name }) => name.id === 'is_new');
  if (looksAtNew) return;
  for (const call of tree.all('Call')) {
    if (!/^strategy_lab\.cross_(?:above|below)$/.test(paths.text(call.callee) ?? '')) continue;
    const sides = call.args.map(({ value }) => isHigher(subject, value));
    if (!sides.includes(true)) continue;
    const isMixed = sides.includes(false);
    found(
      call,
      isMixed
        ? 'One side looks back one bar of the run, the other one bar of a higher timeframe.'
        : 'This stays true on every bar of the run until the next bar of the higher timeframe.',
      {
        advice: isMixed
          ? 'Write .value for the side of the higher timeframe.'
          : 'Ask for is_new of the timeframe as well: self.daily.is_new and cross_above(...).',
      },
    );
  }
}

/** Whether a series comes of a higher timeframe; nothing where it is no series that is known. */
function isHigher(subject: PythonSubject, node: Expression, depth = 0): boolean | undefined {
  const { types, selfClass, scopes } = subject;
  if (depth > 8) return undefined;
  if (types.api(node) === 'HigherTimeframe') return true;
  if (node.type === 'Call') return isHigher(subject, node.callee, depth + 1);
  if (node.type === 'Name') {
    const [only, ...others] = scopes.of(node)?.bindings ?? [];
    if (only?.kind === 'parameter') return types.of(node) ? false : undefined;
    return only?.value && others.length === 0 ? isHigher(subject, only.value, depth + 1) : undefined;
  }
  if (node.type !== 'Attribute') return undefined;
  const owner = selfClass(node.object);
  if (!owner) return isHigher(subject, node.object, depth + 1);
  const [value, ...others] = types.fieldValues(owner, node.name.id);
  return value && others.length === 0 ? isHigher(subject, value, depth + 1) : undefined;
}
