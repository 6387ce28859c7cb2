import fc from 'fast-check';
import { expect, test } from 'vitest';

test.runIf(process.env['STRATEGY_LAB_PROPERTY_SEED'] === undefined)(
  'a property without a seed of its own tries the same values with every run',
  () => {
    expect(fc.readConfigureGlobal().seed).toBe(20_261_126);
    const tried = () => fc.check(fc.property(fc.integer(), () => true)).seed;
    expect(tried()).toBe(tried());
  },
);
