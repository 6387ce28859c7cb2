import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../extension/backtest/random.ts';
import { validationSummarySchema } from '../../../extension/contracts/validation.ts';
import {
  returnsObjectives,
  sharpePerObservation,
} from '../../../extension/evaluation/validation/objective.ts';
import { rowStartsOf } from '../../../extension/evaluation/validation/rows.ts';
import { validationScheme } from '../../../extension/evaluation/validation/scheme.ts';
import { selectByFolds } from '../../../extension/evaluation/validation/selection.ts';
import { summariseValidation } from '../../../extension/evaluation/validation/summary.ts';
import { usualValidation } from '../../../extension/evaluation/validation/usual.ts';

const hour = 3_600_000;
const days = 400;
const time = Float64Array.from({ length: days * 24 }, (_, bar) => Date.UTC(2021, 0, 1) + bar * hour);
const random = seededRandom(4);
const close = Float64Array.from(time, () => 90 + 20 * random());
const columns = Array.from({ length: 5 }, () =>
  Float64Array.from({ length: days }, () => (random() - 0.5) * 0.02),
);
const sets = columns.map((_, set) => ({ fast: set + 5 }));
const rowStarts = rowStartsOf(time, '1h');

function summaryOf(fields: Parameters<typeof usualValidation>[0]) {
  const definition = usualValidation(fields, days, time.length);
  const scheme = validationScheme(definition, days);
  const report = selectByFolds({ columns }, scheme);
  const summary = summariseValidation({
    kind: fields.kind,
    definition,
    objective: 'sharpe',
    unit: 'day',
    scheme,
    report,
    sets,
    leastTrades: 0,
    trainTrades: scheme.folds.map((_, fold) => 100 + fold),
    tradesOf: ({ fold, test }) => 10 * fold + test,
    confirmations: 7,
    rowStarts,
    time,
    close,
    cash: 500,
    stability: null,
  });
  return { summary: validationSummarySchema.parse(summary), scheme, report };
}

describe('the summary of a validation', () => {
  it('names the bars of each fold exactly, and never an in-sample figure without its twin', () => {
    const { summary, scheme, report } = summaryOf({ kind: 'rolling' });
    for (const [index, fold] of summary.folds.entries()) {
      for (const part of ['train', 'test'] as const) {
        const [range] = scheme.folds[index]?.[part] ?? [];
        expect(fold[part]).toEqual([
          {
            firstTime: time[24 * (range?.from ?? 0)],
            lastTime: time[24 * (range?.to ?? 0) - 1],
            rows: (range?.to ?? 0) - (range?.from ?? 0),
          },
        ]);
      }
      expect(fold.params).toEqual(sets[report.folds[index]?.set ?? -1]);
      expect(fold.trades).toEqual({ inSample: 100 + index, outOfSample: 10 * index });
      expect(fold.score.inSample).not.toBeNull();
      expect(fold.score.outOfSample).not.toBeNull();
    }
    expect(summary.chosenSets).toBe(new Set(report.folds.map(({ set }) => set)).size);
  });

  it('begins the curve with the cash at the close before the first test bar, and holds from there', () => {
    const { summary, scheme, report } = summaryOf({ kind: 'rolling' });
    const [first] = scheme.folds[0]?.test ?? [];
    const start = 24 * (first?.from ?? 0) - 1;
    const { curve } = summary;
    expect(curve.time[0]).toBe(time[start]);
    expect(curve.time.at(-1)).toBe(time.at(-1));
    expect(curve.equity[0]).toBe(500);
    expect(curve.hold[0]).toBe(500);
    expect(curve.hold.at(-1)).toBeCloseTo((500 * (close.at(-1) as number)) / (close[start] as number), 8);
    const returns = report.paths[0]?.returns ?? new Float64Array(0);
    const growth = returns.reduce((product, value) => product * (1 + value), 1);
    expect(curve.equity.at(-1)).toBeCloseTo(500 * growth, 8);
    expect(curve.equity).toHaveLength(returns.length + 1);
    expect(summary.paths[0]?.totalReturn).toBeCloseTo(growth - 1, 10);
    expect([curve.lowest, curve.highest]).toEqual([null, null]);
  });

  it('shows the path with the middle score, between the lowest and the highest end', () => {
    const { summary } = summaryOf({ kind: 'combinatorial' });
    const scores = summary.paths.map(({ score }) => score as number);
    const rank = scores.filter((score) => score < (scores[summary.path] as number)).length;
    expect(rank).toBe((scores.length - 1) >> 1);
    expect(summary.spread?.lowest).toBe(Math.min(...scores));
    expect(summary.spread?.highest).toBe(Math.max(...scores));
    const ends = summary.paths.map(({ totalReturn }) => 500 * (1 + totalReturn));
    expect(summary.curve.lowest?.at(-1)).toBeCloseTo(Math.min(...ends), 8);
    expect(summary.curve.highest?.at(-1)).toBeCloseTo(Math.max(...ends), 8);
    expect(summary.curve.lowest).toHaveLength(summary.curve.time.length);
  });

  it('has the deepest fall of the compounded returns', () => {
    const { summary, report } = summaryOf({ kind: 'k-fold' });
    const equity = [1];
    for (const value of report.paths[0]?.returns ?? []) equity.push((equity.at(-1) as number) * (1 + value));
    const falls = equity.map((value, row) => 1 - value / Math.max(...equity.slice(0, row + 1)));
    expect(summary.paths[0]?.maxDrawdown).toBeCloseTo(Math.max(...falls), 10);
  });
});

describe('an objective of returns', () => {
  const returns = Float64Array.from({ length: 40 }, (_, row) => (row % 4 === 0 ? -0.02 : 0.01));

  it('is by name what its definition says', () => {
    const mean = (30 * 0.01 - 10 * 0.02) / 40;
    expect(returnsObjectives.sharpe(returns)).toBe(sharpePerObservation(returns));
    expect(returnsObjectives.sortino(returns)).toBeCloseTo(mean / Math.sqrt((10 * 0.02 ** 2) / 40), 12);
    expect(returnsObjectives.totalReturn(returns)).toBeCloseTo(1.01 ** 30 * 0.98 ** 10 - 1, 12);
  });

  it('stays at nothing once everything is lost: a path cannot owe, and two ruins make no profit', () => {
    expect(returnsObjectives.totalReturn(Float64Array.of(-1.5, -3, 0.5))).toBe(-1);
    expect(returnsObjectives.totalReturn(Float64Array.of(0.2, -1.5, 4))).toBe(-1);
  });

  it('is not available where the sample cannot carry it', () => {
    expect(returnsObjectives.sortino(returns.subarray(0, 29))).toBeNull();
    expect(returnsObjectives.sortino(new Float64Array(40).fill(0.01))).toBeNull();
    expect(returnsObjectives.totalReturn(new Float64Array(0))).toBeNull();
  });
});
