import fc from 'fast-check';
import { expect, test } from 'vitest';
import { monthAt, monthStart } from '../../extension/backtest/calendar.ts';

test('months are those of the Gregorian calendar in UTC, at their borders and between', () => {
  const years = fc.integer({ min: 1600, max: 2600 });
  const offsets = fc.constantFrom(-1, 0, 1, 86_400_000);
  fc.assert(
    fc.property(years, fc.nat(12), offsets, (year, month, offset) => {
      expect(monthStart({ year, month })).toBe(Date.UTC(year, month));
      const time = Date.UTC(year, month) + offset;
      const date = new Date(time);
      expect(monthAt(time)).toEqual({ year: date.getUTCFullYear(), month: date.getUTCMonth() });
    }),
    { numRuns: 2000 },
  );
});
