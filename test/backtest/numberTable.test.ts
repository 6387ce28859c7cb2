import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NumberTable } from '../../extension/backtest/numberTable.ts';

it('a table gives back each row as it was written, however many there are and however often it was cleared', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.nat(3000), { maxLength: 4 }),
      (width, lengths) => {
        const table = new NumberTable(width);
        for (const rows of lengths) {
          table.clear();
          const written: number[] = [];
          for (let row = 0; row < rows; row++) {
            const offset = table.add();
            for (let column = 0; column < width; column++) {
              const value = row * width + column;
              table.lastBlock[offset + column] = value;
              written.push(value);
            }
          }
          expect(table.rows).toBe(rows);
          expect([...table.used]).toEqual(written);
        }
      },
    ),
    { numRuns: 30 },
  );
});
