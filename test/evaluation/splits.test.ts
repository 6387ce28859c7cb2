import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../extension/contracts/errors.ts';
import { holdOutSplit } from '../../extension/evaluation/splits.ts';

describe('hold-out split', () => {
  it('holds back the last third unless told otherwise', () => {
    expect(holdOutSplit(9)).toEqual({ inSample: { from: 0, to: 6 }, outOfSample: { from: 6, to: 9 } });
    expect(holdOutSplit(10, 0.2)).toEqual({ inSample: { from: 0, to: 8 }, outOfSample: { from: 8, to: 10 } });
  });

  it('gives every bar to one part, and to each part a bar', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 5_000_000 }),
        fc.double({ min: 0, max: 1, minExcluded: true, maxExcluded: true, noNaN: true }),
        (bars, fraction) => {
          const { inSample, outOfSample } = holdOutSplit(bars, fraction);
          expect([inSample.from, inSample.to, outOfSample.to]).toEqual([0, outOfSample.from, bars]);
          expect(inSample.to).toBeGreaterThan(0);
          expect(outOfSample.from).toBeLessThan(bars);
        },
      ),
    );
  });

  it.each([0, 1, -1, Number.NaN])('refuses %d bars', (bars) => {
    expect(() => holdOutSplit(bars)).toThrow(
      expect.toSatisfy((error: unknown) => LabError.is(error, 'data.empty')),
    );
  });

  it.each([0, 1, -0.5, Number.NaN])('refuses the fraction %d', (fraction) => {
    expect(() => holdOutSplit(100, fraction)).toThrow(
      expect.toSatisfy((error: unknown) => LabError.is(error, 'usage')),
    );
  });
});
