import type { Bars, Series } from 'strategy-lab';
import { describe, expect, it } from 'vitest';
import { historyBars } from '../../extension/backtest/rules.ts';
import { crossAbove, crossBelow } from '../../extension/backtest/strategyApi.ts';
import { runEngine } from './support/engineRun.ts';
import { type Context, defineStrategy, strategyOf } from './support/inlineStrategies.ts';
import { syntheticMarket } from './support/market.ts';

const bars = 45_000;
const market = syntheticMarket({ bars, seed: 21 });

/** Looks at each bar through the eyes of a strategy. */
function look(visit: (context: Context) => void, chunks: readonly number[] = [4096]): void {
  runEngine(strategyOf(visit), market, { chunks });
}

describe('a series', () => {
  it('gives the values by bars ago, across every move of the window', () => {
    let wrong = 0;
    look(
      ({ bar, bars: { close, time }, bars: all }) => {
        const ago = [0, 1, 2, 100, historyBars - 1, historyBars];
        for (const n of ago) {
          const value = market.close[bar.index - n] ?? Number.NaN;
          if (!Object.is(close.ago(n), value)) wrong++;
        }
        if (close.value !== bar.close || time.value !== bar.time) wrong++;
        if (!Object.is(all.high.previous, market.high[bar.index - 1] ?? Number.NaN)) wrong++;
      },
      [4096, 1, 3000],
    );
    expect(wrong).toBe(0);
  });

  it('refuses the future, fractions and what lies beyond the history', () => {
    for (const ago of [
      -1,
      0.5,
      Number.NaN,
      historyBars + 1,
      Number.POSITIVE_INFINITY,
      '1' as unknown as number,
    ]) {
      let refused = 0;
      look(({ bar, bars: { close } }) => {
        if (bar.index % 10_000 !== 0) return;
        try {
          close.ago(ago);
        } catch (error) {
          if (error instanceof RangeError) refused++;
        }
      });
      expect(refused).toBe(5);
    }
  });

  it('has no member that leads ahead of the bar that has just closed', () => {
    let series: Series[] = [];
    const strategy = defineStrategy({
      name: 'prying',
      setup: ({ indicators, bars: all }) => [indicators.sma(3), ...Object.values(all)],
      next(_, made) {
        series = made;
      },
    });
    runEngine(strategy, market);
    expect(series).toHaveLength(7);
    for (const each of series) {
      expect(Reflect.ownKeys(each)).toEqual([]);
      const prototype = Object.getPrototypeOf(each) as object;
      expect(Reflect.ownKeys(prototype).sort()).toEqual(['ago', 'previous', 'value']);
      expect(Object.isFrozen(prototype)).toBe(true);
      // No way to make a series of one's own, whose values could be read while the window moves up.
      expect(prototype.constructor).toBe(Object);
    }
  });

  it('gives the strategy orders without a way to what makes them', () => {
    let given: object = {};
    const strategy = defineStrategy({
      name: 'prying',
      setup: () => null,
      next({ orders }) {
        given = orders;
      },
    });
    runEngine(strategy, market);
    expect(Object.keys(given)).toEqual(['buy', 'sell', 'close', 'protect', 'cancel', 'replace', 'isOpen']);
    expect(Object.getPrototypeOf(given)).toBe(Object.prototype);
    expect(Object.isFrozen(given)).toBe(true);
  });

  it('shows the same past whatever comes later', () => {
    const seen = (columns: typeof market): string[] => {
      const lines: string[] = [];
      const visit = ({ bar, bars: { close, high }, position, account }: Context): void => {
        if (bar.index < 500) lines.push([close.value, high.ago(2), position.quantity, account.equity].join());
      };
      runEngine(strategyOf(visit), columns);
      return lines;
    };
    const later = { ...market, close: market.close.map((value, bar) => (bar < 500 ? value : value * 3)) };
    expect(seen(later)).toEqual(seen(market));
  });
});

describe('crossing', () => {
  const at = (previous: number, value: number): Series => ({
    previous,
    value,
    ago: (n) => (n === 0 ? value : previous),
  });

  it('above means: at or below on the bar before, above now', () => {
    expect(crossAbove(at(1, 3), at(2, 2))).toBe(true);
    expect(crossAbove(at(2, 3), at(2, 2))).toBe(true);
    expect(crossAbove(at(1, 3), 2)).toBe(true);
    expect(crossAbove(2, at(2, 1))).toBe(true);
    expect(crossAbove(at(3, 4), at(2, 2))).toBe(false);
    expect(crossAbove(at(1, 2), at(2, 2))).toBe(false);
    expect(crossAbove(at(Number.NaN, 3), at(2, 2))).toBe(false);
  });

  it('below means: at or above on the bar before, below now', () => {
    expect(crossBelow(at(3, 1), at(2, 2))).toBe(true);
    expect(crossBelow(at(2, 1), at(2, 2))).toBe(true);
    expect(crossBelow(at(3, 1), 2)).toBe(true);
    expect(crossBelow(at(1, 0), at(2, 2))).toBe(false);
    expect(crossBelow(at(3, 2), at(2, 2))).toBe(false);
    expect(crossBelow(at(Number.NaN, 1), at(2, 2))).toBe(false);
  });
});

it('bars, context and parameters cannot be changed by a strategy', () => {
  const attempts = [
    (context: Context) => Object.assign(context, { orders: null }),
    (context: Context) => Object.assign(context.bars, { close: null }),
    (context: Context) => Object.assign(context.orders, { buy: null }),
    (context: Context) => Object.assign(context.params, { fast: 1 }),
    ({ bar }: Context) => Object.assign(bar, { close: 1 }),
    ({ bars: { close } }: { bars: Bars }) => Object.assign(close, { value: 1 }),
    ({ position }: Context) => Object.assign(position, { isFlat: false }),
    ({ account }: Context) => Object.assign(account, { equity: 1 }),
  ];
  let refused = 0;
  look((context) => {
    if (context.bar.index > 0) return;
    for (const attempt of attempts) {
      try {
        attempt(context);
      } catch (error) {
        if (error instanceof TypeError) refused++;
      }
    }
  });
  expect(refused).toBe(attempts.length);
});
