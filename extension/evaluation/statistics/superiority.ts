import { seededRandom } from '../../backtest/random.ts';
import { automaticBlockLength } from './blockLength.ts';
import { stationaryVariance } from './longRunVariance.ts';
import { tooFew } from './measured.ts';
import { meanOf, momentsOf } from './moments.ts';
import type { Computation } from './progress.ts';
import { countRows, resampledSums, resamplesAtOnce } from './resampling.ts';
import { ruinRow } from './ruin.ts';

const ruined = 'every column lost everything';
const constant = 'no column varies against the benchmark';

export interface SuperiorityInput {
  /** Returns of equal length, oldest first, one column a strategy. */
  readonly columns: readonly Float64Array[];
  /** Returns of what the strategies are compared with; cash, with returns of 0, where there are none. */
  readonly benchmark?: Float64Array | undefined;
  /** Resamples, B in the papers. */
  readonly resamples: number;
  /** Mean length of a block, 1 / q in the papers; null: the mean over the columns of what each asks for. */
  readonly blockLength: number | null;
  readonly seed: number;
}

/** Two tests of whether the best strategy beats the benchmark, after so many were tried. */
export interface Superiority {
  readonly resamples: number;
  readonly seed: number;
  readonly blockLength: number | null;
  readonly realityCheck: RealityCheck;
  readonly spa: SuperiorPredictiveAbility;
}

/** White (2000); null where the sample cannot carry it, and `reason` says why. */
export interface RealityCheck {
  readonly p: number | null;
  /** max over k of sqrt(n) mean(d_k). */
  readonly statistic: number | null;
  /** Index of the column with the largest statistic. */
  readonly best: number | null;
  readonly reason?: string;
}

/** Hansen (2005), with its three p-values. */
export interface SuperiorPredictiveAbility {
  readonly lower: number | null;
  readonly consistent: number | null;
  readonly upper: number | null;
  /** max over k of sqrt(n) mean(d_k) / omega_k, at least 0. */
  readonly statistic: number | null;
  readonly best: number | null;
  /** Indices of the columns whose differences do not vary, so that nothing can be divided by omega. */
  readonly leftOut: readonly number[];
  readonly reason?: string;
}

/** A strategy against the benchmark. */
interface Contestant {
  readonly index: number;
  /** It lost everything: it stays among what was tried, and is never the best. */
  readonly isRuined: boolean;
  /** sqrt(n) mean(d). */
  readonly gain: number;
  /** Estimated deviation of the gain; 0 where the differences do not vary. */
  readonly omega: number;
  /** Means of the resampled gains under the null: lower, consistent, upper. */
  readonly recentred: readonly [number, number, number];
}

/**
 * White, "A reality check for data snooping" (Econometrica 68, 2000), and Hansen, "A test for superior
 * predictive ability" (Journal of Business and Economic Statistics 23, 2005), on the same resamples of the
 * stationary bootstrap.
 *
 * d_k is the return of strategy k above the benchmark. The null is that no mean of d_k is above 0. White:
 * the largest sqrt(n) mean(d_k) against that of resamples about their own means. Hansen: divided by
 * omega_k, whose square is the exact variance under the bootstrap; resampled about 0 after taking away
 * max(0, mean) for `lower`, mean(d_k) unless it is below -omega_k sqrt(2 log log n / n) for `consistent`, and
 * mean(d_k) for `upper`. A p-value is the share of resamples that reach the statistic: with "reach" in
 * place of "exceed" a statistic of 0, where nothing beats the benchmark, has p = 1. A column that lost everything
 * counts as tried in each resample and is never the best, however high its mean is.
 */
export function* testSuperiority(input: SuperiorityInput): Computation<Superiority> {
  const { columns, resamples, seed } = input;
  const rows = columns[0]?.length ?? 0;
  const problem = problemOf(input);
  if (problem !== null) return unavailableTests(input, problem);

  const values = differencesOf(input);
  const blockLength = input.blockLength ?? averageBlockLength(values);
  const contestants = values.map((column, index) => ({
    ...contestantOf(column, index, blockLength),
    isRuined: ruinRow(columns[index] as Float64Array) !== null,
  }));
  const sound = contestants.filter(({ isRuined }) => !isRuined);
  const varied = sound.filter(({ omega }) => omega > 0);
  const random = seededRandom(seed);
  const counts = new Float64Array(rows * resamplesAtOnce);
  const white = new Float64Array(resamples).fill(Number.NEGATIVE_INFINITY);
  const hansen = [0, 1, 2].map(() => new Float64Array(resamples));
  for (let done = 0; done < resamples; done += resamplesAtOnce) {
    yield done / resamples;
    countRows({ method: 'stationary', blockLength }, random, counts);
    for (const { index, gain, omega, recentred } of contestants) {
      const sums = resampledSums(values[index] as Float64Array, counts);
      for (const [offset, sum] of sums.entries()) {
        const excess = sum / Math.sqrt(rows) - gain;
        raise(white, done + offset, excess);
        if (omega === 0) continue;
        for (const [variant, mean] of recentred.entries()) {
          raise(hansen[variant] as Float64Array, done + offset, (excess + mean) / omega);
        }
      }
    }
  }

  const best = largest(sound, ({ gain }) => gain);
  const studentised = largest(varied, ({ gain, omega }) => gain / omega);
  const leftOut = contestants.filter(({ omega }) => omega === 0).map(({ index }) => index);
  const statistic = studentised === null ? null : Math.max(0, studentised.value);
  const [lower = null, consistent = null, upper = null] = hansen.map((maxima) =>
    statistic === null ? null : shareReaching(maxima, statistic),
  );
  return {
    resamples,
    seed,
    blockLength,
    realityCheck: {
      p: best === null ? null : shareReaching(white, best.value),
      statistic: best?.value ?? null,
      best: best?.index ?? null,
      ...(best === null ? { reason: ruined } : {}),
    },
    spa: {
      lower,
      consistent,
      upper,
      statistic,
      best: studentised?.index ?? null,
      leftOut,
      ...(statistic === null ? { reason: best === null ? ruined : constant } : {}),
    },
  };
}

function problemOf({ columns, benchmark, resamples }: SuperiorityInput): string | null {
  const rows = columns[0]?.length ?? 0;
  if (columns.length === 0) return 'there is no column';
  if (resamples < 1) return 'no resamples were asked for';
  const all = benchmark === undefined ? columns : [...columns, benchmark];
  if (all.some((column) => column.length !== rows)) return 'the columns differ in length';
  if (!all.every((column) => Number.isFinite(meanOf(column)))) return 'a return is not a finite number';
  return tooFew(rows);
}

function unavailableTests({ resamples, seed, blockLength }: SuperiorityInput, reason: string): Superiority {
  return {
    resamples,
    seed,
    blockLength,
    realityCheck: { p: null, statistic: null, best: null, reason },
    spa: { lower: null, consistent: null, upper: null, statistic: null, best: null, leftOut: [], reason },
  };
}

/** Returns of each column above the benchmark. */
function differencesOf({ columns, benchmark }: SuperiorityInput): readonly Float64Array[] {
  if (benchmark === undefined) return columns;
  return columns.map((column) => column.map((value, row) => value - (benchmark[row] as number)));
}

/** The mean over the columns that vary; 1 where none does. */
function averageBlockLength(columns: readonly Float64Array[]): number {
  const varied = columns.filter((column) => momentsOf(column).problem === null);
  const sum = varied.reduce((total, column) => total + automaticBlockLength(column, 'stationary'), 0);
  return varied.length === 0 ? 1 : sum / varied.length;
}

function contestantOf(
  values: Float64Array,
  index: number,
  blockLength: number,
): Omit<Contestant, 'isRuined'> {
  const rows = values.length;
  const mean = meanOf(values);
  const gain = Math.sqrt(rows) * mean;
  if (momentsOf(values).problem !== null) return { index, gain, omega: 0, recentred: [0, 0, 0] };
  const centred = values.map((value) => value - mean);
  const omega = Math.sqrt(Math.max(0, stationaryVariance(centred, 1 / blockLength)));
  const isPoor = gain <= -omega * Math.sqrt(2 * Math.log(Math.log(rows)));
  return { index, gain, omega, recentred: [Math.min(0, gain), isPoor ? gain : 0, 0] };
}

/** Beyond the end there is nothing to raise: the last resamples are drawn four at once too. */
function raise(maxima: Float64Array, place: number, value: number): void {
  if (value > (maxima[place] as number)) maxima[place] = value;
}

/** The first of those with the largest value; null where there are none. */
function largest(
  contestants: readonly Contestant[],
  measure: (contestant: Contestant) => number,
): { readonly index: number; readonly value: number } | null {
  let found: { index: number; value: number } | null = null;
  for (const contestant of contestants) {
    const value = measure(contestant);
    if (found === null || value > found.value) found = { index: contestant.index, value };
  }
  return found;
}

function shareReaching(maxima: Float64Array, statistic: number): number {
  return maxima.reduce((count, value) => (value >= statistic ? count + 1 : count), 0) / maxima.length;
}
