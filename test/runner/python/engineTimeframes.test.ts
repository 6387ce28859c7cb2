import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../extension/backtest/random.ts';
import { plainSettings } from '../../backtest/support/engineRun.ts';
import { keptBars, syntheticMarket } from '../../backtest/support/market.ts';
import { programOf, settingsArbitrary, strategyOfProgram } from '../../backtest/support/programs.ts';
import { addParity, type ObservedCase } from './engine/parity.ts';
import { firstDifference, hasPython, Jobs, numbersOf } from './engine/python.ts';

const bars = 1500;
const quarter = 900_000;

const observed: readonly ObservedCase[] = [
  { market: 0, timeframe: null, call: ['sma', 20] },
  { market: 0, timeframe: null, call: ['pivotPoints', { method: 'woodie' }] },
  { market: 0, timeframe: '1h', call: ['rsi', 7, 'open'] },
  { market: 0, timeframe: '4h', call: ['bollinger', 5, 2, { ddof: 1 }] },
  { market: 0, timeframe: '1d', call: ['ema', 3] },
  { market: 0, timeframe: '1h', call: ['heikinAshi'] },
  { market: 0, timeframe: '1w', call: ['highest', 1] },
];
const inBoth: readonly ObservedCase[] = [
  ...observed.slice(0, 4),
  { market: 1, timeframe: null, call: ['atr', 14, { smoothing: 'simple' }] },
  { market: 1, timeframe: '30m', call: ['macd', 3, 8, 2] },
  { market: 1, timeframe: '6h', call: ['supertrend', 4, 2] },
];
const plots = [
  [0, 'price'],
  [1, 'price'],
  [3, 'below'],
] as const;

describe.skipIf(!hasPython)('higher timeframes, plots and the first bar in Python', () => {
  const jobs = new Jobs();
  const market = (seed: number, step = quarter) => ({ columns: syntheticMarket({ bars, seed, step }) });
  // Whole hours are missing, single bars too.
  const gapped = (seed: number) => ({
    columns: keptBars(market(seed).columns, (bar) => bar % 13 !== 4 && bar % 200 > 11),
  });
  const finer = (seed: number) => ({
    columns: gapped(seed).columns,
    finer: syntheticMarket({ bars: 3 * bars, seed, step: quarter / 3 }),
  });
  const samples = fc.sample(fc.tuple(programOf(bars), settingsArbitrary), { numRuns: 6, seed: 9 });
  const [first, second, third, fourth, fifth, sixth] = samples.map(([program, settings]) => ({
    strategy: strategyOfProgram(program),
    settings,
    timeframe: '15m' as const,
    observeEvery: 1,
    plots,
  }));
  const checks = {
    'one market': addParity(jobs, { ...own(first), markets: [market(1)], chunks: [700, 33], observed }),
    'one market with gaps': addParity(jobs, { ...own(second), markets: [gapped(2)], chunks: [97], observed }),
    'a later first bar': addParity(jobs, {
      ...own(third),
      ...{ markets: [gapped(3)], chunks: [500], observed: observed.slice(0, 5), firstBar: 900 },
    }),
    'two markets': addParity(jobs, {
      ...own(fourth),
      ...{ markets: [market(4), gapped(5)], chunks: [400, 7], observed: inBoth },
    }),
    'two markets with finer bars': addParity(jobs, {
      ...own(fifth),
      ...{ markets: [finer(6), gapped(7)], chunks: [301], observed: inBoth, firstBar: 400 },
    }),
    'days of a market of days': addParity(jobs, {
      ...own(sixth),
      ...{ markets: [market(8, 86_400_000)], chunks: [64], timeframe: '1d' as const, plots: [] },
      observed: [
        { market: 0, timeframe: '3d', call: ['sma', 4] },
        { market: 0, timeframe: '1w', call: ['donchian', 5] },
      ],
    }),
  };
  const seeds = [0, 1, 77, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];
  const randomJob = jobs.add({ kind: 'random', seeds, count: 500 });
  // Longer than the window, so that the oldest bars are dropped.
  const long = addParity(jobs, {
    strategy: strategyOfProgram([]),
    settings: plainSettings,
    markets: [{ columns: syntheticMarket({ bars: 24_000, seed: 12, step: quarter }) }],
    chunks: [9000],
    timeframe: '15m',
    observeEvery: 37,
    observed: observed.slice(0, 5),
    plots,
  });
  const longHigher = addParity(jobs, {
    strategy: strategyOfProgram([]),
    settings: plainSettings,
    markets: [{ columns: syntheticMarket({ bars: 63_000, seed: 13, step: 60_000 }) }],
    chunks: [21_000],
    timeframe: '1m',
    observeEvery: 101,
    observed: [{ market: 0, timeframe: '3m', call: ['ema', 5] }],
  });
  const answers = jobs.answers();

  for (const [name, check] of Object.entries(checks)) {
    it(`show ${name} as the engine does, to the bit`, () => {
      check(answers);
    });
  }

  it('are the same beyond the bars that a window keeps', () => {
    long(answers);
    longHigher(answers);
  });

  it('random numbers are those of the engine for each seed', () => {
    for (const [place, seed] of seeds.entries()) {
      const random = seededRandom(seed);
      const numbers = Float64Array.from({ length: 500 }, () => random());
      const text = (answers[randomJob] as string[])[place] as string;
      expect(firstDifference(numbers, numbersOf(text)), `seed ${seed}`).toBe('');
    }
  });
});

function own<T>(run: T | undefined): T {
  if (run === undefined) throw new Error('too few samples');
  return run;
}
