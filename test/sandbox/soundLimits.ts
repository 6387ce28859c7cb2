import { expect } from 'vitest';
import { limitNames } from '../../extension/contracts/isolation.ts';

/** What the canaries find of a sandbox that is sound; on a machine that is busy the processor's share stays unknown. */
export const soundLimits = {
  ...Object.fromEntries(limitNames.map((name) => [name, true])),
  processor: expect.toBeOneOf([true, null]),
};
