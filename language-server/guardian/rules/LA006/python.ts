import { lagsOf } from '../../python/lags.ts';
import { rangeOf } from '../../python/range.ts';
import type { PythonSubject } from '../../python/subject.ts';
import type { Syntax } from '../../python/syntax.ts';
import type { Found } from '../../rule.ts';

/** Lags that become negative for some values of the parameters or of a counter. */
export function check(subject: PythonSubject, found: Found): void {
  for (const { lag } of lagsOf(subject)) {
    const range = rangeOf(lag, subject);
    if (!range || range.low >= 0 || range.high < 0 || !Number.isFinite(range.low)) continue;
    if (isGuarded(subject, lag)) continue;
    found(lag, `The lag ${subject.text(lag)} can be as low as ${range.low}.`);
  }
}

/** True where a condition decides whether the lag is asked for. */
function isGuarded({ tree }: PythonSubject, lag: Syntax): boolean {
  let inner = lag;
  for (const outer of tree.around(lag)) {
    if ((outer.type === 'If' || outer.type === 'Conditional') && outer.test !== inner) return true;
    if (outer.type === 'Boolean' && outer.right === inner) return true;
    if (outer.type === 'Comprehension' && outer.clauses.some(({ conditions }) => conditions.length > 0))
      return true;
    if (outer.type === 'FunctionDefinition') return false;
    inner = outer;
  }
  return false;
}
