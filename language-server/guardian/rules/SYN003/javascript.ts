import type { Subject } from '../../javascript/subject.ts';
import type { Found } from '../../rule.ts';

export function check({ erasureProblems }: Subject, found: Found): void {
  for (const { rule, message, ...place } of erasureProblems) if (rule === 'SYN003') found(place, message);
}
