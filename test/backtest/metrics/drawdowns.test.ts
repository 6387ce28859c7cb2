import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawdownsOf } from '../../../extension/backtest/metrics/drawdowns.ts';
import { deepestDrawdowns } from '../../../extension/backtest/metrics/drawdownTable.ts';
import { startTime } from '../support/market.ts';
import { day, metricsOf } from './curves.ts';

/** Every fall from a high, found by a look at each bar for each high. */
function fallsOf(values: readonly number[], start: number) {
  const all = [start, ...values];
  const falls: { depth: number; highBar: number; troughBar: number; recoveryBar: number | null }[] = [];
  for (let high = 0; high < all.length; high++) {
    const top = all[high] as number;
    const isHigh = all.slice(0, high).every((value) => value <= top);
    if (!isHigh || !((all[high + 1] ?? top) < top)) continue;
    const back = all.findIndex((value, index) => index > high && value >= top);
    const below = all.slice(high + 1, back < 0 ? undefined : back);
    const lowest = Math.min(...below);
    falls.push({
      depth: 1 - lowest / top,
      highBar: high - 1,
      troughBar: high + below.indexOf(lowest),
      recoveryBar: back < 0 ? null : back - 1,
    });
  }
  return falls;
}

const curves = fc.array(fc.integer({ min: 50, max: 150 }), { minLength: 1, maxLength: 60, size: 'max' });

describe('drawdowns', () => {
  it('are those that a look at each bar for each high finds', () => {
    fc.assert(
      fc.property(
        curves,
        fc.integer({ min: 80, max: 120 }),
        fc.integer({ min: 1, max: 6 }),
        (values, start, kept) => {
          const falls = fallsOf(values, start);
          const found = drawdownsOf(Float64Array.from(values), start, 0, values.length, kept);
          const lengths = falls.map(
            ({ highBar, recoveryBar }) => (recoveryBar ?? values.length) - 1 - highBar,
          );
          expect(found.depth).toBe(Math.max(0, ...falls.map(({ depth }) => depth)));
          expect(found.longest).toBe(Math.max(0, ...lengths));
          expect(found.underWater).toBe(lengths.reduce((sum, bars) => sum + bars, 0));
          const deepest = falls.toSorted((a, b) => b.depth - a.depth || a.highBar - b.highBar).slice(0, kept);
          expect(found.deepest).toEqual(deepest);
        },
      ),
      { numRuns: 500, seed: 4 },
    );
  });

  it('of a part look at nothing outside it', () => {
    const values = Float64Array.of(1, 500, 90, 80, 100, 95, 1, 900);
    const { depth, longest, deepest } = drawdownsOf(values, 100, 2, 6);
    expect([depth, longest]).toEqual([expect.closeTo(0.2, 12), 2]);
    expect(deepest).toEqual([{ depth: expect.closeTo(0.2, 12), highBar: 1, troughBar: 3, recoveryBar: 4 }]);
  });

  it('in numbers: how long under water, and how long from the lowest to the high again', () => {
    // From the start's 100 down to 80 and back at the fifth bar, then a smaller fall that is not made good.
    const metrics = metricsOf([90, 80, 85, 95, 100, 110, 108]);
    expect(metrics).toMatchObject({ maxDrawdownBars: 4, maxDrawdownRecoveryBars: 3 });
    expect(metrics['timeUnderWater']).toBeCloseTo(5 / 7, 12);
    expect(metricsOf([90, 80, 85])['maxDrawdownRecoveryBars']).toBeNull();
    expect(metricsOf([101, 102])).toMatchObject({ maxDrawdownRecoveryBars: null, timeUnderWater: 0 });
  });
});

describe('the deepest drawdowns', () => {
  const time = (bar: number) => startTime + bar * day;
  const values = [90, 80, 85, 100, 110, 99, 105, 110, 108, 111, 100];
  const tableOf = (splitBar: number) =>
    deepestDrawdowns({
      time: Float64Array.from(values, (_, bar) => time(bar)),
      equity: Float64Array.from(values),
      cash: 100,
      splitBar,
    });
  const table = tableOf(6);

  it('tell when they began, were deepest and ended, and in which part of the data', () => {
    expect(table.map(({ depth }) => depth)).toEqual([
      expect.closeTo(0.2, 12),
      expect.closeTo(0.1, 12),
      expect.closeTo(11 / 111, 12),
      expect.closeTo(2 / 110, 12),
    ]);
    expect(table.slice(0, 3).map(({ depth: _, ...rest }) => rest)).toEqual([
      {
        highTime: null,
        troughTime: time(1),
        recoveryTime: time(3),
        bars: 3,
        fallBars: 2,
        recoveryBars: 2,
        part: 'in-sample',
      },
      {
        highTime: time(4),
        troughTime: time(5),
        recoveryTime: time(7),
        bars: 2,
        fallBars: 1,
        recoveryBars: 2,
        part: 'mixed',
      },
      {
        highTime: time(9),
        troughTime: time(10),
        recoveryTime: null,
        bars: 1,
        fallBars: 1,
        recoveryBars: null,
        part: 'held-back',
      },
    ]);
  });

  it('lie where the equity is below the high, not where the high is', () => {
    expect(tableOf(10).map(({ part }) => part)).toEqual(['in-sample', 'in-sample', 'held-back', 'in-sample']);
    expect(tableOf(7).map(({ part }) => part)).toEqual(['in-sample', 'in-sample', 'held-back', 'held-back']);
  });

  it('are at most five', () => {
    const many = Array.from({ length: 40 }, (_, bar) => 100 + bar - (bar % 2) * (2 + bar));
    const time = Float64Array.from(many, (_, bar) => startTime + bar * day);
    const found = deepestDrawdowns({ time, equity: Float64Array.from(many), cash: 100, splitBar: null });
    expect(found).toHaveLength(5);
    expect(found[0]?.troughTime).toBe(startTime + 39 * day);
  });
});
