import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareCells } from '../../webviews/shared/cellOrder.ts';
import {
  formatCompact,
  formatMoney,
  formatNumber,
  formatPercent,
  formatTime,
  notAvailable,
  priceDecimals,
  withSign,
} from '../../webviews/shared/format.ts';
import { timeTicks } from '../../webviews/shared/timeTicks.ts';

describe('formats', () => {
  test('numbers are grouped with commas and rounded to their decimals', () => {
    expect(formatNumber(1234567.891, 2)).toBe('1,234,567.89');
    expect(formatNumber(-1234.5, 0)).toBe('-1,235');
    expect(formatNumber(999.999, 2)).toBe('1,000.00');
    expect(formatMoney(0.5)).toBe('0.50');
    expect(formatPercent(-0.12345)).toBe('-12.35%');
  });

  test('a rounded zero has no sign, and a sign is put before gains alone', () => {
    expect(formatNumber(-0.001, 2)).toBe('0.00');
    expect(withSign(formatNumber(0.001, 2))).toBe('0.00');
    expect(withSign('1.00%')).toBe('+1.00%');
    expect(withSign('-1.00%')).toBe('-1.00%');
    expect(withSign(notAvailable)).toBe(notAvailable);
  });

  test('what is not finite is not available', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(formatNumber(value, 2)).toBe(notAvailable);
      expect(formatPercent(value)).toBe(notAvailable);
      expect(formatCompact(value)).toBe(notAvailable);
    }
    expect(formatTime(Number.NaN)).toBe(notAvailable);
    expect(formatTime(8.64e15 + 1)).toBe(notAvailable);
  });

  test('a formatted number reads back as the number within half a unit of its last digit', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e12, max: 1e12, noNaN: true }),
        fc.integer({ min: 0, max: 3 }),
        (value, decimals) => {
          const read = Number(formatNumber(value, decimals).replaceAll(',', ''));
          expect(Math.abs(read - value)).toBeLessThanOrEqual(0.5 * 10 ** -decimals + 1e-4);
        },
      ),
    );
  });

  test('quantities keep eight significant digits without trailing zeros', () => {
    expect(formatCompact(1.4175135123)).toBe('1.4175135');
    expect(formatCompact(10)).toBe('10');
    expect(formatCompact(0.30000000000000004)).toBe('0.3');
    expect(formatCompact(1234567)).toBe('1,234,567');
    expect(formatCompact(1e-9)).toBe('1e-9');
  });

  test('prices show six significant digits at least', () => {
    expect([60_000, 2500, 150, 1.2, 0.05, 0.00001].map(priceDecimals)).toEqual([2, 2, 3, 5, 7, 10]);
    expect(priceDecimals(0)).toBe(2);
  });

  test('times are UTC to the minute', () => {
    expect(formatTime(Date.UTC(2021, 5, 10, 9, 5, 59, 999))).toBe('2021-06-10 09:05');
    expect(formatTime(-1)).toBe('1969-12-31 23:59');
  });
});

describe('sorting cells', () => {
  test('compares figures as numbers, and puts what is none last in both directions', () => {
    const cells = ['not run', '+1,152.86', 'open', '-580.12', '', '9.5%'];
    const sorted = (direction: 1 | -1) => cells.toSorted((a, b) => compareCells(a, b, 'number', direction));
    expect(sorted(1)).toEqual(['-580.12', '9.5%', '+1,152.86', 'not run', 'open', '']);
    expect(sorted(-1)).toEqual(['+1,152.86', '9.5%', '-580.12', 'not run', 'open', '']);
  });

  test('orders what is no number after any number, and leaves two of them as they are', () => {
    for (const direction of [1, -1] as const) {
      expect(compareCells('not run', '1', 'number', direction)).toBeGreaterThan(0);
      expect(compareCells('1', 'not run', 'number', direction)).toBeLessThan(0);
      expect(compareCells('not run', 'open', 'number', direction)).toBe(0);
    }
  });

  test('compares times as text', () => {
    const cells = ['open', '2020-02-01 00:00', '2019-12-31 23:00'];
    expect(cells.toSorted((a, b) => compareCells(a, b, 'text', 1))).toEqual([
      '2019-12-31 23:00',
      '2020-02-01 00:00',
      'open',
    ]);
  });
});

describe('ticks of a time axis', () => {
  test('lie within the axis, rise, and are few, for any span from minutes to centuries', () => {
    const spans = fc.double({ min: 60_000, max: 3e12, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2e12 }),
        spans,
        fc.integer({ min: 2, max: 12 }),
        (from, span, most) => {
          const ticks = timeTicks(from, from + span, most);
          expect(ticks.length).toBeLessThanOrEqual(most + 1);
          expect(ticks.every(({ value }, index) => value > (ticks[index - 1]?.value ?? from - 1))).toBe(true);
          expect(ticks.every(({ value }) => value <= from + span)).toBe(true);
          expect(new Set(ticks.map(({ label }) => label)).size).toBe(ticks.length);
        },
      ),
    );
  });

  test('stand on round times', () => {
    const labels = (from: number, to: number) => timeTicks(from, to, 8).map(({ label }) => label);
    expect(labels(Date.UTC(2019, 11, 15), Date.UTC(2020, 3, 10))).toEqual([
      '2020-01',
      '2020-02',
      '2020-03',
      '2020-04',
    ]);
    expect(labels(Date.UTC(2017, 7, 17), Date.UTC(2021, 2, 1))).toContain('2019-01');
    expect(labels(Date.UTC(2020, 0, 1, 1), Date.UTC(2020, 0, 1, 5))).toEqual([
      '01-01 01:00',
      '01-01 02:00',
      '01-01 03:00',
      '01-01 04:00',
      '01-01 05:00',
    ]);
    expect(labels(5, 5)).toEqual([]);
  });
});
