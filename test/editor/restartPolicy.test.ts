import { expect, test } from 'vitest';
import { RestartPolicy } from '../../extension/editor/restartPolicy.ts';

/** What the policy answers at ends at these times. */
function answers(...times: readonly number[]): boolean[] {
  let now = 0;
  const policy = new RestartPolicy(3, 1000, () => now);
  return times.map((time) => {
    now = time;
    return policy.ended();
  });
}

test('a program is started again until it ended too often in a short time', () => {
  expect(answers(0, 400, 900)).toEqual([true, true, false]);
});

test('ends that are far apart do not count together', () => {
  expect(answers(0, 500, 1000, 1499, 2600)).toEqual([true, true, true, false, true]);
});
