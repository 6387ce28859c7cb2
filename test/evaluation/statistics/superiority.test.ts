import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../extension/backtest/random.ts';
import { finish } from '../../../extension/evaluation/statistics/progress.ts';
import { drawRows } from '../../../extension/evaluation/statistics/resampling.ts';
import {
  type SuperiorityInput,
  testSuperiority,
} from '../../../extension/evaluation/statistics/superiority.ts';
import { noise, noiseColumns } from './support/returns.ts';

function judge(columns: readonly Float64Array[], options: Partial<SuperiorityInput> = {}) {
  return finish(testSuperiority({ columns, resamples: 500, blockLength: 5, seed: 1, ...options }));
}

const mean = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let row = 0; row < values.length; row++) sum += values[row] as number;
  return sum / values.length;
};

/** Both tests as the papers write them, on the rows of each resample. */
function literalTests({ columns, benchmark, resamples, blockLength, seed }: SuperiorityInput) {
  const n = columns[0]?.length ?? 0;
  const d = columns.map((column) => column.map((value, row) => value - (benchmark?.[row] ?? 0)));
  const q = 1 / (blockLength ?? 1);
  const means = d.map(mean);
  const omegas = d.map((values, k) => {
    const gamma = (i: number): number => {
      let sum = 0;
      for (let j = 0; j + i < n; j++) {
        sum +=
          ((values[j] as number) - (means[k] as number)) * ((values[j + i] as number) - (means[k] as number));
      }
      return sum / n;
    };
    let variance = gamma(0);
    for (let i = 1; i < n; i++) {
      variance += 2 * (((n - i) / n) * (1 - q) ** i + (i / n) * (1 - q) ** (n - i)) * gamma(i);
    }
    return Math.sqrt(variance);
  });
  const threshold = (k: number): number =>
    -Math.sqrt(((omegas[k] as number) ** 2 / n) * 2 * Math.log(Math.log(n)));
  const g = [
    (x: number) => Math.max(0, x),
    (x: number, k: number) => (x >= threshold(k) ? x : 0),
    (x: number) => x,
  ];
  const white = Math.max(...means.map((value) => Math.sqrt(n) * value));
  const spa = Math.max(0, ...means.map((value, k) => (Math.sqrt(n) * value) / (omegas[k] as number)));
  const random = seededRandom(seed);
  const reached = { white: 0, spa: [0, 0, 0] };
  for (let b = 0; b < resamples; b++) {
    const rows: number[] = [];
    drawRows(n, { method: 'stationary', blockLength: blockLength ?? 1 }, random, (row) => rows.push(row));
    const resampled = d.map((values) => mean(rows.map((row) => values[row] as number)));
    if (Math.max(...resampled.map((value, k) => Math.sqrt(n) * (value - (means[k] as number)))) >= white)
      reached.white++;
    for (const [variant, recentre] of g.entries()) {
      const z = resampled.map(
        (value, k) => (Math.sqrt(n) * (value - recentre(means[k] as number, k))) / (omegas[k] as number),
      );
      if (Math.max(0, ...z) >= spa) reached.spa[variant] = (reached.spa[variant] ?? 0) + 1;
    }
  }
  return {
    white,
    spa,
    p: reached.white / resamples,
    ps: reached.spa.map((count) => count / resamples),
  };
}

describe('the reality check and the test for superior predictive ability', () => {
  test('equal the literal procedures of the papers on the same resamples', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 1e6 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 30, max: 60 }),
        fc.double({ min: 1, max: 12, noNaN: true }),
        fc.boolean(),
        (seed, width, rows, blockLength, hasBenchmark) => {
          const columns = noiseColumns(seed, width, rows, { memory: 0.3 }).map((column, index) =>
            column.map((value) => value + (index - 2) * 0.004),
          );
          const benchmark = hasBenchmark ? noise(seed + 7, rows) : undefined;
          const input = { columns, benchmark, resamples: 61, blockLength, seed };
          const { realityCheck, spa } = finish(testSuperiority(input));
          const literal = literalTests(input);
          expect(realityCheck.statistic).toBeCloseTo(literal.white, 12);
          expect(spa.statistic).toBeCloseTo(literal.spa, 9);
          expect(realityCheck.p).toBe(literal.p);
          expect([spa.lower, spa.consistent, spa.upper]).toEqual(literal.ps);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('find the column with a true edge among noise', () => {
    const columns = [...noiseColumns(1, 30, 500), noise(5, 500, { mean: 0.003 })];
    const { realityCheck, spa } = judge(columns);
    expect(realityCheck).toMatchObject({ best: 30, p: 0 });
    expect(spa).toMatchObject({ best: 30, lower: 0, consistent: 0, upper: 0 });
  });

  test('p-values are about uniform where nothing beats cash', () => {
    const runs = 300;
    const found = Array.from({ length: runs }, (_, seed) =>
      judge(noiseColumns(seed + 1, 5, 150), { resamples: 199, blockLength: 1, seed }),
    );
    for (const p of [
      found.map(({ spa }) => spa.consistent),
      found.map(({ realityCheck }) => realityCheck.p),
    ]) {
      for (const level of [0.05, 0.1, 0.25, 0.5, 0.75]) {
        const share = p.filter((value) => (value ?? 1) <= level).length / runs;
        expect(Math.abs(share - level)).toBeLessThan(4 * Math.sqrt((level * (1 - level)) / runs));
      }
    }
  });

  test('the consistent p-value lies between the lower and the upper one', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1e6 }), fc.integer({ min: 1, max: 8 }), (seed, width) => {
        const columns = noiseColumns(seed, width, 80).map((column, index) =>
          column.map((value) => value - (index % 3) * 0.004),
        );
        const { lower, consistent, upper } = judge(columns, { resamples: 97, seed }).spa;
        expect(lower).toBeLessThanOrEqual(consistent ?? -1);
        expect(consistent).toBeLessThanOrEqual(upper ?? -1);
      }),
      { numRuns: 40 },
    );
  });

  test('poor columns hide an edge from the reality check, not from the consistent test', () => {
    const edge = noise(3, 400, { mean: 0.0018 });
    const poor = noiseColumns(2, 40, 400, { mean: -0.01, deviation: 0.06 });
    const { realityCheck, spa } = judge([edge, ...poor], { resamples: 999 });
    expect(spa.consistent).toBeLessThan(0.05);
    expect(realityCheck.p).toBeGreaterThan(0.5);
  });

  test('nothing above the benchmark has p = 1', () => {
    const { spa, realityCheck } = judge(noiseColumns(1, 3, 100, { mean: -0.02 }));
    expect(spa).toMatchObject({ statistic: 0, lower: 1, consistent: 1, upper: 1 });
    expect(realityCheck.p).toBeGreaterThan(0.9);
  });

  test('do not change when columns change places, and the studentised one not when they scale', () => {
    const columns = noiseColumns(6, 7, 120, { mean: 0.001 });
    const found = judge(columns);
    const moved = judge(columns.toReversed());
    expect(moved.realityCheck.p).toBe(found.realityCheck.p);
    expect(moved.realityCheck.best).toBe(6 - (found.realityCheck.best ?? 0));
    const scaled = judge(columns.map((column, index) => column.map((value) => value * 2 ** index)));
    expect(scaled.spa).toEqual(found.spa);
  });

  test('a benchmark of its own is taken from every return', () => {
    const market = noise(9, 200, { mean: 0.004 });
    const columns = noiseColumns(3, 4, 200).map((column) =>
      column.map((value, row) => value + (market[row] as number)),
    );
    const above = columns.map((column) => column.map((value, row) => value - (market[row] as number)));
    expect(judge(columns, { benchmark: market })).toEqual(judge(above));
    expect(judge(columns).spa.consistent).toBe(0);
  });

  test('the block length is the mean of what the varying columns ask for', () => {
    const columns = [noise(1, 500, { memory: 0.7 }), noise(2, 500)];
    const [first, second] = columns.map((column) => judge([column], { blockLength: null }).blockLength ?? 0);
    const both = judge([...columns, new Float64Array(500)], { blockLength: null }).blockLength;
    expect(both).toBeCloseTo(((first ?? 0) + (second ?? 0)) / 2, 12);
  });

  test('columns that do not vary are left out of the studentised test, by name', () => {
    const columns = noiseColumns(3, 3, 100);
    const { spa } = judge([new Float64Array(100), ...columns]);
    expect(spa).toEqual({ ...judge(columns).spa, leftOut: [0], best: (judge(columns).spa.best ?? 0) + 1 });
    const idle = judge([new Float64Array(100)]);
    expect(idle.spa).toMatchObject({ consistent: null, reason: 'no column varies against the benchmark' });
    expect(idle.realityCheck).toMatchObject({ p: 1, statistic: 0 });
  });

  test('a column that lost everything is never the best, and still counts among what was tried', () => {
    const ruined = noise(5, 200, { mean: 0.03 }).with(199, -1);
    const columns = [...noiseColumns(3, 4, 200, { mean: 0.001 }), ruined];
    expect(mean(ruined)).toBeGreaterThan(0.02);
    const [own, without] = [judge(columns), judge(columns.slice(0, 4))];
    expect(own.spa.best).toBe(without.spa.best);
    expect(own.spa.statistic).toBe(without.spa.statistic);
    expect(own.realityCheck.best).toBe(without.realityCheck.best);
    expect(own.realityCheck.p).toBeGreaterThan(without.realityCheck.p ?? 1);
    const lost = judge([ruined]);
    for (const { reason } of [lost.spa, lost.realityCheck]) expect(reason).toMatch(/lost everything/);
    expect([lost.spa.consistent, lost.realityCheck.p]).toEqual([null, null]);
  });

  test.each([
    ['29 rows', noiseColumns(1, 3, 29), {}, /29 observations/],
    ['no columns', [], {}, /no column/],
    ['no resamples', noiseColumns(1, 3, 50), { resamples: 0 }, /no resamples/],
    ['columns of unequal length', [noise(1, 50), noise(1, 51)], {}, /differ in length/],
    [
      'a benchmark of another length',
      noiseColumns(1, 2, 50),
      { benchmark: noise(1, 51) },
      /differ in length/,
    ],
    ['a return that is no number', [noise(1, 50).fill(Number.NaN, 3, 4)], {}, /finite/],
  ] as const)('%s give no p-value, never 0, and the reason', (_, columns, options, words) => {
    const { realityCheck, spa } = judge(columns, options);
    expect([realityCheck.p, spa.lower, spa.consistent, spa.upper]).toEqual([null, null, null, null]);
    expect(realityCheck.reason).toMatch(words);
    expect(spa.reason).toBe(realityCheck.reason);
  });
});
