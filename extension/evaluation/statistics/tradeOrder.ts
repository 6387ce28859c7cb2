import { seededRandom } from '../../backtest/random.ts';
import { followEquity } from './equityPath.ts';
import { tooFew } from './measured.ts';
import type { Computation } from './progress.ts';
import { quantileOf } from './quantile.ts';
import { shuffle } from './shuffle.ts';

export interface TradeOrderInput {
  /** Return of each trade as a fraction of the equity at its entry, in order of exit. */
  readonly returns: Float64Array;
  /**
   * `shuffle` plays every trade once in another order, so that only the way to the end changes;
   * `resample` draws as many trades with replacement, so that the end changes too.
   */
  readonly method: 'shuffle' | 'resample';
  readonly runs: number;
  readonly seed: number;
  /** Share of the first equity at which one is ruined. */
  readonly ruinLevel: number;
}

export interface Spread {
  readonly p05: number;
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
  readonly p95: number;
}

/** Counts of values in bins of one width, side by side from `low` on; the last one holds its upper border too. */
export interface Histogram {
  readonly low: number;
  readonly width: number;
  readonly counts: readonly number[];
}

export interface TradeOrder {
  readonly runs: number;
  readonly seed: number;
  /** Equity at the end, where it begins with 1. */
  readonly finalEquity: Spread | null;
  readonly maxDrawdown: Spread | null;
  /** How many runs fell how deep. */
  readonly drawdowns: Histogram | null;
  /** The largest fall of the trades in the order in which they came. */
  readonly observedDrawdown: number | null;
  /** Share of runs whose equity came down to the ruin level. */
  readonly ruinProbability: number | null;
  /**
   * p-value that the drawdown as it was owes nothing to a lucky order: (1 + runs with no deeper one) / (1 +
   * runs). Small: another order of the same trades mostly falls deeper.
   */
  readonly drawdownP: number | null;
  readonly reason?: string;
}

const runsAtOnce = 64;
const bins = 24;

const noOrder = {
  finalEquity: null,
  maxDrawdown: null,
  drawdowns: null,
  observedDrawdown: null,
  ruinProbability: null,
  drawdownP: null,
} as const;

/** Monte Carlo of the order of trades, all equity in each. Unavailable below 30 trades. */
export function* tradeOrder(input: TradeOrderInput): Computation<TradeOrder> {
  const { returns, method, runs, seed, ruinLevel } = input;
  const settings = { runs, seed };
  const few = tooFew(returns.length);
  const reason =
    few ??
    (returns.every(Number.isFinite) ? null : 'a return is not a finite number') ??
    (runs < 1 ? 'no runs were asked for' : null);
  if (reason !== null) {
    return { ...settings, ...noOrder, reason };
  }
  const random = seededRandom(seed);
  const observed = followEquity(returns).maxDrawdown;
  const path = returns.slice();
  const finals = new Float64Array(runs);
  const drawdowns = new Float64Array(runs);
  let ruined = 0;
  let noDeeper = 0;
  for (let run = 0; run < runs; run++) {
    if (run % runsAtOnce === 0) yield run / runs;
    if (method === 'shuffle') shuffle(path, random);
    else {
      for (let place = 0; place < path.length; place++) {
        path[place] = returns[Math.floor(random() * returns.length)] as number;
      }
    }
    const { final, lowest, maxDrawdown } = followEquity(path);
    finals[run] = final;
    drawdowns[run] = maxDrawdown;
    if (lowest <= ruinLevel) ruined++;
    // The same order again differs by no more than rounding.
    if (maxDrawdown <= observed + 1e-12) noDeeper++;
  }
  return {
    ...settings,
    finalEquity: spreadOf(finals.sort()),
    maxDrawdown: spreadOf(drawdowns.sort()),
    drawdowns: histogramOf(drawdowns),
    observedDrawdown: observed,
    ruinProbability: ruined / runs,
    drawdownP: (1 + noDeeper) / (1 + runs),
  };
}

/** Of values in ascending order, between the smallest and the largest. */
function histogramOf(ascending: Float64Array): Histogram {
  const low = ascending[0] as number;
  const high = ascending[ascending.length - 1] as number;
  if (high === low) return { low, width: 0, counts: [ascending.length] };
  const counts = new Array<number>(bins).fill(0);
  const width = (high - low) / bins;
  for (const value of ascending) {
    const bin = Math.min(bins - 1, Math.floor((value - low) / width));
    counts[bin] = (counts[bin] as number) + 1;
  }
  return { low, width, counts };
}

function spreadOf(ascending: Float64Array): Spread {
  return {
    p05: quantileOf(ascending, 0.05),
    p25: quantileOf(ascending, 0.25),
    p50: quantileOf(ascending, 0.5),
    p75: quantileOf(ascending, 0.75),
    p95: quantileOf(ascending, 0.95),
  };
}
