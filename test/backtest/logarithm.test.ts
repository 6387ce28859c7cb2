import fc from 'fast-check';
import { expect, it } from 'vitest';
import { naturalLogarithm } from '../../extension/backtest/logarithm.ts';

/** Distance in units in the last place. */
function unitsApart(a: number, b: number): number {
  const view = new DataView(new ArrayBuffer(8));
  const place = (value: number): bigint => {
    view.setFloat64(0, value);
    const bits = view.getBigInt64(0);
    return bits < 0n ? -(bits & 0x7fff_ffff_ffff_ffffn) : bits;
  };
  const distance = place(a) - place(b);
  return Number(distance < 0n ? -distance : distance);
}

it('is within a unit in the last place of the logarithm of the platform', () => {
  const anywhere = fc.double({ min: Number.MIN_VALUE, max: Number.MAX_VALUE, noNaN: true });
  const nearOne = fc.double({ min: 0.5, max: 2, noNaN: true });
  const closeToOne = fc.integer({ min: -1e6, max: 1e6 }).map((step) => 1 + step * Number.EPSILON);
  for (const numbers of [anywhere, nearOne, closeToOne]) {
    fc.assert(
      fc.property(numbers, (x) => {
        expect(unitsApart(naturalLogarithm(x), Math.log(x))).toBeLessThanOrEqual(1);
      }),
      { numRuns: 20_000, seed: 1 },
    );
  }
});

it('gives powers of two and the edges of its domain', () => {
  for (let power = -1074; power <= 1023; power++) {
    expect(unitsApart(naturalLogarithm(2 ** power), power * Math.LN2)).toBeLessThanOrEqual(1);
  }
  expect(naturalLogarithm(1)).toBe(0);
  expect(naturalLogarithm(0)).toBe(Number.NEGATIVE_INFINITY);
  expect(naturalLogarithm(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  expect(naturalLogarithm(-1)).toBeNaN();
  expect(naturalLogarithm(Number.NaN)).toBeNaN();
});
