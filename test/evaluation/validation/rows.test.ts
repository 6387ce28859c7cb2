import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dailyReturns } from '../../../extension/backtest/metrics/dailyReturns.ts';
import {
  enteredBefore,
  rowOfBar,
  rowReturns,
  rowStartsOf,
  tradeSpans,
} from '../../../extension/evaluation/validation/rows.ts';
import { tradesIn } from '../../../extension/evaluation/validation/selection.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** Hourly open times with gaps, as a market has that rests. */
const hourly = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 2, maxLength: 300 }).map((steps) => {
  let time = Date.UTC(2021, 0, 1, 7);
  return Float64Array.from(steps, (step) => {
    time += step * hour;
    return time;
  });
});

const dayOf = (time: number): number => Math.floor(time / day);

describe('rows', () => {
  it('are the UTC days of the bars, each bar in one of them', () => {
    fc.assert(
      fc.property(hourly, (time) => {
        const starts = rowStartsOf(time, '1h');
        expect(starts[0]).toBe(0);
        expect(starts.at(-1)).toBe(time.length);
        expect(starts).toHaveLength(new Set(Array.from(time, dayOf)).size + 1);
        for (const [bar, at] of time.entries()) {
          const row = rowOfBar(starts, bar);
          expect(bar).toBeGreaterThanOrEqual(starts[row] as number);
          expect(bar).toBeLessThan(starts[row + 1] as number);
          expect(dayOf(at)).toBe(dayOf(time[starts[row] as number] as number));
        }
        expect(rowOfBar(starts, time.length)).toBe(starts.length - 1);
      }),
    );
  });

  it('are bars where these are a day or longer', () => {
    const time = Float64Array.from({ length: 5 }, (_, bar) => bar * 7 * day);
    expect([...rowStartsOf(time, '1w')]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('have the daily returns, and before them that of the first day; those of a range are a part of all', () => {
    fc.assert(
      fc.property(hourly, fc.integer(), (time, seed) => {
        const equity = Float64Array.from(time, (_, bar) => 900 + ((bar * 7919 + seed) % 300));
        const starts = rowStartsOf(time, '1h');
        const returns = rowReturns(equity, starts, 1000);
        const days = dailyReturns({ timeframe: '1h', time, equity, from: 0, to: time.length });
        expect([...returns.subarray(1)]).toEqual([...days]);
        expect(returns[0]).toBe((equity[(starts[1] as number) - 1] as number) / 1000 - 1);
        const from = Math.floor(returns.length / 3);
        expect([...rowReturns(equity, starts, 1000, from, returns.length)]).toEqual([
          ...returns.subarray(from),
        ]);
      }),
    );
  });

  it('have 0 after an equity that no return can be a part of, so that each set has one value a row', () => {
    const time = Float64Array.from({ length: 4 }, (_, bar) => bar * day);
    const returns = rowReturns(Float64Array.of(50, 0, -5, -5), rowStartsOf(time, '1d'), 100);
    expect([...returns]).toEqual([-0.5, -1, 0, 0]);
  });

  it('hold a trade from the row of its entry to that of its exit, an open one to the last', () => {
    const time = Float64Array.from({ length: 96 }, (_, bar) => bar * hour);
    const starts = rowStartsOf(time, '1h');
    const spans = tradeSpans(
      [
        { entryTime: 5 * hour, exitTime: 23 * hour },
        { entryTime: 23 * hour, exitTime: 24 * hour },
        // Inside a bar.
        { entryTime: 47.5 * hour, exitTime: 71.5 * hour },
        { entryTime: 72 * hour, exitTime: null },
      ],
      time,
      starts,
    );
    expect(spans).toEqual([
      { from: 0, to: 1 },
      { from: 0, to: 2 },
      { from: 1, to: 3 },
      { from: 3, to: 4 },
    ]);
  });

  it('count the trades that were entered in any of them as one would one by one', () => {
    const rows = 30;
    const ranges = fc
      .tuple(fc.integer({ min: 0, max: rows - 1 }), fc.integer({ min: 1, max: rows }))
      .map(([from, length]) => ({ from, to: Math.min(rows, from + length) }));
    fc.assert(
      fc.property(fc.array(ranges), ranges, (spans, { from, to }) => {
        const entered = enteredBefore(spans, rows);
        const literal = spans.filter((span) => span.from >= from && span.from < to).length;
        expect(tradesIn([{ from, to }], entered)).toBe(literal);
        expect(entered[rows]).toBe(spans.length);
      }),
    );
  });
});
