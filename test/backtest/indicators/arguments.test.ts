import type { Bars, Indicators, Series } from 'strategy-lab';
import { describe, expect, it } from 'vitest';
import { createIndicators } from '../../../extension/backtest/indicators/create.ts';
import { BarWindow } from '../../../extension/backtest/series.ts';
import { runEngine } from '../support/engineRun.ts';
import type { IndicatorCase } from '../support/indicatorCases.ts';
import { indicatorDeclarations } from '../support/indicatorDeclarations.ts';
import { computed } from '../support/indicatorRun.ts';
import { defineStrategy } from '../support/inlineStrategies.ts';
import { marketOf } from '../support/market.ts';
import { nastyMarket } from '../support/nastyMarket.ts';

type Attempt = (indicators: Indicators, bars: Bars) => unknown;

function attempt(make: Attempt): () => unknown {
  const window = new BarWindow();
  return () => make(createIndicators(window).indicators, window);
}

/** What a strategy in plain JavaScript can write. */
function loose<Value>(value: unknown): Value {
  return value as Value;
}

describe('indicators refuse with a RangeError', () => {
  const bad: readonly (readonly [string, Attempt, string])[] = [
    ['a period of 0', (i) => i.sma(0), 'indicators.sma takes whole bars from 1 to 5000, was 0'],
    ['a negative period', (i) => i.ema(-3), 'was -3'],
    ['a fractional period', (i) => i.rsi(2.5), 'was 2.5'],
    ['a period above 5000', (i) => i.highest(5001), 'was 5001'],
    ['NaN', (i) => i.atr(Number.NaN), 'was NaN'],
    ['a period as text', (i) => i.change(loose('10')), 'was 10'],
    ['a missing period', (i) => i.mfi(loose(undefined)), 'was undefined'],
    [
      'a deviation of one value',
      (i) => i.deviation(1),
      'indicators.deviation takes whole bars from 2 to 5000',
    ],
    ['bands of one value', (i) => i.bollinger(1), 'from 2'],
    ['a slope of one value', (i) => i.linearRegression(1), 'from 2'],
    ['a correlation of one value', (i, b) => i.correlation(1, b.open, b.close), 'from 2'],
    ['no width of bands', (i) => i.bollinger(20, 0), 'indicators.bollinger takes deviations above 0, was 0'],
    ['an endless width of bands', (i) => i.bollinger(20, Number.POSITIVE_INFINITY), 'was Infinity'],
    [
      'a width as text',
      (i) => i.supertrend(10, loose('3')),
      'indicators.supertrend takes a multiplier above 0',
    ],
    ['one bad period of three', (i) => i.macd(12, 26, 0), 'indicators.macd takes whole bars'],
    ['a bad displacement', (i) => i.ichimoku(9, 26, 52, 0), 'indicators.ichimoku takes whole bars'],
    ['no step', (i) => i.parabolicSar(0), 'indicators.parabolicSar takes a step above 0, was 0'],
    ['no scale', (i) => i.easeOfMovement(14, { scale: 0 }), 'indicators.easeOfMovement takes scale above 0'],
    ['a bad period among options', (i) => i.keltner(20, 2, { atrPeriod: 1.5 }), 'was 1.5'],
    [
      'an unknown smoothing',
      (i) => i.rsi(14, { smoothing: loose('cutler') }),
      'indicators.rsi takes smoothing "wilder" or "simple" or "exponential", was cutler',
    ],
    ['an unknown divisor', (i) => i.deviation(20, { ddof: loose(2) }), 'takes ddof 1 or 0, was 2'],
  ];
  it.each(bad)('%s', (_, make, message) => {
    expect(attempt(make)).toThrow(RangeError);
    expect(attempt(make)).toThrow(message);
  });
});

describe('indicators refuse with a TypeError', () => {
  const fake: Series = { value: 1, previous: 1, ago: () => 1 };
  const bad: readonly (readonly [string, Attempt, string])[] = [
    ['what only looks like a series', (i) => i.sma(3, fake), 'takes no option value; it takes source'],
    ['what inherits from a series', (i) => i.sma(3, Object.create(i.sma(3)) as Series), 'takes a series'],
    ['a look-alike as option', (i) => i.sma(3, { source: fake }), 'takes a series of this run as its source'],
    ['a number as source', (i) => i.sma(3, loose(5)), 'takes a series of this run or an object of options'],
    ['null as source', (i) => i.rsi(3, loose(null)), 'takes a series of this run or an object of options'],
    ['a look-alike in a correlation', (i, b) => i.correlation(9, b.open, fake), 'takes a series of this run'],
    ['a correlation with nothing', (i, b) => i.correlation(9, b.open, loose(undefined)), 'takes a series'],
    [
      'an unknown option',
      (i) => i.rsi(14, loose({ smooth: 'simple' })),
      'indicators.rsi takes no option smooth; it takes source, smoothing',
    ],
    ['a source where none is taken', (i, b) => i.atr(14, loose(b.open)), 'takes an object of options'],
    [
      'what the calendar begins as a source',
      (i) => i.sma(3, i.pivotPoints().pivot),
      'indicators.sma takes no source whose first bar the calendar decides about',
    ],
    [
      'a series of another market',
      (i) => i.sma(3, new BarWindow().close),
      'indicators.sma takes a source of its own market',
    ],
  ];
  it.each(bad)('%s', (_, make, message) => {
    expect(attempt(make)).toThrow(TypeError);
    expect(attempt(make)).toThrow(message);
  });
});

it('no indicator can be made after setup', () => {
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
  expect(() => runEngine(strategy, marketOf([[1, 1, 1, 1]]))).toThrow('the strategy threw in next');
});

it('an option that is undefined counts as left out', () => {
  const columns = nastyMarket(60, 1);
  const given = { smoothing: undefined, source: undefined } as unknown as Record<string, string>;
  expect(computed(['rsi', 5, given], columns)).toEqual(computed(['rsi', 5], columns));
});

describe('arguments that are left out have the documented defaults', () => {
  const columns = nastyMarket(400, 2);
  const declared = indicatorDeclarations().filter(({ defaults }) => defaults.length > 0);
  it.each(declared.map(({ name, defaults }) => [name, defaults] as const))('%s: %j', (name, defaults) => {
    const call = name as IndicatorCase[0];
    expect(computed([call], columns)).toEqual(computed([call, ...defaults], columns));
  });
});
