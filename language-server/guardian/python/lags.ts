import { assignedOnce } from './fold.ts';
import { methodCalls } from './frames.ts';
import { argument } from './shape.ts';
import type { PythonSubject } from './subject.ts';
import type { Expression } from './syntax.ts';

/** Methods of pandas whose first argument, or `periods`, counts rows back. */
const lagging = ['shift', 'diff', 'pct_change'] as const;

export interface Lag {
  readonly lag: Expression;
  /** A bar of the strategy API, whose lag may never be negative. */
  readonly isBar: boolean;
}

/** Every count of rows or bars back: `shift`, `diff`, `pct_change`, `np.roll`, `ago` and `series[n]`. */
export function lagsOf(subject: PythonSubject): Lag[] {
  const lags: Lag[] = [];
  const add = (lag: Expression | undefined, isBar: boolean): void => {
    if (lag) lags.push({ lag, isBar });
  };
  for (const call of methodCalls(subject, ...lagging)) {
    if (subject.ownNames.has(call.callee.name.id) && subject.paths.of(call.callee)) continue;
    add(argument(call, 'periods', 0), false);
  }
  for (const call of subject.tree.all('Call')) {
    // `move = frame.close.shift`
    const alias = call.callee.type === 'Name' ? assignedOnce(subject.scopes.of(call.callee)) : undefined;
    const isAlias =
      alias?.type === 'Attribute' &&
      lagging.some((name) => name === alias.name.id) &&
      !subject.selfClass(alias.object);
    if (isAlias) add(argument(call, 'periods', 0), false);
    if (subject.paths.text(call.callee) === 'numpy.roll') add(argument(call, 'shift', 1), false);
    const known = subject.types.method(call);
    if (known?.name === 'ago') add(argument(call, 'bars_ago', 0), true);
    else if (!known && call.callee.type === 'Attribute' && call.callee.name.id === 'ago')
      add(subject.selfClass(call.callee.object) ? undefined : argument(call, 'bars_ago', 0), true);
  }
  for (const node of subject.tree.all('Subscript')) {
    const type = subject.types.api(node.object);
    if (type === 'Series' || type === 'Average') add(node.index, true);
  }
  return lags;
}
