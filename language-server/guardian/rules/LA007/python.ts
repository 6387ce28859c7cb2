import { frameKind, methodCalls } from '../../python/frames.ts';
import type { PythonSubject } from '../../python/subject.ts';
import type { Found } from '../../rule.ts';

/** Rows that are drawn or shuffled, so that what learns from some knows the others. */
export function check(subject: PythonSubject, found: Found): void {
  for (const call of methodCalls(subject, 'sample', 'permutation', 'shuffle')) {
    const { name, object } = call.callee;
    const data = name.id === 'sample' ? object : call.args[0]?.value;
    if (data && frameKind(subject, data)) found(name, `${name.id} mixes earlier and later rows.`);
  }
}
