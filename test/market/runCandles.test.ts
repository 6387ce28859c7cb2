import { describe, expect, test } from 'vitest';
import type { Candles, MarketCandles } from '../../extension/contracts/candles.ts';
import { LabError } from '../../extension/contracts/errors.ts';
import { type Timeframe, timeframeMilliseconds } from '../../extension/contracts/timeframes.ts';
import { makeCandles } from '../../extension/market/candles.ts';
import { checkMarkets, marketsOf, runCandlesOf, sliceRun } from '../../extension/market/runCandles.ts';

const day = 86_400_000;

interface Given {
  readonly symbol?: string;
  readonly venue?: string;
  readonly timeframe?: Timeframe;
  readonly start?: number;
  readonly bars?: number;
}

function candles({ symbol = 'A', venue = 'x', timeframe = '1h', start = 0, bars = 24 }: Given = {}): Candles {
  const column = () => new Float64Array(bars).fill(1);
  const time = Float64Array.from(
    { length: bars },
    (_, bar) => start + bar * timeframeMilliseconds[timeframe],
  );
  return makeCandles(
    { symbol, venue, timeframe, synthetic: true },
    { time, open: column(), high: column(), low: column(), close: column(), volume: column() },
  );
}

function problemOf(...markets: readonly MarketCandles[]): string {
  try {
    checkMarkets(runCandlesOf(markets));
  } catch (error) {
    if (LabError.is(error, 'usage')) return error.message;
    throw error;
  }
  return '';
}

describe('markets of one run', () => {
  test('that overlap at one timeframe are taken, whatever their hours', () => {
    expect(problemOf(candles(), candles({ symbol: 'B', start: 23 * 3_600_000 + 1 }))).toBe('');
  });

  test.each([
    [
      'of several timeframes',
      [candles(), candles({ symbol: 'B', timeframe: '4h' })],
      /bars of 4h.*bars of 1h/,
    ],
    ['given twice', [candles(), candles()], /given twice/],
    ['that share no time', [candles(), candles({ symbol: 'B', start: day })], /shares no time/],
    [
      'with finer bars that are coarser',
      [{ ...candles(), finer: candles({ timeframe: '4h' }) }],
      /4h cannot/,
    ],
    ['with finer bars of the same length', [{ ...candles(), finer: candles() }], /1h cannot decide/],
    [
      'with finer bars of which no whole number makes a bar',
      [{ ...candles({ timeframe: '1w' }), finer: candles({ timeframe: '3d' }) }],
      /3d cannot decide/,
    ],
    [
      'with finer bars of another market',
      [{ ...candles(), finer: candles({ symbol: 'B', timeframe: '1m' }) }],
      /of B on x, and not of A/,
    ],
    [
      'with finer bars of another venue',
      [{ ...candles(), finer: candles({ venue: 'y', timeframe: '1m' }) }],
      /of A on y/,
    ],
    [
      'with finer bars of another time',
      [{ ...candles(), finer: candles({ timeframe: '1m', start: 3 * day }) }],
      /cover none/,
    ],
  ] as const)('%s', (_, markets, problem) => {
    expect(problemOf(...markets)).toMatch(problem);
  });

  test('are cut at one time, with their finer bars, and never by row', () => {
    const run = runCandlesOf([
      { ...candles(), finer: candles({ timeframe: '15m', bars: 96 }) },
      candles({ symbol: 'B', start: 6 * 3_600_000 }),
    ]);
    const cut = sliceRun(run, undefined, 10 * 3_600_000);
    expect(marketsOf(cut).map(({ time }) => time.length)).toEqual([10, 4]);
    expect(cut.finer?.time.length).toBe(40);
    expect(sliceRun(run).hash).toBe(run.hash);
    expect(() => sliceRun(run, undefined, 5 * 3_600_000)).toThrow(/No bar of B/);
  });
});
