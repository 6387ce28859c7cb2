import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { momentsOf } from '../../../extension/evaluation/statistics/moments.ts';
import { noise } from './support/returns.ts';

describe('moments of returns', () => {
  test('by hand: sample deviation, population skewness and kurtosis', () => {
    // Mean 3; deviations -2, -1, 0, 0, 3; squares 14, cubes 18, fourth powers 98.
    const moments = momentsOf(Float64Array.of(1, 2, 3, 3, 6));
    expect(moments).toMatchObject({ observations: 5, mean: 3, problem: null });
    expect(moments.deviation).toBeCloseTo(Math.sqrt(14 / 4), 14);
    expect(moments.sharpe).toBeCloseTo(3 / Math.sqrt(14 / 4), 14);
    expect(moments.skewness).toBeCloseTo(18 / 5 / (14 / 5) ** 1.5, 14);
    expect(moments.kurtosis).toBeCloseTo(98 / 5 / (14 / 5) ** 2, 14);
  });

  test('the kurtosis of normal returns is 3, not the excess of 0', () => {
    const { skewness, kurtosis } = momentsOf(noise(1, 200_000));
    expect(skewness).toBeCloseTo(0, 1);
    expect(kurtosis).toBeCloseTo(3, 1);
  });

  test('scaling changes none of the ratios, and a sign turns Sharpe and skewness', () => {
    const returns = noise(2, 500, { mean: 0.001 });
    const moments = momentsOf(returns);
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (scale) => {
        const scaled = momentsOf(returns.map((value) => -scale * value));
        expect(scaled.sharpe).toBeCloseTo(-(moments.sharpe ?? 0), 10);
        expect(scaled.skewness).toBeCloseTo(-(moments.skewness ?? 0), 10);
        expect(scaled.kurtosis).toBeCloseTo(moments.kurtosis ?? 0, 10);
      }),
    );
  });

  test('adding a constant moves the Sharpe ratio by the constant over the deviation alone', () => {
    const returns = noise(3, 500);
    const { sharpe, deviation, skewness } = momentsOf(returns);
    const moved = momentsOf(returns.map((value) => value + 0.002));
    expect(moved.sharpe).toBeCloseTo((sharpe ?? 0) + 0.002 / (deviation ?? 1), 10);
    expect(moved.skewness).toBeCloseTo(skewness ?? 0, 9);
  });

  test.each([
    ['no returns', [], /no returns/],
    ['one return', [0.01], /one return/],
    ['only zeros', [0, 0, 0, 0], /vary/],
    ['equal returns', Array.from({ length: 1000 }, () => 0.1), /vary/],
    [
      'equal returns but for rounding',
      Array.from({ length: 50 }, (_, i) => 1.001 ** (i + 1) / 1.001 ** i - 1),
      /vary/,
    ],
    ['a gap', [0.01, Number.NaN, 0.02], /finite/],
    ['an infinity', [0.01, Number.POSITIVE_INFINITY], /finite/],
  ] as const)('%s carry no Sharpe ratio, and it says why', (_, returns, words) => {
    const { sharpe, skewness, kurtosis, problem } = momentsOf(Float64Array.from(returns));
    expect({ sharpe, skewness, kurtosis }).toEqual({ sharpe: null, skewness: null, kurtosis: null });
    expect(problem).toMatch(words);
  });
});
