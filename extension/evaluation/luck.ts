import { LabError } from '../contracts/errors.ts';
import type { LuckSummary } from '../contracts/gate.ts';
import { backtestOverfitting } from './statistics/backtestOverfitting.ts';
import { expectedMaximumSharpe } from './statistics/deflatedSharpe.ts';
import { averageCorrelation, effectiveTrials } from './statistics/effectiveTrials.ts';
import { momentsOf } from './statistics/moments.ts';
import { judgeSharpe } from './statistics/probabilisticSharpe.ts';
import { type Computation, part } from './statistics/progress.ts';
import { testSuperiority } from './statistics/superiority.ts';
import { validationScheme } from './validation/scheme.ts';
import { selectByFolds } from './validation/selection.ts';

const resamples = 1000;
const usualBlocks = 16;
const noVariance = 'the Sharpe ratios of the attempts do not vary';
/** Groups of the cross-validation, of which two are the test: 9 paths. */
const groups = { groups: 10, testGroups: 2 };

export interface LuckInput {
  /** In-sample returns of each parameter set, all of one length, oldest first. */
  readonly columns: readonly Float64Array[];
  /** Index of the chosen set. */
  readonly chosen: number;
  /** Distinct attempts on record, and the variance of their Sharpe ratios where it is known. */
  readonly trials: number;
  readonly sharpeVariance: number | null;
  readonly seed: number;
}

/**
 * How much of a search's choice luck explains, by the statistics of `statisticDefinitions`.
 *
 * The deflated Sharpe ratio is that of the chosen set, against the attempts that the lab has on record: their
 * number, and the variance of their Sharpe ratios or, where it is larger, that of the sets of this search.
 */
export function* luckOf(input: LuckInput): Computation<LuckSummary> {
  const { columns, chosen, trials, seed } = input;
  const reasons: Record<string, string> = {};
  const note = <T>(
    name: string,
    measured: { readonly value: T | null; readonly reason?: string | undefined },
  ): T | null => {
    if (measured.value === null) reasons[name] = measured.reason ?? 'not available';
    return measured.value;
  };
  const moments = columns.map((column) => momentsOf(column));
  const own = moments[chosen];
  if (own === undefined) {
    throw new LabError('internal', 'The chosen set is none of the search.', {
      action: 'Run the search again.',
    });
  }
  const plain = judgeSharpe(own, 0);
  const sharpes = moments.flatMap(({ sharpe }) => (sharpe === null ? [] : [sharpe]));
  const variance = Math.max(input.sharpeVariance ?? 0, varianceOf(sharpes) ?? 0);
  const isDeflatable = trials === 1 || variance > 0;
  const expectedMaximum = isDeflatable ? expectedMaximumSharpe(trials, variance) : null;
  const deflated =
    expectedMaximum === null ? { value: null, reason: noVariance } : judgeSharpe(own, expectedMaximum).psr;
  const correlation = averageCorrelation(columns, moments);
  yield 0.1;

  const rows = columns[0]?.length ?? 0;
  const overfitting = backtestOverfitting(columns, blocksFor(rows));
  const pbo =
    overfitting.le === null || overfitting.lt === null ? null : Math.max(overfitting.le, overfitting.lt);
  yield 0.2;
  const tests = yield* part(testSuperiority({ columns, resamples, blockLength: null, seed }), 0.2, 0.9);
  const paths = crossValidated(columns);
  return {
    observations: own.observations,
    sharpe: note('sharpe', { value: own.sharpe, reason: own.problem ?? 'not available' }),
    psr: note('psr', plain.psr),
    minTrackRecord: note('minTrackRecord', plain.minTrackRecord),
    trials,
    effectiveTrials: note('effectiveTrials', {
      value: correlation === null ? null : effectiveTrials(columns.length, correlation),
      reason: 'a correlation needs two sets that vary',
    }),
    expectedMaximum: note('expectedMaximum', { value: expectedMaximum, reason: noVariance }),
    dsr: note('dsr', deflated),
    pbo: note('pbo', { value: pbo, ...(overfitting.reason && { reason: overfitting.reason }) }),
    realityCheck: note('realityCheck', {
      value: tests.realityCheck.p,
      ...(tests.realityCheck.reason && { reason: tests.realityCheck.reason }),
    }),
    spa: note('spa', {
      value: tests.spa.consistent,
      ...(tests.spa.reason && { reason: tests.spa.reason }),
    }),
    medianPathSharpe: note('medianPathSharpe', paths),
    paths: paths.count,
    reasons,
  };
}

/** As many blocks as leave two rows to each, an even number and 16 at most. */
function blocksFor(rows: number): number {
  const fitting = Math.floor(rows / 4) * 2;
  return Math.max(2, Math.min(usualBlocks, fitting));
}

function varianceOf(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}

function crossValidated(columns: readonly Float64Array[]): {
  readonly value: number | null;
  readonly reason?: string | undefined;
  readonly count: number;
} {
  const rows = columns[0]?.length ?? 0;
  if (columns.length < 2) return { value: null, reason: 'a choice needs two sets', count: 0 };
  // Each group must carry a Sharpe ratio of its own.
  if (rows < groups.groups * 30) {
    return {
      value: null,
      reason: `${rows} returns are fewer than 30 for each of ${groups.groups} groups`,
      count: 0,
    };
  }
  const scheme = validationScheme({ kind: 'combinatorial', ...groups, purge: 0, embargo: 1 }, rows);
  const { medianPathScore, paths } = selectByFolds({ columns }, scheme, { embargo: 1 });
  if (medianPathScore === null) return { value: null, reason: 'no path varies', count: paths.length };
  return { value: medianPathScore, count: paths.length };
}
