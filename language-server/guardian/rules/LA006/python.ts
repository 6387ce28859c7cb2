import { lagsOf } from '../../python/lags.ts';
import { rangeOf } from '../../python/range.ts';
import type { PythonSubject } from '../../python/subject.ts';
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

/** True where a condition stands around the lag. */
function isGuarded({ tree }: PythonSubject, lag: Parameters<PythonSubject['text']>[0]): boolean {
  for (const outer of tree.around(lag)) {
    if (outer.type === 'If' || outer.type === 'Conditional' || outer.type === 'Boolean') return true;
    if (outer.type === 'ComprehensionClause' && outer.conditions.length > 0) return true;
    if (outer.type === 'FunctionDefinition') return false;
  }
  return false;
}
