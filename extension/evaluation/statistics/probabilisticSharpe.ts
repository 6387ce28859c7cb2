import { type Measured, tooFew, unavailable } from './measured.ts';
import type { Moments } from './moments.ts';
import { normalDistribution, normalQuantile } from './normal.ts';

/** A Sharpe ratio per observation with what its error depends on; `kurtosis` is 3 for a normal. */
export interface SharpeSample {
  readonly observations: number;
  readonly sharpe: number;
  readonly skewness: number;
  readonly kurtosis: number;
}

/** The confidence of the minimum track record where none is given. */
export const usualConfidence = 0.95;

/**
 * T - 1 times the variance of the Sharpe ratio's estimate, after Mertens (2002): 1 - g3 SR + (g4 - 1) / 4 SR^2.
 * It is never below 0, as g4 >= g3^2 + 1 for any sample.
 */
function sharpeVariance({ sharpe, skewness, kurtosis }: SharpeSample): number {
  return 1 - skewness * sharpe + ((kurtosis - 1) / 4) * sharpe ** 2;
}

/**
 * Probabilistic Sharpe ratio: the probability that the true Sharpe ratio is above `benchmark`, both per
 * observation. Bailey and López de Prado (2012), "The Sharpe ratio efficient frontier", section 3:
 * N((SR - SR*) sqrt(T - 1) / sqrt(1 - g3 SR + (g4 - 1) / 4 SR^2)).
 *
 * Another standard, after Lo (2002) and Mertens (2002), has sqrt(T) in place of sqrt(T - 1), and some take the
 * deviation with divisor T; neither is used here.
 */
export function probabilisticSharpe(sample: SharpeSample, benchmark: number): number {
  const error = Math.sqrt(sharpeVariance(sample) / (sample.observations - 1));
  return normalDistribution((sample.sharpe - benchmark) / error);
}

/**
 * Minimum track record: the observations, not rounded, at which the same moments would give a PSR of
 * `confidence`; meaningful for a Sharpe ratio above `benchmark`. Bailey and López de Prado (2012), on
 * the length of a track record: 1 + (1 - g3 SR + (g4 - 1) / 4 SR^2) (Z / (SR - SR*))^2.
 */
export function minimumTrackRecord(
  sample: SharpeSample,
  benchmark: number,
  confidence = usualConfidence,
): number {
  const quantile = -normalQuantile(1 - confidence);
  return 1 + sharpeVariance(sample) * (quantile / (sample.sharpe - benchmark)) ** 2;
}

export interface JudgedSharpe {
  readonly psr: Measured;
  readonly minTrackRecord: Measured;
}

/** Both figures of one series; unavailable below 30 observations and where the returns do not vary. */
export function judgeSharpe(moments: Moments, benchmark: number): JudgedSharpe {
  const sample = sampleOf(moments);
  if ('reason' in sample) return { psr: sample, minTrackRecord: sample };
  const psr = { value: probabilisticSharpe(sample, benchmark) };
  if (sample.sharpe <= benchmark) {
    const reason = `the Sharpe ratio is not above the benchmark of ${benchmark}, so no length proves it`;
    return { psr, minTrackRecord: unavailable(reason) };
  }
  return { psr, minTrackRecord: { value: minimumTrackRecord(sample, benchmark) } };
}

/** The sample that an inference may use, or why there is none. */
export function sampleOf(moments: Moments): SharpeSample | ReturnType<typeof unavailable> {
  const { observations, sharpe, skewness, kurtosis, problem } = moments;
  if (sharpe === null || skewness === null || kurtosis === null)
    return unavailable(problem ?? 'no Sharpe ratio');
  const few = tooFew(observations);
  if (few !== null) return unavailable(few);
  const sample = { observations, sharpe, skewness, kurtosis };
  // Zero for returns that take two values alone and have a certain ratio of them.
  if (sharpeVariance(sample) < 1e-12) return unavailable('the estimated error of the Sharpe ratio is 0');
  return sample;
}
