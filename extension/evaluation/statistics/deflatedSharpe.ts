import { averageCorrelation, effectiveTrials } from './effectiveTrials.ts';
import { type Measured, unavailable } from './measured.ts';
import { type Moments, momentsOf } from './moments.ts';
import { normalQuantile } from './normal.ts';
import { probabilisticSharpe, sampleOf } from './probabilisticSharpe.ts';
import { ruinRow } from './ruin.ts';

const eulerMascheroni = 0.5772156649015329;

/**
 * Largest of the Sharpe ratios that `trials` independent trials without skill are expected to show, where
 * these have the given variance: sqrt(V) ((1 - g) Z(1 - 1 / N) + g Z(1 - 1 / (N e))), g the constant of Euler
 * and Mascheroni. Bailey and López de Prado (2014), "The deflated Sharpe ratio", equation 1. One trial
 * expects 0; between one and two, where the approximation would fall below it, 0 too.
 */
export function expectedMaximumSharpe(trials: number, variance: number): number {
  if (trials <= 1) return 0;
  const upper = -normalQuantile(1 / trials);
  const outer = -normalQuantile(1 / (trials * Math.E));
  return Math.sqrt(variance) * Math.max(0, (1 - eulerMascheroni) * upper + eulerMascheroni * outer);
}

/** A Sharpe ratio against the best that so many trials reach by luck. */
export interface Deflation {
  readonly trials: number | null;
  /** Per observation. */
  readonly expectedMaximum: number | null;
  /** The deflated Sharpe ratio, a probability. */
  readonly value: number | null;
  readonly reason?: string;
}

export interface DeflatedSharpe extends Deflation {
  /** Index of the column with the largest Sharpe ratio, the first of equals, none that lost everything; else null. */
  readonly best: number | null;
  /** Variance of the columns' Sharpe ratios, divisor n - 1. */
  readonly sharpeVariance: number | null;
  readonly averageCorrelation: number | null;
  /** The same with the number of independent trials that the correlated ones are worth. */
  readonly effective: Deflation;
}

/**
 * Deflated Sharpe ratio of the best column: its probabilistic Sharpe ratio against the expected maximum
 * of the trials. Bailey and López de Prado (2014), equation 2.
 * @param columns returns of equal length, one column a trial
 * @param moments of each column
 * @param trials everything that was tried, of which the columns may be a part; null where nobody counted:
 *   then nothing can be deflated, as a guess of 1 would praise every search
 */
export function deflateSharpe(
  columns: readonly Float64Array[],
  moments: readonly Moments[],
  trials: number | null,
): DeflatedSharpe {
  const best = bestOf(columns, moments);
  const variance = sharpeVarianceOf(moments);
  const correlation = averageCorrelation(columns, moments);
  const sample = sampleOf(moments[best ?? -1] ?? nothing);
  const effective = trials === null || correlation === null ? null : effectiveTrials(trials, correlation);
  return {
    ...deflate(sample, trials, variance),
    best,
    sharpeVariance: variance,
    averageCorrelation: correlation,
    effective: deflate(sample, trials === 1 ? 1 : effective, variance),
  };
}

const nothing: Moments = {
  observations: 0,
  mean: null,
  deviation: null,
  sharpe: null,
  skewness: null,
  kurtosis: null,
  problem: 'no column has a Sharpe ratio',
};

/** Index of the largest Sharpe ratio of a column that did not lose everything, the first of equals. */
function bestOf(columns: readonly Float64Array[], moments: readonly Moments[]): number | null {
  let best: number | null = null;
  let largest = Number.NEGATIVE_INFINITY;
  for (const [index, { sharpe }] of moments.entries()) {
    if (sharpe === null || sharpe <= largest || ruinRow(columns[index] as Float64Array) !== null) continue;
    largest = sharpe;
    best = index;
  }
  return best;
}

function sharpeVarianceOf(moments: readonly Moments[]): number | null {
  const sharpes = moments.map(({ sharpe }) => sharpe).filter((sharpe) => sharpe !== null);
  const { mean, deviation } = momentsOf(Float64Array.from(sharpes));
  return mean === null || deviation === null ? null : deviation ** 2;
}

function deflate(
  sample: ReturnType<typeof sampleOf>,
  trials: number | null,
  variance: number | null,
): Deflation {
  const expected = expectedMaximum(trials, variance);
  const facts = { trials, expectedMaximum: expected.value };
  if ('reason' in sample) return { ...facts, value: null, reason: sample.reason };
  if (expected.value === null) return { ...facts, value: null, reason: expected.reason };
  return { ...facts, value: probabilisticSharpe(sample, expected.value) };
}

/** The expected maximum, or why the columns do not tell it. */
function expectedMaximum(trials: number | null, variance: number | null): Measured {
  if (trials === null) return unavailable('not deflatable: the number of trials is not known');
  if (expectedMaximumSharpe(trials, 1) === 0) return { value: 0 };
  if (variance === null) {
    return unavailable(
      'not deflatable: the spread of Sharpe ratios among trials needs two columns that vary',
    );
  }
  // Copies of one trial would make every number of trials harmless.
  if (variance === 0) return unavailable('not deflatable: the Sharpe ratios of the columns are all the same');
  return { value: expectedMaximumSharpe(trials, variance) };
}
