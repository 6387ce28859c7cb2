import fc from 'fast-check';
import { expect, test } from 'vitest';
import { monthlyReturns } from '../../../extension/reports/panel/monthlyReturns.ts';
import { prepareRun } from '../../../extension/reports/panel/preparedRun.ts';
import { makeEvidence } from './evidence.ts';

const growth = (values: readonly (number | null)[]) =>
  values.filter((value) => value !== null).reduce((product, value) => product * (1 + value), 1);

test('months multiply to their year, and years to the total return', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 14_000 }), (bars) => {
      const run = prepareRun(makeEvidence({ bars, fast: 3, slow: 9 }));
      const { years } = monthlyReturns(run);
      const total = run.evidence.result.metrics['totalReturn'] ?? Number.NaN;
      expect(growth(years.map((year) => year.total))).toBeCloseTo(1 + total, 9);
      for (const { months, total: ofYear } of years) {
        expect(growth(months.map(({ value }) => value))).toBeCloseTo(1 + (ofYear ?? Number.NaN), 9);
      }
      const hold = run.evidence.result.metrics['buyAndHoldReturn'] ?? Number.NaN;
      expect(growth(years.map((year) => year.hold))).toBeCloseTo(1 + hold, 9);
    }),
    { numRuns: 25 },
  );
});

test('a bar belongs to the month in which it opens, in UTC', () => {
  const evidence = makeEvidence({ bars: 24 * 40 });
  const { years } = monthlyReturns(prepareRun(evidence));
  const lastOfJanuary = 24 * 31 - 1;
  const { cash } = evidence.result.manifest.settings;
  expect(years[0]?.months[0]?.value).toBeCloseTo((evidence.equity[lastOfJanuary] ?? 0) / cash - 1, 12);
  expect(years[0]?.months[2]).toEqual({ value: null, part: 'none' });
});

test('each month says whether it was held back', () => {
  const evidence = makeEvidence({ bars: 24 * 120 });
  const { years } = monthlyReturns(prepareRun({ ...evidence, splitBar: 24 * 40 }));
  expect(years[0]?.months.slice(0, 4).map(({ part }) => part)).toEqual([
    'in-sample',
    'mixed',
    'held-back',
    'held-back',
  ]);
});

test('where nothing is left, no return is made up', () => {
  const evidence = makeEvidence({ bars: 24 * 70 });
  const equity = evidence.equity.map((value, bar) => (bar > 24 * 20 ? 0 : value));
  const { years } = monthlyReturns(prepareRun({ ...evidence, equity }));
  expect(years[0]?.months.slice(0, 2).map(({ value }) => value)).toEqual([-1, null]);
});
