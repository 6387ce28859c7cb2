import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../extension/backtest/random.ts';
import { LabError } from '../../../extension/contracts/errors.ts';
import { validationDefinitionSchema } from '../../../extension/contracts/validation.ts';
import { confirmationPlan, confirmedReport } from '../../../extension/evaluation/validation/confirmation.ts';
import { sharpePerObservation } from '../../../extension/evaluation/validation/objective.ts';
import type { BarRange } from '../../../extension/evaluation/validation/ranges.ts';
import { enteredBefore } from '../../../extension/evaluation/validation/rows.ts';
import { validationScheme } from '../../../extension/evaluation/validation/scheme.ts';
import { selectByFolds } from '../../../extension/evaluation/validation/selection.ts';

const schemeOf = (fields: Record<string, unknown>, rows: number) =>
  validationScheme(validationDefinitionSchema.parse(fields), rows);

/** Columns of noise, with a drift for each set in each row. */
function columnsOf(seed: number, sets: number, rows: number, drift: (set: number, row: number) => number) {
  const random = seededRandom(seed);
  return Array.from({ length: sets }, (_, set) =>
    Float64Array.from({ length: rows }, (__, row) => drift(set, row) + (random() + random() - 1) * 0.02),
  );
}
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const averageOf = (values: readonly number[]): number => sum(values) / values.length;
const fault = expect.toSatisfy((error: unknown) => LabError.is(error, 'internal'));

/** Sharpe ratio of the rows of a column that a test picks one by one. */
function literalSharpe(column: Float64Array, rows: readonly number[]): number {
  const values = rows.map((row) => column[row] as number);
  const mean = averageOf(values);
  return mean / Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / (values.length - 1));
}

describe('the score of returns', () => {
  it('is mean over sample deviation, and not available below 30 returns or without variation', () => {
    const returns = Float64Array.from({ length: 30 }, (_, row) => (row % 2 === 0 ? 0.03 : -0.01));
    expect(sharpePerObservation(returns)).toBeCloseTo(0.01 / Math.sqrt((30 * 0.02 ** 2) / 29), 12);
    expect(sharpePerObservation(returns.subarray(1))).toBeNull();
    expect(sharpePerObservation(new Float64Array(50).fill(0.01))).toBeNull();
  });
});

describe('selection by folds', () => {
  const rows = 500;
  const sets = 6;

  it('chooses on train rows alone: what happens in the test rows changes no choice', () => {
    const scheme = schemeOf({ kind: 'walk-forward', train: 100, test: 100 }, rows);
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 3 }), (seed, fold) => {
        const columns = columnsOf(seed, sets, rows, () => 0.001);
        const [{ from, to } = { from: 0, to: 0 }] = scheme.folds[fold]?.test ?? [];
        const changed = columns.map((column, set) =>
          column.map((value, row) => (row >= from && row < to ? 0.1 * (set % 2) - value : value)),
        );
        const [own, other] = [columns, changed].map(
          (all) => selectByFolds({ columns: all }, scheme).folds[fold],
        );
        expect(other?.set).toBe(own?.set);
        expect(other?.score.inSample).toBe(own?.score.inSample);
      }),
      { numRuns: 30 },
    );
  });

  it('agrees with a choice that is worked out row by row, trades purged', () => {
    const scheme = schemeOf({ kind: 'combinatorial', groups: 5, testGroups: 2, purge: 2, embargo: 3 }, rows);
    const columns = columnsOf(11, sets, rows, (set) => 0.0004 * set);
    const random = seededRandom(5);
    const spans: BarRange[][] = columns.map(() =>
      Array.from({ length: 30 }, () => {
        const from = Math.floor(random() * (rows - 40));
        return { from, to: from + 1 + Math.floor(random() * 39) };
      }),
    );
    const report = selectByFolds({ columns, spans }, scheme, { embargo: 3 });
    for (const [index, { train, test }] of scheme.folds.entries()) {
      const scores = columns.map((column, set) => {
        const kept: number[] = [];
        for (let row = 0; row < rows; row++) {
          const isTrain = train.some(({ from, to }) => row >= from && row < to);
          const isHeld = test.some(({ from, to }) => {
            const open = (spans[set] ?? []).filter((span) => span.from < to && span.to > from);
            const last = Math.max(to, ...open.map((span) => span.to));
            return row >= from && row < last + 3;
          });
          if (isTrain && !isHeld) kept.push(row);
        }
        return literalSharpe(column, kept);
      });
      const fold = report.folds[index];
      expect(fold?.set).toBe(scores.indexOf(Math.max(...scores)));
      expect(fold?.score.inSample).toBeCloseTo(Math.max(...scores), 10);
      const tested = test.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, k) => from + k));
      const chosen = columns[fold?.set as number] as Float64Array;
      expect(fold?.score.outOfSample).toBeCloseTo(literalSharpe(chosen, tested), 10);
    }
  });

  it('finds a true edge in every fold, and loses what was only luck out of sample', () => {
    const scheme = schemeOf({ kind: 'walk-forward', train: 1000, test: 500 }, 6000);
    const edge = selectByFolds({ columns: columnsOf(3, 20, 6000, (set) => (set === 7 ? 0.002 : 0)) }, scheme);
    expect(edge.folds.map(({ set }) => set)).toEqual(new Array<number>(10).fill(7));
    expect(edge.efficiency).toBeGreaterThan(0.8);
    expect(edge.efficiency).toBeLessThan(1.25);
    expect(edge.degradation).toBeLessThan(0.2);
    const luck = selectByFolds({ columns: columnsOf(3, 20, 6000, () => 0) }, scheme);
    expect(luck.score.inSample).toBeGreaterThan(0.03);
    expect(luck.efficiency).toBeLessThan(0.4);
    expect(luck.degradation).toBeGreaterThan(0.6);
  });

  it('joins the test rows of the chosen sets, and weighs each fold by its test rows', () => {
    const scheme = schemeOf({ kind: 'walk-forward', train: 200, test: 120 }, rows);
    const columns = columnsOf(8, sets, rows, (set, row) => (Math.floor(row / 170) === set ? 0.004 : 0));
    const { folds, paths, meanReturn, efficiency, medianPathScore } = selectByFolds({ columns }, scheme);
    const expected = folds.flatMap(({ set, fold }) => {
      const [{ from, to } = { from: 0, to: 0 }] = scheme.folds[fold]?.test ?? [];
      return [...(columns[set] as Float64Array).subarray(from, to)];
    });
    expect(paths).toHaveLength(1);
    expect([...(paths[0]?.returns ?? [])]).toEqual(expected);
    expect(meanReturn.outOfSample).toBeCloseTo(averageOf(expected), 12);
    const train = folds.map((fold) => fold.meanReturn.inSample as number);
    const inSample = (train[0] as number) * 0.4 + (train[1] as number) * 0.4 + (train[2] as number) * 0.2;
    expect(meanReturn.inSample).toBeCloseTo(inSample, 12);
    expect(efficiency).toBeCloseTo((meanReturn.outOfSample as number) / inSample, 10);
    expect(medianPathScore).toBe(paths[0]?.score);
  });

  it('gives each path of a combinatorial validation its returns and its score', () => {
    const scheme = schemeOf({ kind: 'combinatorial', groups: 5, testGroups: 2 }, rows);
    const columns = columnsOf(2, sets, rows, (set) => 0.0005 * set);
    const { folds, paths, medianPathScore } = selectByFolds({ columns }, scheme);
    expect(paths).toHaveLength(4);
    for (const [index, { returns, score }] of paths.entries()) {
      const literal = (scheme.paths[index] ?? []).flatMap(({ fold, test }) => {
        const { from, to } = scheme.folds[fold]?.test[test] ?? { from: 0, to: 0 };
        const set = folds[fold]?.set ?? 0;
        return [...(columns[set] as Float64Array)].slice(from, to);
      });
      expect([...returns]).toEqual(literal);
      expect(score).toBe(sharpePerObservation(returns));
    }
    const scores = paths.map(({ score }) => score as number).toSorted((a, b) => a - b);
    expect(medianPathScore).toBeCloseTo(((scores[1] as number) + (scores[2] as number)) / 2, 12);
  });

  it('gives equal scores to the earlier set', () => {
    const scheme = schemeOf({ kind: 'k-fold', folds: 4 }, rows);
    const [column] = columnsOf(9, 1, rows, () => 0.001) as [Float64Array];
    const { folds } = selectByFolds(
      { columns: [column.map((value) => value - 0.01), column, column] },
      scheme,
    );
    expect(folds.map(({ set }) => set)).toEqual([1, 1, 1, 1]);
  });

  it('sets no loss in relation to a loss', () => {
    const scheme = schemeOf({ kind: 'hold-out' }, rows);
    const losing = selectByFolds({ columns: columnsOf(9, 3, rows, () => -0.01) }, scheme);
    expect(losing.meanReturn.inSample).toBeLessThan(0);
    expect(losing).toMatchObject({ efficiency: null, degradation: null });
  });

  it('keeps the first set, and says so, where none can be judged', () => {
    const scheme = schemeOf({ kind: 'walk-forward', train: 20, test: 100 }, rows);
    const { folds, degradation } = selectByFolds({ columns: columnsOf(1, sets, rows, () => 0) }, scheme);
    expect(folds.every(({ set, isJudged }) => set === 0 && !isJudged)).toBe(true);
    expect(degradation).toBeNull();
  });

  it('passes over a set with too few trades in the train rows', () => {
    const scheme = schemeOf({ kind: 'hold-out', fraction: 0.5 }, rows);
    const columns = columnsOf(4, 2, rows, (set) => (set === 1 ? 0.01 : 0.0001));
    const few = [
      { from: 10, to: 12 },
      ...Array.from({ length: 9 }, (_, k) => ({ from: 300 + k, to: 301 + k })),
    ];
    const many = Array.from({ length: 10 }, (_, k) => ({ from: 20 * k, to: 20 * k + 5 }));
    const spans = [many, few];
    expect(selectByFolds({ columns, spans }, scheme).folds[0]?.set).toBe(1);
    const entered = spans.map((own) => enteredBefore(own, rows));
    expect(selectByFolds({ columns, spans, entered }, scheme, { leastTrades: 5 }).folds[0]?.set).toBe(0);
  });

  it('chooses by any objective of returns', () => {
    const scheme = schemeOf({ kind: 'hold-out' }, rows);
    const columns = [new Float64Array(rows).fill(0.01), new Float64Array(rows).fill(0.02)];
    const total = (returns: Float64Array) => sum([...returns]);
    const { folds } = selectByFolds({ columns }, scheme, { objective: total });
    expect(folds[0]).toMatchObject({ set: 1, isJudged: true });
    expect(folds[0]?.score.inSample).toBeCloseTo(0.02 * 333, 9);
    expect(folds[0]?.score.outOfSample).toBeCloseTo(0.02 * 167, 9);
  });

  it('refuses columns that do not fit', () => {
    const scheme = schemeOf({ kind: 'hold-out' }, rows);
    expect(() => selectByFolds({ columns: [] }, scheme)).toThrow(fault);
    expect(() => selectByFolds({ columns: [new Float64Array(rows - 1)] }, scheme)).toThrow(fault);
    expect(() => selectByFolds({ columns: columnsOf(1, 2, rows, () => 0), spans: [[]] }, scheme)).toThrow(
      fault,
    );
  });
});

describe('confirmation', () => {
  const rows = 400;
  const scheme = schemeOf({ kind: 'combinatorial', groups: 4, testGroups: 2, purge: 1 }, rows);
  const columns = columnsOf(6, 5, rows, (set, row) => (row % 97 > 20 * set ? 0.001 : 0));
  const sets = columns.map((_, set) => ({ period: 10 * set }));
  const selected = selectByFolds({ columns }, scheme);

  it('runs each chosen set once for each range it is tested on', () => {
    const { runs, runOf } = confirmationPlan(selected, scheme, sets);
    expect(new Set(runs.map((run) => JSON.stringify(run))).size).toBe(runs.length);
    for (const { fold, set } of selected.folds) {
      for (const [test, range] of (scheme.folds[fold]?.test ?? []).entries()) {
        expect(runs[runOf[fold]?.[test] as number]).toEqual({ params: { period: 10 * set }, ...range });
      }
    }
  });

  it('says in bars what was chosen in days', () => {
    const rowStarts = Array.from({ length: rows + 1 }, (_, row) => 24 * row + 7);
    const { runs } = confirmationPlan(selected, scheme, sets, rowStarts);
    expect(runs[0]).toMatchObject({ from: 7, to: 24 * 100 + 7 });
  });

  it('gives the report of the matrix where the runs earn the same', () => {
    const plan = confirmationPlan(selected, scheme, sets);
    const returns = plan.runs.map(({ params, from, to }) =>
      (columns[(params['period'] as number) / 10] as Float64Array).slice(from, to),
    );
    expect(confirmedReport(selected, scheme, plan, returns)).toEqual(selected);
  });

  it('puts what the runs earned in place of the matrix, and keeps the in-sample side', () => {
    const plan = confirmationPlan(selected, scheme, sets);
    const returns = plan.runs.map(({ from, to }) =>
      Float64Array.from({ length: to - from }, (_, row) => ((from + row) % 2 === 0 ? -0.02 : 0.01)),
    );
    const confirmed = confirmedReport(selected, scheme, plan, returns);
    expect(confirmed.meanReturn.outOfSample).toBeCloseTo(-0.005, 10);
    expect(confirmed.meanReturn.inSample).toBe(selected.meanReturn.inSample);
    expect(confirmed.paths.every(({ score }) => (score as number) < 0)).toBe(true);
    expect(confirmed.folds.map(({ score }) => score.inSample)).toEqual(
      selected.folds.map(({ score }) => score.inSample),
    );
  });

  it('refuses a run that has not one return a row', () => {
    const plan = confirmationPlan(selected, scheme, sets);
    expect(() => confirmedReport(selected, scheme, plan, [])).toThrow(fault);
    const short = plan.runs.map(({ from, to }) => new Float64Array(to - from - 1));
    expect(() => confirmedReport(selected, scheme, plan, short)).toThrow(fault);
  });
});
