import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { marketSummarySchema } from '../../extension/contracts/agents.ts';
import type { Candles } from '../../extension/contracts/candles.ts';
import { LabError } from '../../extension/contracts/errors.ts';
import { summariseMarket } from '../../extension/evaluation/marketSummary.ts';

const hour = 3_600_000;

/** Candles of 1 % range around the given closes. */
function candlesOf(closes: readonly number[], range = 0.01): Candles {
  const close = Float64Array.from(closes);
  return {
    venue: 'test',
    symbol: 'TEST',
    timeframe: '1h',
    synthetic: true,
    hash: '0'.repeat(64),
    time: Float64Array.from(closes, (_, i) => i * hour),
    open: close,
    high: close.map((value) => value * (1 + range / 2)),
    low: close.map((value) => value * (1 - range / 2)),
    close,
    volume: close.map(() => 1),
  };
}

const positive = fc.double({ min: 0.01, max: 1e6, noNaN: true });

describe('market summary', () => {
  it('reads no bar outside its window', () => {
    fc.assert(
      fc.property(
        fc.array(positive, { minLength: 3, maxLength: 300 }),
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 2, max: 9 }),
        (closes, a, b, factor) => {
          const from = a % (closes.length - 1);
          const to = from + 1 + (b % (closes.length - from));
          const changed = closes.map((value, i) => (i < from || i >= to ? value * factor : value));
          expect(summariseMarket(candlesOf(changed), from, to)).toEqual(
            summariseMarket(candlesOf(closes), from, to),
          );
        },
      ),
    );
  });

  it('fits its contract for any prices', () => {
    fc.assert(
      fc.property(fc.array(positive, { minLength: 1, maxLength: 300 }), (closes) => {
        marketSummarySchema.parse(summariseMarket(candlesOf(closes), 0, closes.length));
      }),
    );
  });

  it('measures the return of holding, first to last close', () => {
    expect(summariseMarket(candlesOf([100, 90, 150]), 0, 3).holdReturn).toBeCloseTo(0.5, 12);
  });

  it('gives no volatility below 30 bars', () => {
    const closes = Array.from({ length: 30 }, (_, i) => 100 + (i % 2));
    expect(summariseMarket(candlesOf(closes), 0, 29).annualVolatility).toBeNull();
    expect(summariseMarket(candlesOf(closes), 0, 30).annualVolatility).not.toBeNull();
  });

  it('makes the volatility annual by the bars a year that the window holds', () => {
    const closes = Array.from({ length: 1001 }, (_, i) => (i % 2 === 0 ? 100 : 101));
    const move = Math.log(1.01);
    const deviation = Math.sqrt((1000 * move ** 2) / 999);
    const summary = summariseMarket(candlesOf(closes), 0, 1001);
    expect(summary.annualVolatility).toBeCloseTo(deviation * Math.sqrt(8760), 10);
  });

  it('averages the true range of the last 100 bars, gaps included', () => {
    const flat = Array.from({ length: 200 }, () => 100);
    expect(summariseMarket(candlesOf(flat, 0.02), 0, 200).averageTrueRange).toBeCloseTo(0.02, 12);
    // The last bar jumps from 100 to 200 with a range of 2: its true range is 101 of 200.
    const jump = [...flat.slice(1), 200];
    expect(summariseMarket(candlesOf(jump, 0.01), 0, 200).averageTrueRange).toBeCloseTo(
      (99 * 0.01 + 101 / 200) / 100,
      12,
    );
  });

  it('calls a straight line a trend by its direction, with efficiency 1', () => {
    const up = Array.from({ length: 150 }, (_, i) => 100 + i);
    expect(summariseMarket(candlesOf(up), 0, 150)).toMatchObject({ regime: 'up-trend', efficiency: 1 });
    expect(summariseMarket(candlesOf(up.toReversed()), 0, 150)).toMatchObject({ regime: 'down-trend' });
  });

  it('tells a calm range from a volatile one by the usual range of the same market', () => {
    const flat = Array.from({ length: 400 }, (_, i) => 100 + (i % 2));
    expect(summariseMarket(candlesOf(flat), 0, 400).regime).toBe('calm-range');
    const wild = flat.map((value, i) => (i < 300 ? value : value + (i % 2) * 5));
    expect(summariseMarket(candlesOf(wild), 0, 400).regime).toBe('volatile-range');
  });

  it.each([
    [0, 0],
    [-1, 2],
    [0, 4],
    [2, 1],
    [Number.NaN, 2],
  ])('refuses the empty or impossible window %d to %d', (from, to) => {
    const attempt = (): unknown => summariseMarket(candlesOf([1, 2, 3]), from, to);
    expect(attempt).toThrow(expect.toSatisfy((error: unknown) => LabError.is(error, 'data.empty')));
  });
});
