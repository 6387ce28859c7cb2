import { isOnEveryBar } from '../../python/everyBar.ts';
import type { PythonSubject } from '../../python/subject.ts';
import type { Found } from '../../rule.ts';

/** A line in the log on every bar. */
export function check(subject: PythonSubject, found: Found): void {
  for (const call of subject.tree.all('Call')) {
    const method = subject.types.method(call);
    if (method?.owner === 'Lab' && method.name === 'log' && isOnEveryBar(subject, call))
      found(call, 'This writes a line on every bar.');
  }
}
