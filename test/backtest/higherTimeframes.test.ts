import type { HigherTimeframe, TimeframeName } from 'strategy-lab';
import { describe, expect, it } from 'vitest';
import type { CandleColumns } from '../../extension/contracts/candles.ts';
import { runEngine } from './support/engineRun.ts';
import { defineStrategy } from './support/inlineStrategies.ts';
import { hour, keptBars, syntheticMarket } from './support/market.ts';

const day = 24 * hour;

/** Hours of some years, with holes of one bar to three days. */
function holedMarket(bars: number): CandleColumns {
  const isLost = (bar: number) => bar % 97 === 5 || (bar > 400 && bar < 480) || bar % 501 === 23;
  return keptBars(syntheticMarket({ bars, seed: 9 }), (bar) => !isLost(bar));
}

interface Higher {
  readonly start: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** The bars of `length` that are over at the close of base bar `bar`, by grouping all bars up to it. */
function closedBars(market: CandleColumns, bar: number, length: number): Higher[] {
  const now = (market.time[bar] as number) + hour;
  const groups = new Map<number, number[]>();
  for (let index = 0; index <= bar; index++) {
    const start = Math.floor((market.time[index] as number) / length) * length;
    if (start + length > now) continue;
    groups.set(start, [...(groups.get(start) ?? []), index]);
  }
  return [...groups].map(([start, indexes]) => ({
    start,
    open: market.open[indexes[0] as number] as number,
    high: Math.max(...indexes.map((index) => market.high[index] as number)),
    low: Math.min(...indexes.map((index) => market.low[index] as number)),
    close: market.close[indexes.at(-1) as number] as number,
    volume: indexes.reduce((sum, index) => sum + (market.volume[index] as number), 0),
  }));
}

interface Seen {
  readonly bar: number;
  readonly isNew: boolean;
  readonly values: readonly number[];
  readonly average: number;
}

function look(market: CandleColumns, name: TimeframeName, chunks: readonly number[]): Seen[] {
  const seen: Seen[] = [];
  const strategy = defineStrategy({
    name: 'looking up',
    setup({ timeframe }) {
      const higher = timeframe(name);
      return { higher, average: higher.indicators.sma(3) };
    },
    next({ bar }, { higher, average }) {
      const { time, open, high, low, close, volume } = higher.bars;
      const values = [time, open, high, low, close, volume].map((series) => series.value);
      seen.push({ bar: bar.index, isNew: higher.isNew, values, average: average.value });
    },
  });
  runEngine(strategy, market, { chunks });
  return seen;
}

describe('a higher timeframe', () => {
  const market = holedMarket(1500);

  it.each([
    ['4h', 4 * hour],
    ['1d', day],
  ] as const)('of %s shows a bar once it has closed, and never before', (name, length) => {
    const seen = look(market, name, [4096]);
    let before = 2;
    for (const { bar, isNew, values, average } of seen) {
      const closed = closedBars(market, bar, length);
      const last = closed.at(-1) as Higher;
      expect(values).toEqual([last.start, last.open, last.high, last.low, last.close, last.volume]);
      expect(isNew).toBe(closed.length > before);
      before = closed.length;
      const closes = closed.slice(-3).map(({ close }) => close);
      expect(average).toBeCloseTo(closes.reduce((sum, close) => sum + close, 0) / 3, 9);
    }
    // next is first called when the third bar of it, which fills the average, is known.
    expect(closedBars(market, seen[0]?.bar ?? 0, length)).toHaveLength(3);
  });

  it('is the same whatever the pieces in which the bars come', () => {
    const whole = look(market, '4h', [4096]);
    expect(look(market, '4h', [1])).toEqual(whole);
    expect(look(market, '4h', [7, 64, 1000])).toEqual(whole);
  });

  it('is the same over every move of its window', () => {
    // A window keeps 8,192 bars and some blocks: here it moves up twice.
    const bars = 110_000;
    const long = syntheticMarket({ bars, seed: 4 });
    const seen = look(long, '2h', [4096, 333]);
    const { bar, values } = seen.at(-1) as Seen;
    expect(bar).toBe(bars - 1);
    expect(values.slice(0, 2)).toEqual([long.time[bars - 2], long.open[bars - 2]]);
    expect(seen.filter(({ isNew }) => isNew)).toHaveLength(bars / 2 - 2);
  });

  it('can be asked for in setup only, and only where the bars of the run make it', () => {
    const refused = (name: string) => () =>
      runEngine(
        defineStrategy({
          name: 'asking',
          setup: ({ timeframe }) => timeframe(name as TimeframeName),
          next: () => undefined,
        }),
        market,
      );
    for (const name of ['1h', '15m', 'daily', 'constructor', '']) expect(refused(name)).toThrow(RangeError);
    let late: unknown;
    const strategy = defineStrategy({
      name: 'late',
      setup: ({ timeframe }) => ({ timeframe }),
      next(_context, { timeframe }) {
        try {
          timeframe('1d');
        } catch (error) {
          late = error;
        }
      },
    });
    runEngine(strategy, market);
    expect(late).toEqual(new Error('timeframe can be called in setup only'));
  });

  it('is one object for one name, with nothing in it that can be changed', () => {
    let given: HigherTimeframe[] = [];
    const strategy = defineStrategy({
      name: 'twice',
      setup({ timeframe }) {
        given = [timeframe('1d'), timeframe('1d')];
      },
      next: () => undefined,
    });
    runEngine(strategy, market);
    expect(given[0]).toBe(given[1]);
    expect(Object.isFrozen(given[0])).toBe(true);
    expect(Object.isFrozen(given[0]?.indicators)).toBe(true);
  });
});
