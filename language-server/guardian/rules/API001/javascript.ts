import { checkIndicators } from '../../javascript/apiUse/indicators.ts';
import { checkApi } from '../../javascript/apiUse/members.ts';
import { checkPlots } from '../../javascript/apiUse/plots.ts';
import { checkShape } from '../../javascript/apiUse/shape.ts';
import { checkHigherTimeframes } from '../../javascript/apiUse/timeframes.ts';
import type { Subject } from '../../javascript/subject.ts';
import type { Found } from '../../rule.ts';

/** What stops a strategy with an error when it is loaded or at its first bar. */
export function check(subject: Subject, found: Found): void {
  checkHigherTimeframes(subject, found);
  checkApi(subject, found);
  checkShape(subject, found);
  checkIndicators(subject, found);
  checkPlots(subject, found);
}
