import { keptLists } from '../../javascript/keptLists.ts';
import type { Subject } from '../../javascript/subject.ts';
import type { Found } from '../../rule.ts';

/** Lists made before the first bar that get longer on every bar and never shorter. */
export function check(subject: Subject, found: Found): void {
  for (const { name, growth, isBounded } of keptLists(subject)) {
    if (!isBounded) found(growth, `${name} gets longer with every bar and never shorter.`);
  }
}
