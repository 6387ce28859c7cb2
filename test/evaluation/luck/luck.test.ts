import { describe, expect, it } from 'vitest';
import type { LuckSummary } from '../../../extension/contracts/gate.ts';
import { luckOf } from '../../../extension/evaluation/luck.ts';
import { deflateSharpe } from '../../../extension/evaluation/statistics/deflatedSharpe.ts';
import { momentsOf } from '../../../extension/evaluation/statistics/moments.ts';
import { finish } from '../../../extension/evaluation/statistics/progress.ts';
import { numbersFrom } from '../../backtest/support/market.ts';

/** Returns without skill, but for a mean of `edge` a day in the first column. */
function columnsOf(count: number, rows: number, edge = 0, seed = 7): Float64Array[] {
  const random = numbersFrom(seed);
  return Array.from({ length: count }, (_, column) =>
    Float64Array.from({ length: rows }, () => {
      const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      return 0.01 * normal + (column === 0 ? edge : 0);
    }),
  );
}

function judge(columns: readonly Float64Array[], trials = columns.length, chosen = 0): LuckSummary {
  return finish(luckOf({ columns, chosen, trials, sharpeVariance: null, seed: 1 }));
}

describe('the luck of a search', () => {
  it('is little where one set has a true edge, and all of it where none has', () => {
    const skilled = judge(columnsOf(20, 600, 0.003));
    expect(skilled.dsr).toBeGreaterThan(0.99);
    expect(skilled.pbo).toBeLessThan(0.05);
    expect(skilled.spa).toBeLessThan(0.01);
    expect(skilled.medianPathSharpe).toBeGreaterThan(0.1);
    expect(skilled.paths).toBe(9);
    expect(skilled.reasons).toEqual({});

    const lucky = columnsOf(20, 600);
    const sharpes = lucky.map((column) => momentsOf(column).sharpe ?? 0);
    const none = judge(lucky, 20, sharpes.indexOf(Math.max(...sharpes)));
    expect(none.dsr).toBeLessThan(0.9);
    expect(none.pbo).toBeGreaterThan(0.2);
    expect(none.spa).toBeGreaterThan(0.05);
  });

  it('deflates the best set as the paper does', () => {
    const columns = columnsOf(12, 400, 0.002);
    const paper = deflateSharpe(
      columns,
      columns.map((column) => momentsOf(column)),
      50,
    );
    expect(paper.best).toBe(0);
    const { dsr, expectedMaximum } = judge(columns, 50);
    expect(dsr).toBeCloseTo(paper.value ?? 0, 12);
    expect(expectedMaximum).toBeCloseTo(paper.expectedMaximum ?? 0, 12);
  });

  it('grows with the attempts on record, also those that this search did not make', () => {
    const columns = columnsOf(10, 500, 0.0015);
    const values = [10, 100, 10_000].map((trials) => judge(columns, trials).dsr ?? 0);
    expect(values).toEqual(values.toSorted((a, b) => b - a));
    expect(new Set(values).size).toBe(3);
  });

  it('counts the spread of all attempts where it is wider than that of this search', () => {
    const columns = columnsOf(10, 500, 0.0015);
    const wide = finish(luckOf({ columns, chosen: 0, trials: 50, sharpeVariance: 0.05, seed: 1 }));
    expect(wide.dsr).toBeLessThan(judge(columns, 50).dsr ?? 0);
  });

  it('says why a figure is not there, and never shows 0 for it', () => {
    const short = judge(columnsOf(5, 20));
    expect(short).toMatchObject({ psr: null, dsr: null, minTrackRecord: null, medianPathSharpe: null });
    for (const name of ['psr', 'dsr', 'medianPathSharpe']) expect(short.reasons[name]).toMatch(/\w/);
    const alone = judge(columnsOf(1, 400, 0.002));
    expect(alone.pbo).toBeNull();
    expect(alone.reasons['pbo']).toMatch(/two/);
    expect(alone.expectedMaximum).toBe(0);
    expect(alone.dsr).toBe(alone.psr);
  });
});
