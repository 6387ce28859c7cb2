import { seededRandom } from '../../backtest/random.ts';
import { automaticBlockLength } from './blockLength.ts';
import { followEquity } from './equityPath.ts';
import { tooFew } from './measured.ts';
import { momentsOf } from './moments.ts';
import type { Computation } from './progress.ts';
import { quantileOf } from './quantile.ts';
import { drawRows, type Resampling } from './resampling.ts';

export interface IntervalsInput {
  /** Returns of one strategy, oldest first. */
  readonly returns: Float64Array;
  readonly method: Resampling['method'];
  /** Null: the length that the returns ask for. */
  readonly blockLength: number | null;
  readonly resamples: number;
  readonly seed: number;
  /** Share of resamples between the bounds. */
  readonly level: number;
}

export interface Interval {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}

export interface Intervals {
  readonly level: number;
  readonly method: Resampling['method'];
  readonly blockLength: number | null;
  readonly resamples: number;
  readonly seed: number;
  readonly mean: Interval | null;
  /** Per period. */
  readonly sharpe: Interval | null;
  /** Product of 1 + return, less 1: what the whole length of the sample made. */
  readonly totalReturn: Interval | null;
  /** Largest fall from a high, as a fraction of it; the start counts as a high. */
  readonly maxDrawdown: Interval | null;
  readonly reason?: string;
}

const figures = ['mean', 'sharpe', 'totalReturn', 'maxDrawdown'] as const;
type Figure = (typeof figures)[number];

const resamplesAtOnce = 16;

/**
 * Percentile intervals of a block bootstrap: Efron and Tibshirani, "An Introduction to the Bootstrap" (1993),
 * chapter 13, on the blocks of `Resampling`. Resamples that do not vary have no Sharpe ratio and are left out
 * of its interval.
 */
export function* bootstrapIntervals(input: IntervalsInput): Computation<Intervals> {
  const { returns, method, resamples, seed, level } = input;
  const settings = { level, method, resamples, seed };
  const reason =
    tooFew(returns.length) ??
    momentsOf(returns).problem ??
    (resamples < 1 ? 'no resamples were asked for' : null);
  if (reason !== null) {
    const none = { mean: null, sharpe: null, totalReturn: null, maxDrawdown: null };
    return { ...settings, ...none, blockLength: input.blockLength, reason };
  }
  const blockLength = input.blockLength ?? automaticBlockLength(returns, method);
  const random = seededRandom(seed);
  const found = figures.map(() => new Float64Array(resamples));
  const path = new Float64Array(returns.length);
  for (let done = 0; done < resamples; done++) {
    if (done % resamplesAtOnce === 0) yield done / resamples;
    let place = 0;
    drawRows(returns.length, { method, blockLength }, random, (row) => {
      path[place++] = returns[row] as number;
    });
    const facts = factsOf(path);
    for (const [place, figure] of figures.entries()) (found[place] as Float64Array)[done] = facts[figure];
  }
  const estimates = factsOf(returns);
  const [mean, sharpe, totalReturn, maxDrawdown] = figures.map((figure, place): Interval => {
    const ascending = (found[place] as Float64Array).filter(Number.isFinite).sort();
    const tail = (1 - level) / 2;
    return {
      estimate: estimates[figure],
      lower: quantileOf(ascending, tail),
      upper: quantileOf(ascending, 1 - tail),
    };
  }) as [Interval, Interval, Interval, Interval];
  return { ...settings, blockLength, mean, sharpe, totalReturn, maxDrawdown };
}

/** The figures of one path; no Sharpe ratio is NaN. */
function factsOf(path: Float64Array): Record<Figure, number> {
  const { mean, sharpe } = momentsOf(path);
  const { final, maxDrawdown } = followEquity(path);
  return { mean: mean ?? Number.NaN, sharpe: sharpe ?? Number.NaN, totalReturn: final - 1, maxDrawdown };
}
