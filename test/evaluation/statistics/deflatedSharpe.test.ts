import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  deflateSharpe,
  expectedMaximumSharpe,
} from '../../../extension/evaluation/statistics/deflatedSharpe.ts';
import {
  averageCorrelation,
  effectiveTrials,
} from '../../../extension/evaluation/statistics/effectiveTrials.ts';
import { momentsOf } from '../../../extension/evaluation/statistics/moments.ts';
import {
  judgeSharpe,
  probabilisticSharpe,
} from '../../../extension/evaluation/statistics/probabilisticSharpe.ts';
import { noise, noiseColumns, normals } from './support/returns.ts';

function deflate(columns: readonly Float64Array[], trials: number | null) {
  return deflateSharpe(columns, columns.map(momentsOf), trials);
}

describe('the example of Bailey and López de Prado (2014)', () => {
  // Five years of daily returns, 250 a year, with an annual Sharpe ratio of 2.5; the trials' annual ones vary by 1/2.
  const sharpe = 2.5 / Math.sqrt(250);
  const variance = 0.5 / 250;
  const fat = { observations: 1250, sharpe, skewness: -3, kurtosis: 10 };

  test('the best of 100 trials is expected at 0.1132 a day, so that the skill is 90.04 % sure', () => {
    const expected = expectedMaximumSharpe(100, variance);
    expect(expected).toBeCloseTo(0.1132, 4);
    expect(probabilisticSharpe(fat, expected)).toBeCloseTo(0.9004, 4);
  });

  test('after 46 trials it would be 95.05 % sure, as after 88 with normal returns', () => {
    expect(probabilisticSharpe(fat, expectedMaximumSharpe(46, variance))).toBeCloseTo(0.9505, 4);
    const bell = { ...fat, skewness: 0, kurtosis: 3 };
    expect(probabilisticSharpe(bell, expectedMaximumSharpe(88, variance))).toBeCloseTo(0.9505, 4);
  });
});

describe('the expected maximum', () => {
  test('is near the mean of the largest of so many normal numbers', () => {
    const next = normals(5);
    for (const trials of [10, 100, 1000]) {
      const runs = 400_000 / trials;
      let sum = 0;
      for (let run = 0; run < runs; run++) {
        let largest = next();
        for (let trial = 1; trial < trials; trial++) largest = Math.max(largest, next());
        sum += largest;
      }
      expect(expectedMaximumSharpe(trials, 1)).toBeCloseTo(sum / runs, 1);
    }
  });

  test('grows with trials and with their spread, from 0 for one trial', () => {
    expect(expectedMaximumSharpe(1, 1)).toBe(0);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 1, max: 1e6 }), (trials, more) => {
        expect(expectedMaximumSharpe(trials + more, 0.01)).toBeGreaterThan(
          expectedMaximumSharpe(trials, 0.01),
        );
        expect(expectedMaximumSharpe(trials, 0.04)).toBeCloseTo(2 * expectedMaximumSharpe(trials, 0.01), 12);
      }),
    );
  });
});

describe('the deflated Sharpe ratio', () => {
  const columns = noiseColumns(1, 12, 400);

  test('falls with every further trial', () => {
    const values = [1, 2, 12, 13, 100, 1e4, 1e6].map(
      (trials) => deflate(columns, trials).value ?? Number.NaN,
    );
    expect(values).toEqual(values.toSorted((a, b) => b - a));
    expect(new Set(values).size).toBe(values.length);
  });

  test('is that of the best column, with the variance of the Sharpe ratios of divisor n - 1', () => {
    const moments = columns.map(momentsOf);
    const sharpes = moments.map(({ sharpe }) => sharpe ?? Number.NaN);
    const mean = sharpes.reduce((sum, value) => sum + value, 0) / 12;
    const variance = sharpes.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 11;
    const best = sharpes.indexOf(Math.max(...sharpes));
    const found = deflate(columns, 50);
    expect(found).toMatchObject({ best, trials: 50 });
    expect(found.sharpeVariance).toBeCloseTo(variance, 14);
    expect(found.expectedMaximum).toBeCloseTo(expectedMaximumSharpe(50, variance), 14);
    const psr = judgeSharpe(moments[best] ?? momentsOf(new Float64Array()), found.expectedMaximum ?? 0).psr;
    expect(found.value).toBeCloseTo(psr.value ?? Number.NaN, 14);
  });

  test('of one trial is its probabilistic Sharpe ratio against 0', () => {
    const returns = noise(4, 300, { mean: 0.001 });
    const found = deflate([returns], 1);
    expect(found).toMatchObject({ expectedMaximum: 0, value: judgeSharpe(momentsOf(returns), 0).psr.value });
    expect(found.effective).toMatchObject({ trials: 1, value: found.value });
  });

  test('does not change when columns change places or scale', () => {
    const found = deflate(columns, 40);
    const other = deflate(
      columns.toReversed().map((column, index) => column.map((value) => value * (index + 0.5))),
      40,
    );
    expect(other.best).toBe(11 - (found.best ?? 0));
    expect(other.value).toBeCloseTo(found.value ?? Number.NaN, 12);
    expect(other.effective.value).toBeCloseTo(found.effective.value ?? Number.NaN, 12);
  });

  test('noise of any number of trials is seldom called skill', () => {
    const values = Array.from(
      { length: 100 },
      (_, seed) => deflate(noiseColumns(seed, 20, 250), 20).value ?? 1,
    );
    expect(values.filter((value) => value > 0.95).length).toBeLessThan(10);
  });

  test.each([
    ['uncounted trials', columns, null, /number of trials is not known/],
    ['one column of several trials', columns.slice(0, 1), 20, /two columns/],
    ['copies of one column', [columns[0], columns[0], columns[0]] as Float64Array[], 3, /all the same/],
    ['29 returns', columns.map((column) => column.slice(0, 29)), 12, /29 observations/],
    [
      'columns that do not vary',
      [new Float64Array(50), new Float64Array(50)],
      2,
      /no column has a Sharpe ratio/,
    ],
    ['no columns', [], 5, /no column/],
  ] as const)('%s cannot be deflated, and it says why', (_, some, trials, words) => {
    const found = deflate(some, trials);
    expect(found.value).toBeNull();
    expect(found.reason).toMatch(words);
  });

  test('copies of one column are worth one trial', () => {
    const column = noise(4, 300, { mean: 0.001 });
    const { effective } = deflate([column, column, column], 3);
    expect(effective.trials).toBeCloseTo(1, 12);
    expect(effective.value).toBe(judgeSharpe(momentsOf(column), 0).psr.value);
  });
});

describe('the effective number of trials', () => {
  test('comes from the mean of all correlations between two columns', () => {
    const common = noise(1, 500);
    const columns = noiseColumns(3, 6, 500).map((own, index) =>
      own.map((value, row) => value + index * (common[row] as number)),
    );
    const correlation = (a: Float64Array, b: Float64Array): number => {
      const centred = [a, b].map((column) => {
        const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
        return column.map((value) => value - mean);
      });
      const product = (x = 0, y = 0): number =>
        (centred[x] ?? a).reduce((sum, value, row) => sum + value * ((centred[y] ?? b)[row] as number), 0);
      return product(0, 1) / Math.sqrt(product(0, 0) * product(1, 1));
    };
    let sum = 0;
    for (const [index, a] of columns.entries()) {
      for (const b of columns.slice(index + 1)) sum += correlation(a, b);
    }
    expect(averageCorrelation(columns, columns.map(momentsOf))).toBeCloseTo(sum / 15, 12);
    expect(deflate(columns, 40).effective.trials).toBeCloseTo(sum / 15 + (1 - sum / 15) * 40, 10);
  });

  test('lies between one trial and all of them', () => {
    expect(effectiveTrials(100, 1)).toBe(1);
    expect(effectiveTrials(100, 0)).toBe(100);
    expect(effectiveTrials(100, 0.25)).toBeCloseTo(75.25, 12);
    expect(effectiveTrials(100, -0.01)).toBe(100);
  });

  test('leaves out columns that do not vary, and is not available for a single one', () => {
    const columns = noiseColumns(3, 3, 100);
    const idle = [...columns, new Float64Array(100)];
    const expected = averageCorrelation(columns, columns.map(momentsOf));
    expect(averageCorrelation(idle, idle.map(momentsOf))).toBe(expected);
    expect(deflate(columns.slice(0, 1), 5).effective).toMatchObject({ trials: null, value: null });
  });
});
