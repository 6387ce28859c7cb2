import { expect, test } from 'vitest';
import { hostile } from './corpus/hostile.ts';
import { outcomes } from './corpus/outcomes.ts';
import { runHostile } from './corpus/runHostile.ts';

// Security holds with Guardian switched off: what a realm does not hold cannot be got hold of.
test.concurrent.each(Object.entries(outcomes))('unguarded, %s ends as it must', async (name, [, run]) => {
  expect(await runHostile(hostile[name] ?? '')).toBe(run);
});
