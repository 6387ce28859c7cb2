import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type MonthsInput, monthlyReturns } from '../../../extension/backtest/metrics/monthlyReturns.ts';
import { hour } from '../support/market.ts';
import { courseOf, metricsOf } from './curves.ts';

const growth = (values: readonly (number | null)[]) =>
  values.filter((value) => value !== null).reduce((product, value) => product * (1 + value), 1);

/** Months of a seeded course of hourly bars from the first of January 2020 on. */
function monthsOf(bars: number, changes: Partial<MonthsInput> = {}) {
  return monthlyReturns({ ...courseOf(3, bars), splitBar: null, ...changes });
}

test('months multiply to their year, and years to the total return', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 14_000 }), (bars) => {
      const course = courseOf(3, bars);
      const { years } = monthlyReturns({ ...course, splitBar: null });
      const metrics = metricsOf([...course.equity], { ...course });
      expect(growth(years.map((year) => year.total))).toBeCloseTo(1 + (metrics['totalReturn'] ?? NaN), 9);
      for (const { months, total: ofYear } of years) {
        expect(growth(months.map(({ value }) => value))).toBeCloseTo(1 + (ofYear ?? NaN), 9);
      }
      expect(growth(years.map((year) => year.hold))).toBeCloseTo(1 + (metrics['buyAndHoldReturn'] ?? NaN), 9);
    }),
    { numRuns: 25 },
  );
});

test('a bar belongs to the month in which it opens, in UTC', () => {
  const { equity, cash } = courseOf(3, 24 * 40);
  const { years } = monthsOf(24 * 40);
  const lastOfJanuary = 24 * 31 - 1;
  expect(years[0]?.year).toBe(2020);
  expect(years[0]?.months[0]?.value).toBeCloseTo((equity[lastOfJanuary] ?? 0) / cash - 1, 12);
  expect(years[0]?.months[2]).toEqual({ value: null, part: null });
});

test('a month without bars has no return, and the next one begins at the last close before it', () => {
  const { time, equity } = courseOf(3, 24 * 20);
  const moved = time.map((value, bar) => (bar < 24 * 10 ? value : value + 24 * 60 * hour));
  const { years } = monthsOf(24 * 20, { time: moved });
  const last = equity.at(-1) ?? 0;
  expect(years[0]?.months.slice(0, 4).map(({ value }) => value)).toEqual([
    expect.any(Number),
    null,
    expect.closeTo(last / (equity[24 * 10 - 1] ?? 0) - 1, 12),
    null,
  ]);
});

test('each month says whether it was held back', () => {
  const { years } = monthsOf(24 * 120, { splitBar: 24 * 40 });
  expect(years[0]?.months.slice(0, 5).map(({ part }) => part)).toEqual([
    'in-sample',
    'mixed',
    'held-back',
    'held-back',
    null,
  ]);
  const whole = monthsOf(24 * 60, { splitBar: 24 * 31 }).years[0]?.months.slice(0, 2);
  expect(whole?.map(({ part }) => part)).toEqual(['in-sample', 'held-back']);
});

test('where nothing is left, no return is made up', () => {
  const equity = courseOf(3, 24 * 70).equity.map((value, bar) => (bar > 24 * 20 ? 0 : value));
  const { years } = monthsOf(24 * 70, { equity });
  expect(years[0]?.months.slice(0, 2).map(({ value }) => value)).toEqual([-1, null]);
});
