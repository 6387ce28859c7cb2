import fc from 'fast-check';
import { expect, test } from 'vitest';
import { highestOf, lowestOf, sumOf } from '../../extension/backtest/rangeFold.ts';

const columns = fc
  .array(fc.oneof(fc.integer({ min: -1000, max: 1000 }), fc.constant(Number.NaN)), {
    maxLength: 900,
    size: 'max',
  })
  .map((values) => Float64Array.from(values));

test('a range folds to what a look at each of its rows finds, whatever its ends', () => {
  fc.assert(
    fc.property(columns, fc.nat(900), fc.nat(900), (column, a, b) => {
      const from = Math.min(a, b, column.length);
      const to = Math.min(Math.max(a, b), column.length);
      const numbers = [...column.subarray(from, to)].filter((value) => !Number.isNaN(value));
      // Of no number at all, these are infinite.
      expect(lowestOf(column).over(from, to)).toBe(Math.min(...numbers));
      expect(highestOf(column).over(from, to)).toBe(Math.max(...numbers));
      // Whole numbers add up without rounding, in any order.
      expect(sumOf(column).over(from, to)).toBe(numbers.reduce((sum, value) => sum + value, 0));
    }),
  );
});

test('a long range folds over blocks of blocks to the same', () => {
  const column = Float64Array.from({ length: 20_000 }, (_, row) => ((row * 7919) % 10_007) - 5000);
  const [lowest, highest, total] = [lowestOf(column), highestOf(column), sumOf(column)];
  const ends = fc.nat(column.length);
  fc.assert(
    fc.property(ends, ends, (a, b) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      const numbers = column.subarray(from, to);
      expect(lowest.over(from, to)).toBe(Math.min(...numbers));
      expect(highest.over(from, to)).toBe(Math.max(...numbers));
      expect(total.over(from, to)).toBe(numbers.reduce((sum, value) => sum + value, 0));
    }),
  );
});
