import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Excursions,
  excursionsIn,
  excursionsOf,
  withExcursions,
} from '../../../extension/backtest/metrics/excursions.ts';
import type { Trade } from '../../../extension/contracts/backtest.ts';
import type { CandleColumns } from '../../../extension/contracts/candles.ts';
import { hour, marketOf, startTime, syntheticMarket } from '../support/market.ts';
import { metricsOf, tradeOf } from './curves.ts';

const at = (bar: number) => startTime + bar * hour;

/** Open, high, low, close. */
const market = marketOf([
  [100, 103, 99, 102],
  [102, 110, 96, 105],
  [105, 120, 90, 100],
  [100, 101, 95, 96],
  [96, 130, 50, 60],
]);

function excursionOf(changes: Partial<Trade>, columns: CandleColumns = market): [number, number] {
  const { adverse, favourable } = excursionsOf(
    [tradeOf({ entryTime: at(0), entryPrice: 100, ...changes })],
    columns,
  );
  return [adverse[0] ?? NaN, favourable[0] ?? NaN];
}

const close = (fraction: number) => expect.closeTo(fraction, 12);

describe('the excursions of a trade', () => {
  it('are those of the bars from its entry to the bar before its exit', () => {
    expect(excursionOf({ exitTime: at(2), exitPrice: 105 })).toEqual([close(0.04), close(0.1)]);
    expect(excursionOf({ side: 'short', exitTime: at(2), exitPrice: 105 })).toEqual([
      close(0.1),
      close(0.04),
    ]);
  });

  it('take of the exit bar its open and the exit price, for the rest may have come after the exit', () => {
    // Bar 4 goes from 50 to 130; a stop at 94 was hit somewhere in it.
    expect(excursionOf({ entryTime: at(3), exitTime: at(4), exitPrice: 94 })).toEqual([
      close(0.06),
      close(0.01),
    ]);
    // A gap: it opens at 96 and is closed there.
    expect(excursionOf({ entryTime: at(2), entryPrice: 105, exitTime: at(3), exitPrice: 100 })).toEqual([
      close(15 / 105),
      close(15 / 105),
    ]);
    expect(excursionOf({ entryTime: at(3), entryPrice: 100, exitTime: at(4), exitPrice: 96 })).toEqual([
      close(0.05),
      close(0.01),
    ]);
  });

  it('in one bar alone are those of entry and exit price', () => {
    expect(excursionOf({ exitTime: at(0), exitPrice: 99 })).toEqual([close(0.01), 0]);
    expect(excursionOf({ entryInsideBar: true, exitTime: at(0), exitPrice: 103 })).toEqual([0, close(0.03)]);
  });

  it('take of a bar that was entered inside its close alone, for the rest may have come before the entry', () => {
    const inside = { entryInsideBar: true, entryTime: at(2), entryPrice: 110 };
    expect(excursionOf({ ...inside, exitTime: at(4), exitPrice: 100 })).toEqual([close(15 / 110), 0]);
    expect(excursionOf({ ...inside, entryInsideBar: false, exitTime: at(4), exitPrice: 100 })).toEqual([
      close(20 / 110),
      close(10 / 110),
    ]);
  });

  it('of an open trade are those of all bars from its entry on', () => {
    const open = { exitTime: null, exitPrice: null, markPrice: 60, entryTime: at(3) };
    expect(excursionOf(open)).toEqual([close(0.5), close(0.3)]);
  });

  it('are never below 0, whatever the slippage', () => {
    expect(excursionOf({ entryPrice: 121, exitTime: at(1), exitPrice: 102 })).toEqual([close(22 / 121), 0]);
    expect(excursionOf({ entryPrice: 80, exitTime: at(1), exitPrice: 102 })).toEqual([0, close(23 / 80)]);
  });

  it('are unknown where a time is no bar of the market, and then the trade has none', () => {
    const trades = [
      tradeOf({ entryTime: at(0) + 1, exitTime: at(1) }),
      tradeOf({ entryTime: at(0), exitTime: at(9) }),
    ];
    const excursions = excursionsOf(trades, market);
    expect(excursions.adverse).toEqual(Float64Array.of(NaN, NaN));
    expect(withExcursions(trades, excursions)).toEqual(trades);
    const known = tradeOf({ entryTime: at(0), exitTime: at(1), exitPrice: 102 });
    expect(withExcursions([known], excursionsOf([known], market))[0]).toEqual({
      ...known,
      adverseExcursion: close(0.01),
      favourableExcursion: close(0.03),
    });
  });
});

/** The same by a look at each bar of each trade. */
function literally(
  trades: readonly Trade[],
  { time, open, high, low, close: ends }: CandleColumns,
): Excursions {
  const each = trades.map((trade) => {
    const entry = time.indexOf(trade.entryTime);
    const exit = trade.exitTime === null ? time.length : time.indexOf(trade.exitTime);
    const prices = [trade.entryPrice, trade.exitPrice ?? trade.entryPrice];
    for (let bar = entry; bar < exit; bar++) {
      if (bar === entry && trade.entryInsideBar) prices.push(ends[bar] ?? NaN);
      else prices.push(low[bar] ?? NaN, high[bar] ?? NaN);
    }
    if (exit > entry && exit < time.length) prices.push(open[exit] ?? NaN);
    const down = 1 - Math.min(...prices) / trade.entryPrice;
    const up = Math.max(...prices) / trade.entryPrice - 1;
    return trade.side === 'long' ? [down, up] : [up, down];
  });
  return {
    adverse: Float64Array.from(each, ([against]) => against ?? NaN),
    favourable: Float64Array.from(each, ([, towards]) => towards ?? NaN),
  };
}

describe('the excursions of many trades', () => {
  const bars = 300;
  const spans = fc.record({
    from: fc.nat(bars - 1),
    length: fc.oneof(fc.nat(5), fc.nat(bars)),
    side: fc.constantFrom('long' as const, 'short' as const),
    entryInsideBar: fc.boolean(),
    slip: fc.constantFrom(0.99, 1, 1.01),
  });

  // With many trades they overlap so much that blocks of bars are looked at.
  it.each([
    [0, 3],
    [60, 90],
  ])('are what a look at each bar of each of %d to %d finds, in gaps too', (minLength, maxLength) => {
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.array(spans, { minLength, maxLength }),
        fc.boolean(),
        (seed, wanted, hasGap) => {
          const regular = syntheticMarket({ bars, seed });
          const time = regular.time.map((value, bar) => (hasGap && bar > 70 ? value + 50 * hour : value));
          const columns = { ...regular, time };
          const trades = wanted.map(({ from, length, side, entryInsideBar, slip }) => {
            const to = from + length;
            const isOpen = to >= bars;
            return tradeOf({
              side,
              entryInsideBar,
              entryTime: time[from] ?? NaN,
              entryPrice: (columns.open[from] ?? NaN) * slip,
              exitTime: isOpen ? null : (time[to] ?? NaN),
              exitPrice: isOpen ? null : (columns.open[to] ?? NaN) / slip,
              bars: Math.min(to, bars - 1) - from,
            });
          });
          const found = excursionsOf(trades, columns);
          const expected = literally(trades, columns);
          for (const [index] of trades.entries()) {
            expect(found.adverse[index]).toBeCloseTo(expected.adverse[index] ?? NaN, 12);
            expect(found.favourable[index]).toBeCloseTo(expected.favourable[index] ?? NaN, 12);
          }
        },
      ),
      { numRuns: 100, seed: 8 },
    );
  });
});

describe('metrics of excursions', () => {
  const trades = [
    tradeOf({ profit: 5 }),
    tradeOf({ profit: 5 }),
    tradeOf({ profit: -5 }),
    tradeOf({ profit: 5, exitTime: null }),
    tradeOf({ profit: -5 }),
  ];
  const excursions = {
    adverse: Float64Array.of(0.01, 0.03, 0.06, 0.9, NaN),
    favourable: Float64Array.of(0.1, 0.2, 0.02, 0.9, NaN),
  };

  it('are means over closed trades of which they are known', () => {
    expect(metricsOf([100, 101], { trades, excursions })).toMatchObject({
      adverseExcursion: close(0.1 / 3),
      favourableExcursion: close(0.32 / 3),
      winnersAdverseExcursion: close(0.02),
      losersFavourableExcursion: close(0.02),
      edgeRatio: close(3.2),
    });
  });

  it('are not available where nothing is known, or no price went against a trade', () => {
    const unknown = { adverseExcursion: null, winnersAdverseExcursion: null, edgeRatio: null };
    expect(metricsOf([100, 101], { trades })).toMatchObject(unknown);
    const none = { adverse: new Float64Array(5), favourable: new Float64Array(5).fill(0.1) };
    expect(metricsOf([100, 101], { trades, excursions: none })).toMatchObject({
      adverseExcursion: 0,
      edgeRatio: null,
    });
  });
});

describe('the excursions of trades in several markets', () => {
  it('are those on the bars of the own market of each', () => {
    const other = marketOf([
      [10, 11, 9, 10],
      [10, 15, 5, 12],
      [12, 12, 12, 12],
    ]);
    const own = { entryTime: at(0), exitTime: at(2) };
    const trades = [
      tradeOf({ ...own, market: 1, entryPrice: 10, exitPrice: 12 }),
      tradeOf({ ...own, market: 0, entryPrice: 100, exitPrice: 105 }),
      tradeOf({ ...own, market: 1, entryPrice: 10, exitPrice: 12, side: 'short' }),
    ];
    const { adverse, favourable } = excursionsIn(trades, [market, other]);
    expect([...adverse]).toEqual([close(0.5), close(0.04), close(0.5)]);
    expect([...favourable]).toEqual([close(0.5), close(0.1), close(0.5)]);
  });
});
