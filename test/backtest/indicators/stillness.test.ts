import { describe, expect, it } from 'vitest';
import type { CandleColumns } from '../../../extension/contracts/candles.ts';
import { indicatorCases } from '../support/indicatorCases.ts';
import { computed, titleOf } from '../support/indicatorRun.ts';
import { emptyColumns, hour, marketOf, startTime, syntheticMarket } from '../support/market.ts';

const price = 0.1;
/** Of a market at `price`: each part, or one number for all of them. */
const values: Readonly<Record<string, number | Readonly<Record<string, number>>>> = {
  typicalPrice: price,
  medianPrice: price,
  averagePrice: price,
  heikinAshi: price,
  pivotPoints: price,
  sma: price,
  ema: price,
  rma: price,
  wma: price,
  hma: price,
  dema: price,
  tema: price,
  t3: price,
  trima: price,
  kama: price,
  zlema: price,
  vwma: price,
  linearRegression: { value: price, slope: 0, r2: 0 },
  rsi: 50,
  stochRsi: 50,
  connorsRsi: (50 + 50 + 0) / 3,
  cmo: 0,
  stochastic: 50,
  williamsR: -50,
  cci: 0,
  ultimateOscillator: 50,
  fisherTransform: 0,
  change: 0,
  roc: 0,
  momentum: 0,
  macd: 0,
  ppo: 0,
  trix: 0,
  tsi: 0,
  awesomeOscillator: 0,
  dpo: 0,
  elderRay: 0,
  adx: 0,
  aroon: { up: 100, down: 100, oscillator: 0 },
  vortex: 1,
  ichimoku: price,
  parabolicSar: price,
  supertrend: { line: price, direction: 1 },
  chandelierExit: price,
  efficiencyRatio: 0,
  bollinger: price,
  bollingerPercentB: 0.5,
  bollingerBandwidth: 0,
  keltner: price,
  donchian: price,
  trueRange: 0,
  atr: 0,
  natr: 0,
  deviation: 0,
  zScore: 0,
  historicalVolatility: 0,
  parkinson: 0,
  garmanKlass: 0,
  choppiness: 100,
  ulcerIndex: 0,
  obv: 0,
  accumulationDistribution: 0,
  chaikinOscillator: 0,
  chaikinMoneyFlow: 0,
  mfi: 50,
  vwap: price,
  rollingVwap: price,
  forceIndex: 0,
  easeOfMovement: 0,
  highest: price,
  lowest: price,
  median: price,
  percentRank: 0,
  correlation: 0,
};

// 0.1 is no sum of powers of two: averages of it round when they are summed.
const traded = marketOf(Array.from({ length: 600 }, () => [price, price, price, price] as const));
const untraded = { ...traded, volume: new Float64Array(600) };
const usual = [...new Map(indicatorCases.toReversed().map((call) => [call[0], call])).values()];

function plain(value: number): number {
  return value === 0 ? 0 : value;
}

describe('a market that does not move, and the rules for a division by 0 in it, give exactly the named value of', () => {
  it.each(usual.map((call) => [titleOf(call), call] as const))('%s', (_, call) => {
    for (const market of [traded, untraded]) {
      for (const [part, column] of Object.entries(computed(call, market).parts)) {
        const of = values[call[0]];
        const value = typeof of === 'number' ? of : of?.[part];
        const seen = new Set([...column].filter((each) => !Number.isNaN(each)).map(plain));
        expect({ part, seen }).toEqual({ part, seen: new Set([value]) });
      }
    }
  });

  it('a stochastic RSI, which does not take the rounding of the RSI for its range', () => {
    const columns = joined(syntheticMarket({ bars: 200, seed: 3, start: 1 }), traded);
    const k = computed(['stochRsi', 14, 14, 1, 1], columns).parts['k'] as Float64Array;
    expect(new Set(k.subarray(200 + 14))).toEqual(new Set([50]));
  });

  it('a sum that was once in motion', () => {
    const moved = syntheticMarket({ bars: 200, seed: 3, start: 1 });
    const columns = joined(moved, traded);
    for (const [call, value] of [
      [['rsi', 14, { smoothing: 'simple' }], 50],
      [['cmo', 14], 0],
      [['mfi', 14], 50],
      [['ultimateOscillator'], 50],
      [['chaikinMoneyFlow', 20], 0],
      [['vortex'], 1],
      [['choppiness', 14], 100],
      [['zScore', 20], 0],
      [['bollingerPercentB'], 0.5],
      [['correlation', 20, 'close', 'high'], 0],
      [['wma', 20], price],
      [['trima', 20], price],
      [['vwma', 20], price],
      [['linearRegression', 20], undefined],
    ] as const) {
      const { parts } = computed([...call], columns);
      if (value === undefined) {
        expect(parts['slope']?.at(-1)).toBe(0);
        expect(parts['value']?.at(-1)).toBe(price);
      } else {
        const last = Object.values(parts).map((column) => plain(column.at(-1) as number));
        expect({ call, last: [...new Set(last)] }).toEqual({ call, last: [value] });
      }
    }
  });
});

function joined(first: CandleColumns, second: CandleColumns): CandleColumns {
  const [length, more] = [first.time.length, second.time.length];
  const columns = emptyColumns(length + more);
  for (const name of ['open', 'high', 'low', 'close', 'volume'] as const) {
    columns[name].set(first[name]);
    columns[name].set(second[name], length);
  }
  columns.time.set(columns.time.map((_, bar) => startTime + bar * hour));
  return columns;
}

describe('an outlier leaves no error behind', () => {
  const calm = [...syntheticMarket({ bars: 600, seed: 8, start: 2, swing: 0.001 }).close];
  /** Indicators of a window, which the outlier has left after 20 bars. */
  const windowed = [
    ['sma', 20],
    ['deviation', 20],
    ['bollinger', 20, 2],
    ['zScore', 20],
    ['wma', 20],
    ['hma', 9],
    ['trima', 20],
    ['vwma', 20],
    ['linearRegression', 20],
    ['rsi', 19, { smoothing: 'simple' }],
    ['cmo', 19],
    ['cci', 20],
    ['stochastic', 18, 1, 1],
    ['ultimateOscillator', 5, 10, 19],
    ['mfi', 19],
    ['chaikinMoneyFlow', 20],
    ['rollingVwap', 20],
    ['efficiencyRatio', 19],
    ['correlation', 20, 'close', 'volume'],
    ['median', 20],
    ['percentRank', 19],
    ['highest', 20],
    ['choppiness', 19],
    ['historicalVolatility', 19],
    ['awesomeOscillator', 5, 20],
  ] as const;
  it.each([3e5, 1e7, 1e9, 7e12])('of %d among prices of 2', (outlier) => {
    const prices = calm.map((value, bar) => (bar % 200 === 100 ? outlier + bar / 7 : value + bar / 1e6));
    const columns = marketOf(prices.map((value) => [value, value, value, value] as const));
    columns.volume.set(columns.volume.map((_, bar) => 1 + (bar % 7)));
    for (const call of windowed) {
      const ours = computed([...call], columns).parts;
      for (const from of [121, 321, 521]) {
        const alone = computed([...call], cutFrom(columns, from - 20)).parts;
        for (const [part, column] of Object.entries(ours)) {
          for (let bar = from; bar < from + 70; bar++) {
            const [value, other] = [column[bar] as number, alone[part]?.[bar - from + 20] as number];
            const difference = Math.abs(value - other) / Math.max(1, Math.abs(other));
            expect(difference, `${titleOf([...call])} at ${bar}: ${value} and not ${other}`).toBeLessThan(
              1e-8,
            );
          }
        }
      }
    }
  });
});

function cutFrom(columns: CandleColumns, from: number): CandleColumns {
  return {
    time: columns.time.slice(from),
    open: columns.open.slice(from),
    high: columns.high.slice(from),
    low: columns.low.slice(from),
    close: columns.close.slice(from),
    volume: columns.volume.slice(from),
  };
}
