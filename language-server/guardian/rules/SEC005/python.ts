import { tellRefused } from '../../python/refusals/refused.ts';
import type { PythonSubject } from '../../python/subject.ts';
import type { Found } from '../../rule.ts';

export function check(subject: PythonSubject, found: Found): void {
  tellRefused('SEC005', subject, found);
}
