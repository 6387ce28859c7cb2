import fc from 'fast-check';
import type { Bars, Indicators, Series } from 'strategy-lab';
import { describe, expect, it } from 'vitest';
import { runEngine } from './support/engineRun.ts';
import { defineStrategy } from './support/inlineStrategies.ts';
import { emptyColumns, marketOf, syntheticMarket } from './support/market.ts';
import { ReferenceSeries, referenceIndicators } from './support/referenceIndicators.ts';

type Make = (indicators: Indicators, bars: Bars) => Series;

/** Every indicator, its parts and its sources: how it is made, and the bar of its first value. */
const cases: readonly (readonly [name: string, make: Make, firstBar: number])[] = [
  ['sma(1)', (i) => i.sma(1), 0],
  ['sma(10)', (i) => i.sma(10), 9],
  ['sma(400)', (i) => i.sma(400), 399],
  ['sma of volume', (i, { volume }) => i.sma(20, volume), 19],
  ['ema(1)', (i) => i.ema(1), 0],
  ['ema(20)', (i) => i.ema(20), 19],
  ['rsi(1)', (i) => i.rsi(1), 1],
  ['rsi(14)', (i) => i.rsi(14), 14],
  ['ema of an rsi', (i) => i.ema(9, i.rsi(14)), 22],
  ['rsi of an ema', (i) => i.rsi(7, i.ema(5)), 11],
  // A MACD waits for its signal, whichever part of it is read.
  ['macd line', (i) => i.macd().line, 33],
  ['macd signal', (i) => i.macd().signal, 33],
  ['macd histogram', (i) => i.macd(5, 13, 4).histogram, 15],
  ['macd line, fast above slow', (i) => i.macd(30, 10, 3).line, 31],
  ['macd of the opens', (i, { open }) => i.macd(5, 13, 4, open).signal, 15],
  ['bollinger upper', (i) => i.bollinger().upper, 19],
  ['bollinger middle', (i) => i.bollinger(7, 1.5).middle, 6],
  ['bollinger lower', (i) => i.bollinger(7, 1.5).lower, 6],
  ['bollinger of an sma', (i) => i.bollinger(10, 2, i.sma(10)).upper, 18],
  ['atr(1)', (i) => i.atr(1), 1],
  ['atr(14)', (i) => i.atr(14), 14],
  ['donchian upper', (i) => i.donchian(20).upper, 19],
  ['donchian middle', (i) => i.donchian(20).middle, 19],
  ['donchian lower', (i) => i.donchian(1).lower, 0],
  ['highest of the highs', (i) => i.highest(30), 29],
  ['highest of the closes', (i, { close }) => i.highest(3, close), 2],
  ['highest of an rsi', (i) => i.highest(5, i.rsi(5)), 9],
  ['lowest of the lows', (i) => i.lowest(30), 29],
  ['lowest of volume', (i, { volume }) => i.lowest(1, volume), 0],
  ['deviation(2)', (i) => i.deviation(2), 1],
  ['deviation(50)', (i) => i.deviation(50), 49],
  ['deviation of a macd line', (i) => i.deviation(10, i.macd(3, 8, 2).line), 16],
  ['change(1)', (i) => i.change(1), 1],
  ['change(24)', (i) => i.change(24), 24],
  ['sma of the change of volume', (i, { volume }) => i.sma(5, i.change(2, volume)), 6],
];

/** Values of one series at every bar, NaN before `next` is called; with the bar of its first call. */
function recorded(make: Make, columns = market, chunks: readonly number[] = [4096]) {
  const values = new Array<number>(columns.time.length).fill(Number.NaN);
  const strategy = defineStrategy({
    name: 'recorder',
    setup: ({ indicators, bars }) => make(indicators, bars),
    next({ bar }, series) {
      values[bar.index] = series.value;
    },
  });
  const { warmUp } = runEngine(strategy, columns, { chunks });
  return { values, warmUp };
}

function expected(make: Make, columns = market): readonly number[] {
  const clock = { bar: 0 };
  const of = (values: Float64Array): ReferenceSeries => new ReferenceSeries([...values], clock);
  const { time, open, high, low, close, volume } = columns;
  const bars = {
    time: of(time),
    open: of(open),
    high: of(high),
    low: of(low),
    close: of(close),
    volume: of(volume),
  };
  return (make(referenceIndicators(columns, clock, []), bars) as ReferenceSeries).values;
}

/** The window holds 20,480 bars and moves up by some thousand: here it moves several times. */
const market = syntheticMarket({ bars: 33_000, seed: 11 });
const tolerance = 1e-9;

function largestDifference(ours: readonly number[], theirs: readonly number[]): number {
  let largest = 0;
  for (const [index, value] of ours.entries()) {
    const other = theirs[index] ?? Number.NaN;
    if (Number.isNaN(value) && Number.isNaN(other)) continue;
    const difference = Math.abs(value - other) / Math.max(1, Math.abs(other));
    largest = Math.max(largest, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
  }
  return largest;
}

describe('every indicator', () => {
  for (const [name, make, firstBar] of cases) {
    it(`${name} equals its definition, from bar ${firstBar} on, where next is first called`, () => {
      const { values, warmUp } = recorded(make);
      expect(warmUp).toBe(firstBar);
      expect(values.findIndex((value) => !Number.isNaN(value))).toBe(firstBar);
      expect(largestDifference(values.slice(firstBar), expected(make).slice(firstBar))).toBeLessThan(
        tolerance,
      );
    });
  }

  it('takes the longest period over a move of the window', () => {
    for (const make of [
      (i: Indicators) => i.sma(5000),
      (i: Indicators) => i.highest(5000),
      (i: Indicators) => i.change(5000),
      (i: Indicators) => i.deviation(5000),
    ]) {
      const { values } = recorded(make, market, [4096, 999]);
      for (const bar of [5000, 16_384, 20_480, 32_999]) {
        const from = bar - 5000;
        const cut = {
          ...market,
          high: market.high.slice(from, bar + 1),
          low: market.low.slice(from, bar + 1),
          close: market.close.slice(from, bar + 1),
        };
        const other = expected(make, cut).at(-1) ?? Number.NaN;
        expect(Math.abs((values[bar] as number) - other)).toBeLessThan(tolerance * Math.abs(other));
      }
    }
  });

  it('gives the same bits however the bars are cut', () => {
    const short = syntheticMarket({ bars: 300, seed: 5 });
    const chunking = fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.constantFrom(...cases), chunking, ([, make], chunks) => {
        expect(recorded(make, short, chunks).values).toEqual(recorded(make, short, [300]).values);
      }),
      { numRuns: 200, seed: 4 },
    );
    for (const [, make] of cases) {
      const whole = recorded(make, market, [33_000]).values;
      expect(recorded(make, market, [1, 4095, 4097, 13]).values).toEqual(whole);
    }
  });

  it('knows nothing of later bars', () => {
    const short = syntheticMarket({ bars: 120, seed: 6 });
    fc.assert(
      fc.property(fc.constantFrom(...cases), fc.integer({ min: 1, max: 119 }), ([, make], cut) => {
        const changed = emptyColumns(120);
        for (const name of ['time', 'open', 'high', 'low', 'close', 'volume'] as const) {
          changed[name].set(short[name]);
          changed[name].fill(name === 'low' ? 1 : 5000, cut);
        }
        const before = recorded(make, short).values.slice(0, cut);
        expect(recorded(make, changed).values.slice(0, cut)).toEqual(before);
      }),
      { numRuns: 200, seed: 5 },
    );
  });
});

describe('a market that does not move', () => {
  // 0.1 is no sum of powers of two: averages of it round when they are summed.
  const flat = marketOf(Array.from({ length: 2000 }, () => [0.1, 0.1, 0.1, 0.1] as const));
  const flatValues: readonly (readonly [string, Make, number])[] = [
    ['sma', (i) => i.sma(7), 0.1],
    ['sma of a long window', (i) => i.sma(365), 0.1],
    ['ema', (i) => i.ema(10), 0.1],
    ['rsi', (i) => i.rsi(14), 50],
    ['macd', (i) => i.macd().histogram, 0],
    ['bollinger upper', (i) => i.bollinger(13, 3).upper, 0.1],
    ['bollinger lower', (i) => i.bollinger(13, 3).lower, 0.1],
    ['atr', (i) => i.atr(9), 0],
    ['donchian', (i) => i.donchian(9).middle, 0.1],
    ['deviation', (i) => i.deviation(11), 0],
    ['change', (i) => i.change(3), 0],
  ];
  for (const [name, make, value] of flatValues) {
    it(`gives an exactly flat ${name}`, () => {
      const { values, warmUp } = recorded(make, flat);
      expect(new Set(values.slice(warmUp))).toEqual(new Set([value]));
    });
  }

  it('gives exactly flat averages again after it moved', () => {
    const prices = Array.from({ length: 3000 }, (_, bar) => (bar < 1000 ? 100 + Math.sin(bar) * 30 : 0.1));
    const stopped = marketOf(prices.map((price) => [price, price, price, price] as const));
    const made: readonly (readonly [Make, number])[] = [
      [(i) => i.sma(50), 0.1],
      [(i) => i.deviation(50), 0],
      [(i) => i.bollinger(50, 2).upper, 0.1],
    ];
    for (const [make, value] of made) {
      expect(new Set(recorded(make, stopped).values.slice(1050))).toEqual(new Set([value]));
    }
  });
});

describe('an outlier leaves no error behind', () => {
  const calm = [...syntheticMarket({ bars: 600, seed: 8, start: 2, swing: 0.001 }).close];
  for (const outlier of [3e5, 1e7, 1e9, 7e12]) {
    it(`of ${outlier} among prices of 2`, () => {
      const prices = calm.map((price, bar) => (bar % 200 === 100 ? outlier + bar / 7 : price + bar / 1e6));
      const columns = marketOf(prices.map((price) => [price, price, price, price] as const));
      for (const make of [
        (i: Indicators) => i.sma(20),
        (i: Indicators) => i.deviation(20),
        (i: Indicators) => i.bollinger(20, 2).upper,
      ]) {
        const { values } = recorded(make, columns);
        const others = expected(make, columns);
        for (const from of [120, 320, 520]) {
          const difference = largestDifference(values.slice(from, from + 80), others.slice(from, from + 80));
          expect(difference).toBeLessThan(tolerance);
        }
      }
    });
  }
});

describe('indicators refuse', () => {
  const attempt = (make: (indicators: Indicators) => unknown) => () => recorded((i) => make(i) as Series);
  const bad: readonly (readonly [string, (indicators: Indicators) => unknown])[] = [
    ['a period of 0', (i) => i.sma(0)],
    ['a negative period', (i) => i.ema(-3)],
    ['a fractional period', (i) => i.rsi(2.5)],
    ['a period above 5000', (i) => i.highest(5001)],
    ['NaN', (i) => i.atr(Number.NaN)],
    ['a period as text', (i) => i.change('10' as unknown as number)],
    ['a deviation of one value', (i) => i.deviation(1)],
    ['bands of one value', (i) => i.bollinger(1)],
    ['no width of bands', (i) => i.bollinger(20, 0)],
    ['an endless width of bands', (i) => i.bollinger(20, Number.POSITIVE_INFINITY)],
    ['one bad period of three', (i) => i.macd(12, 26, 0)],
  ];
  for (const [name, make] of bad) it(name, () => expect(attempt(make)).toThrow(RangeError));

  it('a source that is no series of the run', () => {
    const fake = { value: 1, previous: 1, ago: () => 1 };
    expect(attempt((i) => i.sma(3, fake))).toThrow(TypeError);
    expect(attempt((i) => i.sma(3, Object.create(i.sma(3)) as Series))).toThrow(TypeError);
  });

  it('to be made outside setup', () => {
    let kept: Indicators | undefined;
    const strategy = defineStrategy({
      name: 'late',
      setup({ indicators }) {
        kept = indicators;
        return null;
      },
      next() {
        kept?.sma(3);
      },
    });
    expect(() => runEngine(strategy, marketOf([[1, 1, 1, 1]]))).toThrow();
  });
});
