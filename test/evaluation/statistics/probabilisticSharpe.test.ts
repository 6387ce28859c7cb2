import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { momentsOf } from '../../../extension/evaluation/statistics/moments.ts';
import {
  judgeSharpe,
  minimumTrackRecord,
  probabilisticSharpe,
} from '../../../extension/evaluation/statistics/probabilisticSharpe.ts';
import { noise } from './support/returns.ts';

const normal = { skewness: 0, kurtosis: 3 };
const sample = fc.record({
  observations: fc.integer({ min: 30, max: 5000 }),
  sharpe: fc.double({ min: 0.01, max: 0.5, noNaN: true }),
  skewness: fc.double({ min: -2, max: 1, noNaN: true }),
  kurtosis: fc.double({ min: 6, max: 20, noNaN: true }),
});

describe('the examples of Bailey and López de Prado (2012)', () => {
  // A fund's two years of monthly returns: 0.458 a month, skewness -2.448, kurtosis 10.164.
  test('skill is 98.2 % sure if the returns are taken for normal, and 91.3 % as they are', () => {
    const fund = { observations: 24, sharpe: 0.458 };
    expect(probabilisticSharpe({ ...fund, ...normal }, 0)).toBeCloseTo(0.982, 3);
    expect(probabilisticSharpe({ ...fund, skewness: -2.448, kurtosis: 10.164 }, 0)).toBeCloseTo(0.913, 3);
  });

  test.each([
    ['daily', 252, 2.73],
    ['weekly', 52, 2.83],
    ['monthly', 12, 3.24],
  ])('an annual Sharpe ratio of 2 is above 1 after so many years of %s returns', (_, periods, years) => {
    const record = minimumTrackRecord(
      { observations: 100, sharpe: 2 / Math.sqrt(periods), ...normal },
      1 / Math.sqrt(periods),
    );
    expect(record / periods).toBeCloseTo(years, 2);
  });

  test('the returns of hedge funds, skewed and with fat tails, need 4.99 years for the same', () => {
    const skewed = { observations: 100, sharpe: 2 / Math.sqrt(12), skewness: -0.72, kurtosis: 5.78 };
    expect(minimumTrackRecord(skewed, 1 / Math.sqrt(12)) / 12).toBeCloseTo(4.99, 2);
  });
});

describe('the probabilistic Sharpe ratio', () => {
  test('rises with the length of the record and falls with the benchmark', () => {
    fc.assert(
      fc.property(sample, fc.integer({ min: 1, max: 1000 }), (facts, more) => {
        const longer = { ...facts, observations: facts.observations + more };
        expect(probabilisticSharpe(longer, 0)).toBeGreaterThanOrEqual(probabilisticSharpe(facts, 0));
        expect(probabilisticSharpe(facts, 0.01)).toBeLessThanOrEqual(probabilisticSharpe(facts, 0));
      }),
    );
  });

  test('is lower for negative skewness and for fat tails', () => {
    fc.assert(
      fc.property(sample, (facts) => {
        const worse = [
          { ...facts, skewness: facts.skewness - 0.5 },
          { ...facts, kurtosis: facts.kurtosis + 2 },
        ];
        for (const other of worse) {
          expect(probabilisticSharpe(other, 0)).toBeLessThanOrEqual(probabilisticSharpe(facts, 0));
        }
      }),
    );
  });

  test('reaches the confidence exactly at the minimum track record', () => {
    fc.assert(
      fc.property(sample, (facts) => {
        const benchmark = facts.sharpe / 3;
        const observations = minimumTrackRecord(facts, benchmark, 0.9);
        expect(probabilisticSharpe({ ...facts, observations }, benchmark)).toBeCloseTo(0.9, 12);
      }),
    );
  });

  test('uses T - 1, the sample deviation and the population moments of the returns', () => {
    const returns = noise(7, 60, { mean: 0.002 });
    const n = returns.length;
    const mean = returns.reduce((sum, value) => sum + value, 0) / n;
    const power = (k: number): number => returns.reduce((sum, value) => sum + (value - mean) ** k, 0);
    const sharpe = mean / Math.sqrt(power(2) / (n - 1));
    const skewness = power(3) / n / (power(2) / n) ** 1.5;
    const kurtosis = power(4) / n / (power(2) / n) ** 2;
    const { psr } = judgeSharpe(momentsOf(returns), 0.1);
    expect(psr.value).toBeCloseTo(
      probabilisticSharpe({ observations: n, sharpe, skewness, kurtosis }, 0.1),
      12,
    );
  });

  test('is not available below 30 returns, nor is the record', () => {
    const returns = noise(8, 30, { mean: 0.01 });
    expect(judgeSharpe(momentsOf(returns), 0).psr.value).not.toBeNull();
    const { psr, minTrackRecord } = judgeSharpe(momentsOf(returns.subarray(1)), 0);
    expect([psr.value, minTrackRecord.value]).toEqual([null, null]);
    expect(psr.reason).toBe('29 observations are fewer than the 30 that it needs');
  });

  test('is not available where returns do not vary or their error is 0', () => {
    expect(judgeSharpe(momentsOf(new Float64Array(100)), 0).psr.reason).toMatch(/vary/);
    // Half the time 2 and half 0: the returns' kurtosis is 1, and with the skewness that fits the error is 0.
    const moments = { ...momentsOf(noise(1, 100)), sharpe: 1, skewness: 2, kurtosis: 5 };
    expect(judgeSharpe(moments, 0).psr.reason).toMatch(/error/);
  });

  test('no length proves a Sharpe ratio at or below the benchmark', () => {
    const moments = momentsOf(noise(9, 100, { mean: 0.002 }));
    const { psr, minTrackRecord } = judgeSharpe(moments, moments.sharpe ?? 0);
    expect(psr.value).toBe(0.5);
    expect(minTrackRecord).toEqual({ value: null, reason: expect.stringMatching(/not above the benchmark/) });
  });
});
