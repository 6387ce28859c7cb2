import { scenarioSchema } from '../../contracts/scenario.ts';
import { generateScenario } from '../scenarios/generate.ts';
import { detectRegimes } from './detector.ts';
import { type DetectionScore, poolScores, scoreRegimes, usualSettle } from './score.ts';

/**
 * Markets that switch between the regimes, each with what sets it apart. Ordinary ones first, then one for each
 * thing that may be otherwise: timeframe, clusters, how clear a trend is, how wild, how fast a crash, how long.
 */
const markets = {
  'hourly bars': {},
  'minute bars': { timeframe: '1m', volatility: 0.9 },
  'daily bars': { timeframe: '1d', volatility: 0.3 },
  'clustered volatility': { clustering: 0.08 },
  'strong trends': { trendStrength: 0.9 },
  'weak trends': { trendStrength: 0.35, meanBars: 300 },
  'slow reversion': { reversion: 0.06 },
  'mild turmoil': { multiple: 2.5 },
  'great turmoil': { multiple: 7 },
  'slow crashes': { crashSpeed: 2, crashBars: 25 },
  'sudden crashes': { crashSpeed: 6, crashBars: 5 },
  'short regimes': { meanBars: 90 },
} as const;

export type BenchmarkMarket = keyof typeof markets;

export interface BenchmarkOptions {
  /** Paths of each market; all have seeds of their own, from `firstSeed` on, default 1000. */
  readonly paths: number;
  readonly firstSeed?: number;
  readonly bars?: number;
  readonly settle?: number;
}

export interface Benchmark {
  readonly markets: readonly { readonly market: BenchmarkMarket; readonly score: DetectionScore }[];
  readonly all: DetectionScore;
}

/** Scores the detector on labelled paths of scenarios that it has not seen. */
export function benchmarkDetector(options: BenchmarkOptions): Benchmark {
  const { paths, firstSeed = 1000, bars = 3000, settle = usualSettle } = options;
  const scores = Object.entries(markets).map(([name, changes], market) => {
    const onPaths = Array.from({ length: paths }, (_, path) => {
      const seed = firstSeed + market * paths + path;
      const scenario = scenarioSchema.parse({ kind: 'regime-switching', seed, bars, ...changes });
      const { columns, labels } = generateScenario(scenario);
      return scoreRegimes(detectRegimes(columns), labels, settle);
    });
    return { market: name as BenchmarkMarket, score: poolScores(onPaths) };
  });
  return { markets: scores, all: poolScores(scores.map(({ score }) => score)) };
}
