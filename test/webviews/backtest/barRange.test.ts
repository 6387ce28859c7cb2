import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type BarRange,
  fewestBars,
  fitRange,
  moveRange,
  rangeAround,
  rangeWith,
  zoomRange,
} from '../../../webviews/backtest/barRange.ts';

const bars = 1000;
const ranges = fc
  .tuple(fc.double({ min: 0, max: 992, noNaN: true }), fc.double({ min: 8, max: 1000, noNaN: true }))
  .map(([from, width]): BarRange => fitRange({ from, to: from + width }, bars));

function expectWithin({ from, to }: BarRange, all = bars): void {
  expect(from).toBeGreaterThanOrEqual(-1e-9);
  expect(to).toBeLessThanOrEqual(all + 1e-9);
  expect(to - from).toBeGreaterThanOrEqual(Math.min(fewestBars, all) - 1e-9);
}

describe('a range of bars', () => {
  test('stays within the bars whatever is done to it', () => {
    const moves = fc.oneof(
      fc.record({ by: fc.double({ min: -5000, max: 5000, noNaN: true }) }),
      fc.record({
        factor: fc.double({ min: 0.01, max: 100, noNaN: true }),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.array(moves, { maxLength: 12 }), (all, steps) => {
        let range: BarRange = { from: 0, to: all };
        for (const step of steps) {
          range =
            'by' in step
              ? moveRange(range, all, step.by)
              : zoomRange(range, all, step.factor, range.from + step.share * (range.to - range.from));
          expectWithin(range, all);
        }
      }),
    );
  });

  test('zooms about the bar under the pointer', () => {
    fc.assert(
      fc.property(
        ranges,
        fc.double({ min: 1, max: 4, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (range, factor, share) => {
          const anchor = range.from + share * (range.to - range.from);
          const zoomed = zoomRange(range, bars, factor, anchor);
          expect((anchor - zoomed.from) / (zoomed.to - zoomed.from)).toBeCloseTo(share, 6);
        },
      ),
    );
  });

  test('keeps its width while it moves', () => {
    fc.assert(
      fc.property(ranges, fc.integer({ min: -2000, max: 2000 }), (range, by) => {
        const moved = moveRange(range, bars, by);
        expect(moved.to - moved.from).toBeCloseTo(range.to - range.from, 6);
      }),
    );
  });

  test('follows the bar that is read, and no further', () => {
    expect(rangeWith({ from: 100, to: 200 }, bars, 150)).toEqual({ from: 100, to: 200 });
    expect(rangeWith({ from: 100, to: 200 }, bars, 220)).toEqual({ from: 121, to: 221 });
    expect(rangeWith({ from: 100, to: 200 }, bars, 20)).toEqual({ from: 20, to: 120 });
  });

  test('around a trade shows it with what came before and after', () => {
    fc.assert(
      fc.property(fc.nat(999), fc.nat(999), (a, b) => {
        const [first, last] = [Math.min(a, b), Math.max(a, b)];
        const range = rangeAround(first, last, bars);
        expectWithin(range);
        expect(range.from).toBeLessThanOrEqual(first);
        expect(range.to).toBeGreaterThanOrEqual(last + 1);
      }),
    );
  });
});
