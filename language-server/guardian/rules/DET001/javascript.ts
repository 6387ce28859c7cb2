import { reportRefusedGlobals } from '../../javascript/freeNames.ts';
import type { Subject } from '../../javascript/subject.ts';
import type { Found } from '../../rule.ts';

/** Chance that is not seeded. */
export function check(subject: Subject, found: Found): void {
  reportRefusedGlobals(subject, 'DET001', found);
  for (const { name, base, key } of subject.accesses) {
    const isRandom =
      name === 'random' && [...base].some((atom) => atom.kind === 'global' && atom.path === 'Math');
    if (isRandom) found(key, 'Math.random gives other numbers in every run.');
  }
}
