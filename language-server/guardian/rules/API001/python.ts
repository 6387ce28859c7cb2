import { checkIndicators } from '../../python/apiUse/indicators.ts';
import { checkMembers } from '../../python/apiUse/members.ts';
import { checkOrders } from '../../python/apiUse/orders.ts';
import { checkShape } from '../../python/apiUse/shape.ts';
import type { PythonSubject } from '../../python/subject.ts';
import type { Found } from '../../rule.ts';

/** What stops a strategy with an error when it is loaded or at its first bar. */
export function check(subject: PythonSubject, found: Found): void {
  checkShape(subject, found);
  checkMembers(subject, found);
  checkOrders(subject, found);
  checkIndicators(subject, found);
}
