import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { courseOf, rowsAsOf } from '../../../extension/backtest/metrics/course.ts';
import { keptBars, syntheticMarket } from '../support/market.ts';

interface Bars {
  readonly time: Float64Array;
  readonly close: Float64Array;
}

const bars = (rows: Readonly<Record<number, number>>): Bars => ({
  time: Float64Array.from(Object.keys(rows), Number),
  close: Float64Array.from(Object.values(rows)),
});

describe('the course of a run', () => {
  it('of one market is that market itself', () => {
    const market = bars({ 1: 100, 2: 90 });
    const course = courseOf([market]);
    expect(course.time).toBe(market.time);
    expect(course.close).toBe(market.close);
  });

  it('of several has each time at which any has a bar, whatever the rows of the others', () => {
    const course = courseOf([bars({ 10: 1, 30: 1 }), bars({ 20: 1, 30: 1, 40: 1 })]);
    expect([...course.time]).toEqual([10, 20, 30, 40]);
  });

  it('holds each market from its first close on, equally weighted at the start and never rebalanced', () => {
    const course = courseOf([bars({ 10: 100, 20: 200, 30: 400 }), bars({ 20: 50, 40: 25 })]);
    // By hand: half in the first, which doubles twice; half in cash until time 20, then halved at 40.
    expect([...course.close]).toEqual([
      0.5 * 1 + 0.5,
      0.5 * 2 + 0.5 * 1,
      0.5 * 4 + 0.5 * 1,
      0.5 * 4 + 0.5 * 0.5,
    ]);
  });

  it('of equal markets is the course of one of them', () => {
    const market = syntheticMarket({ bars: 200, seed: 4 });
    const { close } = courseOf([market, market, market]);
    for (const [bar, worth] of close.entries())
      expect(worth).toBeCloseTo((market.close[bar] as number) / (market.close[0] as number), 12);
  });
});

describe('what a bar of one market shows of a run', () => {
  it('is the last time before its next bar, and for the last bar the end', () => {
    expect([...rowsAsOf(Float64Array.of(10, 30), Float64Array.of(5, 10, 20, 30, 40))]).toEqual([2, 4]);
  });

  it('is never of a later bar than the next, and always of this bar or later', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 60 }), fc.integer({ min: 1, max: 7 }), (count, kept) => {
        const all = syntheticMarket({ bars: count, seed: count });
        const { time } = keptBars(all, (bar) => bar % kept === 0);
        for (const [bar, row] of rowsAsOf(time, all.time).entries()) {
          const shown = all.time[row] as number;
          expect(shown).toBeGreaterThanOrEqual(time[bar] as number);
          expect(shown).toBeLessThan(time[bar + 1] ?? Infinity);
        }
      }),
    );
  });
});
