import { expect, test } from 'vitest';
import { openOnce } from '../../extension/orchestrator/openOnce.ts';

test('what failed once is made again for the next who asks, what succeeded is not', async () => {
  let calls = 0;
  const shared = openOnce(async () => {
    calls += 1;
    if (calls === 1) throw new Error('not yet');
    return calls;
  });
  await expect(Promise.all([shared.open(), shared.open()])).rejects.toThrow('not yet');
  expect(await shared.open()).toBe(2);
  expect(await shared.open()).toBe(2);
});
