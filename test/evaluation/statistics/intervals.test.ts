import { describe, expect, test } from 'vitest';
import { followEquity } from '../../../extension/evaluation/statistics/equityPath.ts';
import {
  bootstrapIntervals,
  type IntervalsInput,
} from '../../../extension/evaluation/statistics/intervals.ts';
import { momentsOf } from '../../../extension/evaluation/statistics/moments.ts';
import { finish } from '../../../extension/evaluation/statistics/progress.ts';
import { noise } from './support/returns.ts';

function intervalsOf(returns: Float64Array, options: Partial<IntervalsInput> = {}) {
  return finish(
    bootstrapIntervals({
      returns,
      method: 'stationary',
      blockLength: 4,
      resamples: 400,
      seed: 1,
      level: 0.9,
      ...options,
    }),
  );
}

describe('bootstrap intervals', () => {
  test('stand around the figures of the returns themselves', () => {
    const returns = noise(1, 250, { mean: 0.001 });
    const { mean, sharpe, totalReturn, maxDrawdown } = intervalsOf(returns);
    const moments = momentsOf(returns);
    const path = followEquity(returns);
    expect([mean, sharpe, totalReturn, maxDrawdown].map((interval) => interval?.estimate)).toEqual([
      moments.mean,
      moments.sharpe,
      path.final - 1,
      path.maxDrawdown,
    ]);
    for (const interval of [mean, sharpe, totalReturn]) {
      expect(interval?.lower).toBeLessThan(interval?.estimate ?? 0);
      expect(interval?.upper).toBeGreaterThan(interval?.estimate ?? 0);
    }
  });

  test.each(['stationary', 'circular'] as const)(
    'hold the true mean about as often as they say (%s)',
    (method) => {
      const runs = 200;
      let held = 0;
      for (let seed = 0; seed < runs; seed++) {
        const returns = noise(seed, 200, { mean: 0.001 });
        const { mean } = intervalsOf(returns, { method, seed, blockLength: 2, resamples: 200 });
        if (mean !== null && mean.lower <= 0.001 && mean.upper >= 0.001) held++;
      }
      expect(held / runs).toBeGreaterThan(0.82);
      expect(held / runs).toBeLessThan(0.96);
    },
  );

  test('are wider in blocks where returns depend on the ones before', () => {
    const returns = noise(2, 1000, { memory: 0.7 });
    const width = (blockLength: number | null): number => {
      const { mean } = intervalsOf(returns, { blockLength });
      return (mean?.upper ?? 0) - (mean?.lower ?? 0);
    };
    expect(width(null)).toBeGreaterThan(1.5 * width(1));
  });

  test('widen with the level, and are the same for the same seed', () => {
    const returns = noise(3, 100);
    const narrow = intervalsOf(returns, { level: 0.5 });
    const wide = intervalsOf(returns, { level: 0.99 });
    expect(wide.sharpe?.lower).toBeLessThan(narrow.sharpe?.lower ?? 0);
    expect(wide.sharpe?.upper).toBeGreaterThan(narrow.sharpe?.upper ?? 0);
    expect(intervalsOf(returns)).toEqual(intervalsOf(returns));
    expect(intervalsOf(returns, { seed: 2 })).not.toEqual(intervalsOf(returns));
  });

  test.each([
    ['29 returns', noise(1, 29), {}, /29 observations/],
    ['returns that do not vary', new Float64Array(50), {}, /vary/],
    ['no resamples', noise(1, 50), { resamples: 0 }, /no resamples/],
  ] as const)('%s have none, and it says why', (_, returns, options, words) => {
    const found = intervalsOf(returns, options);
    expect(found).toMatchObject({ mean: null, sharpe: null, totalReturn: null, maxDrawdown: null });
    expect(found.reason).toMatch(words);
  });
});

describe('a path of equity', () => {
  test('falls from its highs, of which the start is one', () => {
    expect(followEquity(Float64Array.of(-0.1, 0.5, -0.2))).toEqual({
      final: 0.9 * 1.5 * 0.8,
      lowest: 0.9,
      maxDrawdown: expect.closeTo(0.2, 14),
    });
    expect(followEquity(Float64Array.of(-0.25, 0.1)).maxDrawdown).toBeCloseTo(0.25, 14);
    expect(followEquity(Float64Array.of(0.1, 0.1))).toMatchObject({ lowest: 1, maxDrawdown: 0 });
  });

  test('ends where everything is lost', () => {
    expect(followEquity(Float64Array.of(0.5, -1.2, 3))).toEqual({ final: 0, lowest: 0, maxDrawdown: 1 });
  });
});
