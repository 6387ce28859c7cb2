import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { marketRegimes } from '../../../extension/contracts/regimes.ts';
import { scenarioSchema } from '../../../extension/contracts/scenario.ts';
import { benchmarkDetector } from '../../../extension/evaluation/regimes/benchmark.ts';
import { regimeCode } from '../../../extension/evaluation/regimes/definition.ts';
import {
  createRegimeDetector,
  detectRegimes,
  warmUpBars,
} from '../../../extension/evaluation/regimes/detector.ts';
import { poolScores, scoreRegimes } from '../../../extension/evaluation/regimes/score.ts';
import { generateScenario } from '../../../extension/evaluation/scenarios/generate.ts';
import { syntheticMarket } from '../../backtest/support/market.ts';
import { type LabelledPath, otherMarkets } from './otherMarkets.ts';

interface Bars {
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
}

const switching = (seed: number, bars = 3000) =>
  generateScenario(scenarioSchema.parse({ kind: 'regime-switching', seed, bars }));

/** Every `length` bars as one, with the regime of their last. */
function coarser({ high, low, close, truth }: Bars & { truth: Uint8Array }, length: number) {
  const bars = Math.floor(close.length / length);
  const parts = Array.from({ length: bars }, (_, bar) => [bar * length, (bar + 1) * length] as const);
  return {
    high: Float64Array.from(parts, ([from, to]) => Math.max(...high.subarray(from, to))),
    low: Float64Array.from(parts, ([from, to]) => Math.min(...low.subarray(from, to))),
    close: Float64Array.from(parts, ([, to]) => close[to - 1] as number),
    truth: Uint8Array.from(parts, ([, to]) => truth[to - 1] as number),
  };
}

function scaled({ high, low, close }: Bars, factor: number): Bars {
  const times = (column: Float64Array): Float64Array => column.map((price) => price * factor);
  return { high: times(high), low: times(low), close: times(close) };
}

/** Seeds from 1000 on: none of them, and none of the other markets, was seen when the detector was made. */
describe('the detector on paths that it was not tuned on', () => {
  const benchmark = benchmarkDetector({ paths: 8 });
  it.each(benchmark.markets)('labels at least 85 % of all bars right: $market', ({ score }) => {
    expect(score.accuracy).toBeGreaterThan(0.86);
    expect(score.settledAccuracy).toBeGreaterThan(0.9);
  });

  it('finds every regime, and is wrong about none of them most of the time', () => {
    for (const { regime, recall, precision } of benchmark.all.regimes) {
      expect(recall, regime).toBeGreaterThan(0.65);
      expect(precision, regime).toBeGreaterThan(0.55);
    }
  });

  it.each(otherMarkets)('labels at least 85 % of all bars right: $name', ({ make }) => {
    const scores = Array.from({ length: 8 }, (_, path) => {
      const made = make(5000 + path, 3000);
      return scoreRegimes(detectRegimes(made), made.truth);
    });
    const { accuracy, settledAccuracy } = poolScores(scores);
    expect(accuracy).toBeGreaterThan(0.85);
    expect(settledAccuracy).toBeGreaterThan(0.88);
  });

  it('labels bars of four times the length as well, where the regimes last long enough', () => {
    const scores = Array.from({ length: 6 }, (_, path) => {
      const scenario = scenarioSchema.parse({
        kind: 'regime-switching',
        seed: 2000 + path,
        bars: 12_000,
        meanBars: 600,
        trendStrength: 0.3,
        crashBars: 40,
        crashSpeed: 1.6,
      });
      const { columns, labels } = generateScenario(scenario);
      const bars = coarser({ ...columns, truth: labels }, 4);
      return scoreRegimes(detectRegimes(bars), bars.truth);
    });
    expect(poolScores(scores).accuracy).toBeGreaterThan(0.85);
  });

  it('does worse when the labels are shifted: the score is no accident of the shares', () => {
    const { columns, labels } = switching(1000);
    const shifted = Uint8Array.from(labels, (_, bar) => labels[(bar + 1500) % labels.length] as number);
    expect(scoreRegimes(detectRegimes(columns), shifted).accuracy).toBeLessThan(0.5);
  });
});

describe('a label', () => {
  it('is changed by no later bar', () => {
    const { high, low, close } = switching(1).columns;
    const labels = detectRegimes({ high, low, close });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: close.length - 1 }),
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        (cut, factor) => {
          const later = (column: Float64Array): Float64Array =>
            column.map((price, bar) => (bar < cut ? price : price * factor ** (1 + (bar % 3))));
          const changed = detectRegimes({ high: later(high), low: later(low), close: later(close) });
          expect(changed.subarray(0, cut)).toEqual(labels.subarray(0, cut));
          const short = detectRegimes({
            high: high.subarray(0, cut),
            low: low.subarray(0, cut),
            close: close.subarray(0, cut),
          });
          expect(short).toEqual(labels.subarray(0, cut));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('does not depend on the price at which a market trades', () => {
    const { columns } = switching(2);
    const labels = detectRegimes(columns);
    // Powers of two scale without rounding; others may move a last digit, never a label here.
    for (const factor of [2 ** -20, 2 ** 10, 1e-4, 137.5, 1e6]) {
      expect(detectRegimes(scaled(columns, factor)), String(factor)).toEqual(labels);
    }
  });

  it('depends on the moves of the bars alone, not on how long a bar is', () => {
    const minute = scenarioSchema.parse({ kind: 'regime-switching', timeframe: '1m', volatility: 0.9 });
    const day = { ...minute, timeframe: '1d', volatility: 0.9 / Math.sqrt(1440) } as const;
    const ofDays = detectRegimes(generateScenario(day).columns);
    const ofMinutes = detectRegimes(generateScenario(minute).columns);
    const differing = ofMinutes.filter((label, bar) => label !== ofDays[bar]);
    expect(differing.length).toBeLessThan(10);
  });

  it('turns with the market: a mirrored path has mirrored trends', () => {
    const path = otherMarkets[5]?.make(1, 3000) as LabelledPath;
    const labels = detectRegimes(path);
    const mirrored = detectRegimes({
      high: path.low.map((price) => 1e4 / price),
      low: path.high.map((price) => 1e4 / price),
      close: path.close.map((price) => 1e4 / price),
    });
    const [up, down] = [regimeCode['up-trend'], regimeCode['down-trend']];
    const ups = labels.reduce((sum, label, bar) => sum + Number(label === up && mirrored[bar] === down), 0);
    expect(ups / labels.filter((label) => label === up).length).toBeGreaterThan(0.9);
  });

  it('is a regime for any bars, and unknown while too few are known', () => {
    const price = fc.oneof(
      fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
      fc.constantFrom(0, 1, 1, 1, 5e-324, 1e300),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(price, price, price), { maxLength: 120 }), (rows) => {
        const labels = detectRegimes({
          high: Float64Array.from(rows, (row) => Math.max(...row)),
          low: Float64Array.from(rows, (row) => Math.min(...row)),
          close: Float64Array.from(rows, (row) => row.toSorted((a, b) => a - b)[1] as number),
        });
        expect(labels).toHaveLength(rows.length);
        for (const [bar, label] of labels.entries()) {
          expect(label).toBeLessThan(marketRegimes.length);
          if (bar < warmUpBars) expect(label).toBe(regimeCode.unknown);
        }
      }),
    );
  });

  it('is unknown as long as nothing moves, and a range in a market that then stands still', () => {
    const still = new Float64Array(500).fill(7);
    expect(new Set(detectRegimes({ high: still, low: still, close: still }))).toEqual(new Set([0]));
    const { high, low, close } = syntheticMarket({ bars: 300, seed: 4 });
    const last = close.at(-1) as number;
    const halted = (column: Float64Array): Float64Array =>
      Float64Array.from({ length: 800 }, (_, bar) => column[bar] ?? last);
    const labels = detectRegimes({ high: halted(high), low: halted(low), close: halted(close) });
    expect(new Set(labels.subarray(400))).toEqual(new Set([regimeCode.range]));
  });

  it('is the same bar by bar as over all bars', () => {
    const { high, low, close } = switching(3).columns;
    const detector = createRegimeDetector();
    const one = close.map((price, bar) => detector.next(high[bar] as number, low[bar] as number, price));
    expect(Uint8Array.from(one)).toEqual(detectRegimes({ high, low, close }));
  });
});
