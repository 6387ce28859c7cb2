import fc from 'fast-check';
import { describe, test } from 'vitest';
import { backEnds } from './backEnds.ts';
import { History, histories } from './histories.ts';

describe.each(backEnds)('$name', ({ open, runs }) => {
  test('answers every call of a random history as the model does, and ends with the same tasks', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (steps) => {
        const history = new History(await open());
        for (const step of steps) await step.run(history);
        await history.compare();
        await history.test.close();
      }),
      { numRuns: runs, seed: 20_261_126 },
    );
  });
});
