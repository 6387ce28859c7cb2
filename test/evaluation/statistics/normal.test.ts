import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  normalDensity,
  normalDistribution,
  normalQuantile,
} from '../../../extension/evaluation/statistics/normal.ts';

/** Doubles next to the complementary error function and its inverse in 30-digit arithmetic. */
const probabilities: readonly (readonly [x: number, probability: number])[] = [
  [-37, 5.7255712225245764e-300],
  [-30, 4.906713927148187e-198],
  [-20, 2.7536241186062337e-89],
  [-10, 7.619853024160525e-24],
  [-8, 6.220960574271784e-16],
  [-5.656, 7.74707332374907e-9],
  [-5.6, 1.071759025831093e-8],
  [-3, 0.0013498980316300946],
  [-2, 0.02275013194817921],
  [-1, 0.15865525393145705],
  [-0.7, 0.24196365222307303],
  [-0.6, 0.2742531177500736],
  [-0.1, 0.460172162722971],
  [1e-10, 0.5000000000398942],
  [0.3, 0.6179114221889526],
  [0.67, 0.7485711049046899],
  [0.68, 0.7517477695464295],
  [1, 0.8413447460685429],
  [2, 0.9772498680518208],
  [3, 0.9986501019683699],
  [8, 0.9999999999999993],
];
const quantiles: readonly (readonly [probability: number, x: number])[] = [
  [1e-300, -37.0470962993612],
  [1e-100, -21.273453560965326],
  [1e-20, -9.262340089798409],
  [1e-9, -5.997807015007687],
  [1e-4, -3.7190164854556804],
  [0.01, -2.326347874040841],
  [0.05, -1.6448536269514726],
  [0.2, -0.8416212335729142],
  [0.3, -0.5244005127080408],
  [0.45, -0.12566134685507402],
  [0.499, -0.002506630899571766],
];

function expectRelative(value: number, expected: number, error: number): void {
  expect(Math.abs(value / expected - 1), `${value} for ${expected}`).toBeLessThan(error);
}

describe('the normal distribution', () => {
  test.each(probabilities)('at %d has all digits, also in the tails', (x, probability) => {
    expectRelative(normalDistribution(x), probability, 1e-15);
  });

  test.each(quantiles)('has the quantile of %d with all digits', (probability, x) => {
    expectRelative(normalQuantile(probability), x, 1e-15);
  });

  test('its quantile undoes it over the whole range', () => {
    fc.assert(
      fc.property(fc.double({ min: -37, max: 0, noNaN: true }), (x) => {
        const probability = normalDistribution(x);
        // The lower half has the digits; an error of x grows by the density over the probability.
        const allowed = 1e-15 * (Math.abs(x) + (2 * probability) / normalDensity(x));
        expect(Math.abs(normalQuantile(probability) - x)).toBeLessThanOrEqual(allowed);
      }),
      { numRuns: 2000 },
    );
  });

  test('is symmetric and never falls', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -40, max: 40, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (x, step) => {
          expect(normalDistribution(x) + normalDistribution(-x)).toBeCloseTo(1, 14);
          expect(normalDistribution(x + step)).toBeGreaterThanOrEqual(normalDistribution(x) * (1 - 1e-15));
        },
      ),
    );
  });

  test('its density is the slope', () => {
    for (const x of [-6, -1, 0, 0.5, 3]) {
      const slope = (normalDistribution(x + 1e-5) - normalDistribution(x - 1e-5)) / 2e-5;
      expect(normalDensity(x)).toBeCloseTo(slope, 9);
    }
    expect(normalDensity(0)).toBe(1 / Math.sqrt(2 * Math.PI));
  });

  test('ends at 0 and 1, and knows no probability outside', () => {
    expect([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY].map(normalDistribution)).toEqual([0, 1]);
    expect([0, 1, 0.5].map(normalQuantile)).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 0]);
    expect([-0.1, 1.1, Number.NaN].map(normalQuantile)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(normalDistribution(Number.NaN)).toBeNaN();
    expect(normalDensity(Number.POSITIVE_INFINITY)).toBe(0);
  });
});
