import { growingCalls } from '../../python/keptLists.ts';
import type { PythonSubject } from '../../python/subject.ts';
import type { Found } from '../../rule.ts';

/** Lists made before the first bar that get longer on every bar and never shorter. */
export function check(subject: PythonSubject, found: Found): void {
  for (const { call, list } of growingCalls(subject)) {
    if (list.isBounded) continue;
    found(call, `${list.name} gets longer with every bar and never shorter.`, {
      advice: 'Use collections.deque(maxlen=100), or delete the oldest entry.',
    });
  }
}
