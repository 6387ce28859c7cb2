import { describe, expect, it } from 'vitest';
import type { LuckFigures } from '../../../extension/contracts/gate.ts';
import { luckOf } from '../../../extension/evaluation/luck.ts';
import { deflateSharpe } from '../../../extension/evaluation/statistics/deflatedSharpe.ts';
import { momentsOf } from '../../../extension/evaluation/statistics/moments.ts';
import { finish } from '../../../extension/evaluation/statistics/progress.ts';
import { validationScheme } from '../../../extension/evaluation/validation/scheme.ts';
import { selectByFolds } from '../../../extension/evaluation/validation/selection.ts';
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

function judge(columns: readonly Float64Array[], trials = columns.length, chosen = 0): LuckFigures {
  return finish(
    luckOf({ columns, spans: columns.map(() => []), chosen, trials, sharpeVariance: null, seed: 1 }),
  );
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
    const wide = finish(
      luckOf({ columns, spans: columns.map(() => []), chosen: 0, trials: 50, sharpeVariance: 0.05, seed: 1 }),
    );
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

  it('cross-validates as a walk-forward does: what a trade held of a test group is no train row', () => {
    const rows = 400;
    const columns = columnsOf(6, rows);
    // Trades of 30 rows over each border of the ten groups, and in between none.
    const spans = columns.map((_, set) =>
      Array.from({ length: 9 }, (__, border) => {
        const at = (border + 1) * 40;
        return { from: at - 10 - set, to: at + 10 + set };
      }),
    );
    const computed = finish(luckOf({ columns, spans, chosen: 0, trials: 6, sharpeVariance: null, seed: 1 }));
    const scheme = validationScheme(
      { kind: 'combinatorial', groups: 10, testGroups: 2, purge: 0, embargo: 4 },
      rows,
    );
    expect(computed.embargo).toBe(4);
    const { folds, medianPathScore } = selectByFolds({ columns, spans }, scheme, { embargo: 4 });
    expect(computed.medianPathSharpe).toBe(medianPathScore);
    // The purge matters here: without it other sets are chosen, and another path is the middle one.
    const leaking = selectByFolds({ columns }, scheme, { embargo: 4 });
    expect(folds.map(({ set }) => set)).not.toEqual(leaking.folds.map(({ set }) => set));
    expect(computed.medianPathSharpe).not.toBe(leaking.medianPathScore);
    // Literally, for the set of each fold: no train row within a trade that was open in a test group.
    for (const { fold, set, meanReturn } of folds) {
      const { train, test } = scheme.folds[fold] ?? { train: [], test: [] };
      const kept: number[] = [];
      for (let row = 0; row < rows; row++) {
        const isTrain = train.some(({ from, to }) => row >= from && row < to);
        const isHeld = test.some((range) => {
          const open = (spans[set] ?? []).filter(({ from, to }) => from < range.to && to > range.from);
          const last = Math.max(range.to, ...open.map(({ to }) => to));
          return row >= range.from && row < last + 4;
        });
        if (isTrain && !isHeld) kept.push(columns[set]?.[row] as number);
      }
      const mean = kept.reduce((sum, value) => sum + value, 0) / kept.length;
      expect(meanReturn.inSample).toBeCloseTo(mean, 12);
    }
  });

  it('infers nothing of a chosen set that lost everything, however high its mean was before', () => {
    const columns = columnsOf(5, 400, 0.02).map((column, set) => {
      // Lost at row 390, and calm behind.
      if (set === 0) column.fill(0, 391)[390] = -1;
      return column;
    });
    expect(momentsOf(columns[0] as Float64Array).sharpe).toBeGreaterThan(0.2);
    const luck = judge(columns);
    expect(luck).toMatchObject({ psr: null, dsr: null, minTrackRecord: null });
    expect(luck.reasons['dsr']).toMatch(/lost everything/);
    expect(luck.spa).toBeGreaterThan(0.05);
    expect(
      deflateSharpe(
        columns,
        columns.map((column) => momentsOf(column)),
        5,
      ).best,
    ).not.toBe(0);
  });
});
