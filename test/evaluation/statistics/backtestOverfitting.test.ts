import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LabError } from '../../../extension/contracts/errors.ts';
import { backtestOverfitting } from '../../../extension/evaluation/statistics/backtestOverfitting.ts';
import { combinations } from '../../../extension/evaluation/statistics/combinations.ts';
import { literalSharpe, noise, noiseColumns } from './support/returns.ts';

/** Every choice of `size` of the items, first ones first. */
function choices<Item>(items: readonly Item[], size: number): Item[][] {
  if (size === 0) return [[]];
  return items.flatMap((item, index) =>
    choices(items.slice(index + 1), size - 1).map((rest) => [item, ...rest]),
  );
}

/** Sharpe ratio of the rows of some blocks as far as the column's ruin; the worst of all with it and without a row before. */
function untilRuin(column: readonly number[], blocks: readonly number[], size: number): number {
  const ruin = column.findIndex((value) => value <= -1);
  const chosen = blocks.flatMap((block) => Array.from({ length: size }, (_, row) => block * size + row));
  if (ruin < 0) return literalSharpe(chosen.map((row) => column[row] as number));
  // The block of the ruin counts as a whole.
  const before = chosen.filter((row) => row < Math.floor(ruin / size) * size);
  if (blocks.includes(Math.floor(ruin / size)) || before.length === 0) return Number.NEGATIVE_INFINITY;
  return literalSharpe(before.map((row) => column[row] as number));
}

/** The procedure of the paper, word by word, on the rows themselves. */
function literalOverfitting(columns: readonly Float64Array[], blocks: number) {
  const size = Math.floor((columns[0]?.length ?? 0) / blocks);
  const rows = columns.map((column) => [...column].slice(-size * blocks));
  const all = Array.from({ length: blocks }, (_, block) => block);
  const cases = choices(all, blocks / 2).map((inSample) => {
    const of = (chosen: readonly number[]): number[] => rows.map((column) => untilRuin(column, chosen, size));
    const inside = of(inSample);
    const outside = of(all.filter((block) => !inSample.includes(block)));
    const best = inside.indexOf(Math.max(...inside));
    const reached = outside[best] ?? Number.NaN;
    const below = outside.filter((sharpe) => sharpe < reached).length;
    const rank = below + (outside.filter((sharpe) => sharpe === reached).length + 1) / 2;
    const w = rank / (columns.length + 1);
    return { logit: Math.log(w / (1 - w)), inside: inside[best] ?? Number.NaN, outside: reached };
  });
  const share = (holds: (one: (typeof cases)[number]) => boolean) =>
    cases.filter(holds).length / cases.length;
  return {
    logits: cases.map(({ logit }) => logit),
    cases,
    // With an odd number of columns the middle rank has a logit of 0, but for rounding.
    lt: share(({ logit }) => logit < -1e-9),
    le: share(({ logit }) => logit < 1e-9),
    loss: share(({ outside }) => outside < 0),
  };
}

describe('the probability of backtest overfitting', () => {
  test('equals the literal procedure on the rows, combination by combination', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 2, max: 9 }),
        fc.constantFrom(2, 4, 6, 8),
        fc.integer({ min: 2, max: 9 }),
        fc.nat({ max: 5 }),
        (seed, width, blocks, size, extra) => {
          const columns = noiseColumns(seed, width, blocks * size + (extra % blocks), { mean: 0.002 });
          const found = backtestOverfitting(columns, blocks);
          const literal = literalOverfitting(columns, blocks);
          expect(found.combinations).toBe(literal.logits.length);
          expect(found.droppedRows).toBe(extra % blocks);
          for (const [index, logit] of literal.logits.entries())
            expect(found.logits[index]).toBeCloseTo(logit, 9);
          expect(found).toMatchObject({ le: literal.le, lt: literal.lt, probabilityOfLoss: literal.loss });
        },
      ),
      { numRuns: 60 },
    );
  });

  test('equals it where columns lose everything, whose calm behind it counts for nothing', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 63 }), fc.nat({ max: 63 }), (seed, first, second) => {
        const columns = noiseColumns(seed, 6, 64, { mean: -0.002 });
        for (const [index, row] of [first, second].entries()) {
          const column = noise(seed + index, 64, { mean: 0.05 }).fill(0, row);
          columns[index] = column.with(row, -1);
        }
        const found = backtestOverfitting(columns, 8);
        const literal = literalOverfitting(columns, 8);
        for (const [index, logit] of literal.logits.entries())
          expect(found.logits[index]).toBeCloseTo(logit, 9);
        expect(found.probabilityOfLoss).toBe(literal.loss);
      }),
      { numRuns: 40 },
    );
  });

  test('the degradation is the least-squares line of the literal procedure', () => {
    const columns = noiseColumns(3, 7, 120);
    const { cases } = literalOverfitting(columns, 8);
    const { slope = 0, intercept = 0, rSquared = 2 } = backtestOverfitting(columns, 8).degradation ?? {};
    const residual = (a: number, b: number): number =>
      cases.reduce((sum, { inside, outside }) => sum + (outside - a - b * inside) ** 2, 0);
    const least = residual(intercept, slope);
    for (const [a, b] of [
      [1e-3, 0],
      [-1e-3, 0],
      [0, 1e-2],
      [0, -1e-2],
    ] as const) {
      expect(residual(intercept + a, slope + b)).toBeGreaterThan(least);
    }
    const mean = cases.reduce((sum, { outside }) => sum + outside, 0) / cases.length;
    expect(rSquared).toBeCloseTo(1 - least / residual(mean, 0), 10);
  });

  test('is near one half on noise, over 200 seeds', () => {
    let le = 0;
    let lt = 0;
    for (let seed = 0; seed < 200; seed++) {
      const found = backtestOverfitting(noiseColumns(seed, 20, 160), 8);
      le += (found.le ?? Number.NaN) / 200;
      lt += (found.lt ?? Number.NaN) / 200;
    }
    for (const mean of [le, lt]) {
      expect(mean).toBeGreaterThan(0.45);
      expect(mean).toBeLessThan(0.55);
    }
  });

  test('is near 0 where one column has a true edge, and chance loses no money with it', () => {
    const columns = [...noiseColumns(4, 19, 1600), noise(99, 1600, { mean: 0.003 })];
    const { le, probabilityOfLoss } = backtestOverfitting(columns);
    expect(le).toBeLessThan(0.001);
    expect(probabilityOfLoss).toBeLessThan(0.001);
  });

  test('is 1 where the best half is always the other one', () => {
    // What a column gains in one half of the blocks it loses in the other.
    const columns = Array.from({ length: 6 }, (_, index) =>
      noise(index, 400).map((value, row) => value + (Math.floor(row / 100) === index % 4 ? 0.02 : -0.007)),
    );
    expect(backtestOverfitting(columns, 4).le).toBeGreaterThan(0.9);
  });

  test('does not change when columns change places or scale', () => {
    const columns = noiseColumns(8, 9, 200);
    const found = backtestOverfitting(columns, 10);
    const order = [4, 0, 8, 2, 6, 1, 7, 3, 5];
    const moved = order.map((index) =>
      (columns[index] as Float64Array).map((value) => value * 2 ** (index - 4)),
    );
    expect(backtestOverfitting(moved, 10).logits).toEqual(found.logits);
  });

  test('equal columns share the mean of their ranks', () => {
    const columns = [noise(1, 80), noise(2, 80)];
    // With every column twice, ranks 1 and 2 become 1.5 and 3.5 of 4.
    const twice = backtestOverfitting([...columns, ...columns], 4);
    for (const logit of twice.logits) expect(Math.abs(logit)).toBeCloseTo(Math.log(3.5 / 1.5), 12);
    const same = backtestOverfitting([noise(1, 80), noise(1, 80), noise(1, 80)], 4);
    expect(same).toMatchObject({ le: 1, lt: 0, logits: [0, 0, 0, 0, 0, 0] });
  });

  test('an idle column counts as cash, to the last digit', () => {
    // Two strategies that do not trade in the second half of the rows share the middle ranks with cash.
    const idle = noise(1, 80).map((value, row) => (row < 40 ? value + 0.01 : 0));
    const late = noise(2, 80).map((value, row) => (row < 40 ? value : 0));
    const { logits } = backtestOverfitting([idle, late, new Float64Array(80)], 2);
    expect(logits).toHaveLength(2);
    expect(logits[0]).toBe(0);
  });

  test('drops the oldest rows and says how many', () => {
    const columns = noiseColumns(5, 4, 67);
    const found = backtestOverfitting(columns, 8);
    expect(found).toMatchObject({ droppedRows: 3, rowsPerBlock: 8, blocks: 8, combinations: 70 });
    const { logits, le } = backtestOverfitting(
      columns.map((column) => column.slice(3)),
      8,
    );
    expect({ logits: found.logits, le: found.le }).toEqual({ logits, le });
  });

  test.each([
    ['one column', noiseColumns(1, 1, 100), /two columns/],
    ['no columns', [], /two columns/],
    ['31 rows for 16 blocks', noiseColumns(1, 5, 31), /31 rows are fewer than 2/],
    ['columns of unequal length', [noise(1, 100), noise(2, 99)], /differ in length/],
    ['a return that is no number', [noise(1, 100), noise(2, 100).fill(Number.NaN, 50, 51)], /finite/],
    [
      'columns that never vary',
      [new Float64Array(100), new Float64Array(100).fill(0.01)],
      /no column varies/,
    ],
  ] as const)('%s give no figure, never 0, and the reason', (_, columns, words) => {
    const found = backtestOverfitting(columns);
    expect(found).toMatchObject({
      le: null,
      lt: null,
      probabilityOfLoss: null,
      degradation: null,
      logits: [],
    });
    expect(found.reason).toMatch(words);
  });

  test.each([0, 1, 3, 15, 22, 2.5, Number.NaN])('%d blocks are refused', (blocks) => {
    expect(() => backtestOverfitting(noiseColumns(1, 3, 100), blocks)).toThrow(
      expect.toSatisfy((error: unknown) => LabError.is(error, 'usage')),
    );
  });
});

test('combinations come complete, each once and in order', () => {
  for (const [count, size] of [
    [1, 1],
    [4, 2],
    [6, 3],
    [7, 2],
  ] as const) {
    const all = Array.from({ length: count }, (_, number) => number);
    expect([...combinations(count, size)].length).toBe(choices(all, size).length);
    expect(Array.from(combinations(count, size), (chosen) => [...chosen])).toEqual(choices(all, size));
  }
});
