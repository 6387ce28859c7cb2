import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../extension/contracts/errors.ts';
import { holdOutSplit, threeWaySplit } from '../../../extension/evaluation/validation/splits.ts';

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

describe('three-way split', () => {
  it('keeps train, validate and test in order of time, with a gap before each border', () => {
    expect(threeWaySplit(100, { validate: 0.2, test: 0.2, gap: 5 })).toEqual({
      train: { from: 0, to: 50 },
      validate: { from: 55, to: 75 },
      test: { from: 80, to: 100 },
    });
  });

  it('gives each part a bar and no bar to two', () => {
    const share = fc.double({ min: 0.001, max: 0.499, noNaN: true });
    fc.assert(
      fc.property(fc.nat(5000), fc.nat(50), share, share, (more, gap, validate, test) => {
        const bars = 3 + 2 * gap + more;
        const parts = threeWaySplit(bars, { validate, test, gap });
        expect(parts.train.from).toBe(0);
        expect(parts.train.to).toBeGreaterThan(0);
        expect(parts.validate.from).toBe(parts.train.to + gap);
        expect(parts.validate.to).toBeGreaterThan(parts.validate.from);
        expect(parts.test.from).toBe(parts.validate.to + gap);
        expect(parts.test.to).toBe(bars);
        expect(parts.test.from).toBeLessThan(bars);
      }),
    );
  });

  it('refuses parts that leave nothing to train on', () => {
    const attempt =
      (validate: number, test: number, bars = 100) =>
      () =>
        threeWaySplit(bars, { validate, test });
    const fault = (reason: 'usage' | 'data.empty') =>
      expect.toSatisfy((error: unknown) => LabError.is(error, reason));
    expect(attempt(0.5, 0.5)).toThrow(fault('usage'));
    expect(attempt(0, 0.5)).toThrow(fault('usage'));
    expect(attempt(0.2, 0.2, 2)).toThrow(fault('data.empty'));
  });
});
