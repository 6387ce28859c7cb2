import { isAhead, isNegated, lags } from '../../javascript/lags.ts';
import { isGuarded, rangeOf } from '../../javascript/range.ts';
import type { Subject } from '../../javascript/subject.ts';
import type { Found } from '../../rule.ts';

/** Lags that ask for a bar to come for some of the values that they can have. */
export function check(subject: Subject, found: Found): void {
  for (const lag of lags(subject)) {
    const range = rangeOf(subject, lag);
    if (!range || isAhead(range) || isNegated(subject, lag)) continue;
    if (range.low >= 0 || range.low === Number.NEGATIVE_INFINITY || isGuarded(subject, lag)) continue;
    found(lag, `The lag ${subject.text(lag)} can be as low as ${range.low}.`);
  }
}
