import type { Computation } from './progress.ts';
import { quantileOf } from './quantile.ts';

/** A strategy's gain beside those of runs without skill. */
export interface Baseline {
  readonly runs: number;
  readonly seed: number;
  readonly observed: number | null;
  /** Mean, and the 5 % and 95 % quantiles, of the runs without skill. */
  readonly mean: number | null;
  readonly p05: number | null;
  readonly p95: number | null;
  /** (1 + runs that gain at least as much) / (1 + runs): Davison and Hinkley (1997), section 4.2. */
  readonly p: number | null;
  readonly reason?: string;
}

export function noBaseline(runs: number, seed: number, reason: string): Baseline {
  return { runs, seed, observed: null, mean: null, p05: null, p95: null, p: null, reason };
}

const runsAtOnce = 16;

/** Sets an observed gain against those of so many runs; a difference within rounding is none. */
export function* judgeAgainst(
  observed: number,
  runs: number,
  seed: number,
  gainByChance: () => number,
): Computation<Baseline> {
  const gains = new Float64Array(runs);
  for (let run = 0; run < runs; run++) {
    if (run % runsAtOnce === 0) yield run / runs;
    gains[run] = gainByChance();
  }
  gains.sort();
  const reached = observed - 1e-12 * Math.max(Math.abs(observed), Math.abs(gains[runs - 1] as number));
  return {
    runs,
    seed,
    observed,
    mean: gains.reduce((sum, gain) => sum + gain, 0) / runs,
    p05: quantileOf(gains, 0.05),
    p95: quantileOf(gains, 0.95),
    p: (1 + gains.filter((gain) => gain >= reached).length) / (1 + runs),
  };
}
