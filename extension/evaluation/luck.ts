import { LabError } from '../contracts/errors.ts';
import type { LuckFigures } from '../contracts/gate.ts';
import { backtestOverfitting } from './statistics/backtestOverfitting.ts';
import { expectedMaximumSharpe } from './statistics/deflatedSharpe.ts';
import { averageCorrelation, effectiveTrials } from './statistics/effectiveTrials.ts';
import { momentsOf } from './statistics/moments.ts';
import { judgeSharpe } from './statistics/probabilisticSharpe.ts';
import { type Computation, part } from './statistics/progress.ts';
import { ruinRow } from './statistics/ruin.ts';
import { testSuperiority } from './statistics/superiority.ts';
import type { BarRange } from './validation/ranges.ts';
import { validationScheme } from './validation/scheme.ts';
import { selectByFolds } from './validation/selection.ts';
import { usualEmbargo } from './validation/usual.ts';

const resamples = 1000;
const usualBlocks = 16;
const ruined = 'the chosen set lost everything';
const lostPath = 'the middle path loses everything';
const noVariance = 'the Sharpe ratios of the attempts do not vary';
/** Groups of the cross-validation, of which two are the test: 9 paths. */
const groups = { groups: 10, testGroups: 2 };

export interface LuckInput {
  /** In-sample returns of each parameter set, all of one length, oldest first. */
  readonly columns: readonly Float64Array[];
  /** For each set the rows from the entry to the exit of its trades, that of the exit included: those that reach over a border will do. */
  readonly spans: readonly (readonly BarRange[])[];
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
 * number, and the variance of their Sharpe ratios or, where it is larger, that of the sets of this search. The
 * middle path is that of combinatorial purged cross-validation as a walk-forward does it: train rows hold no row of
 * a trade that was open in a test group, and none of an embargo of 1 % of the rows behind the last of them.
 *
 * What lost everything has no skill that its returns could prove: of such a chosen set nothing is inferred.
 */
export function* luckOf(input: LuckInput): Computation<LuckFigures> {
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
  const isRuined = ruinRow(columns[chosen] as Float64Array) !== null;
  const lost = { value: null, reason: ruined };
  const plain = isRuined ? { psr: lost, minTrackRecord: lost } : judgeSharpe(own, 0);
  const sharpes = moments.flatMap(({ sharpe }) => (sharpe === null ? [] : [sharpe]));
  const variance = Math.max(input.sharpeVariance ?? 0, varianceOf(sharpes) ?? 0);
  const isDeflatable = trials === 1 || variance > 0;
  const expectedMaximum = isDeflatable ? expectedMaximumSharpe(trials, variance) : null;
  const deflated = isRuined
    ? lost
    : expectedMaximum === null
      ? { value: null, reason: noVariance }
      : judgeSharpe(own, expectedMaximum).psr;
  const correlation = averageCorrelation(columns, moments);
  yield 0.1;

  const rows = columns[0]?.length ?? 0;
  const overfitting = backtestOverfitting(columns, blocksFor(rows));
  const pbo =
    overfitting.le === null || overfitting.lt === null ? null : Math.max(overfitting.le, overfitting.lt);
  yield 0.2;
  const tests = yield* part(testSuperiority({ columns, resamples, blockLength: null, seed }), 0.2, 0.9);
  const paths = crossValidated(input);
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
    embargo: note('embargo', { value: paths.embargo, reason: paths.reason }),
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

function crossValidated({ columns, spans }: Pick<LuckInput, 'columns' | 'spans'>): {
  readonly value: number | null;
  readonly reason?: string | undefined;
  readonly count: number;
  readonly embargo: number | null;
} {
  const rows = columns[0]?.length ?? 0;
  const refuse = (reason: string) => ({ value: null, reason, count: 0, embargo: null });
  if (columns.length < 2) return refuse('a choice needs two sets');
  // Each group must carry a Sharpe ratio of its own.
  if (rows < groups.groups * 30) {
    return refuse(`${rows} returns are fewer than 30 for each of ${groups.groups} groups`);
  }
  const embargo = usualEmbargo(rows);
  const scheme = validationScheme({ kind: 'combinatorial', ...groups, purge: 0, embargo }, rows);
  const { medianPathScore, paths } = selectByFolds({ columns, spans }, scheme, { embargo });
  const count = paths.length;
  if (medianPathScore !== null) return { value: medianPathScore, count, embargo };
  const isLost = paths.some(({ returns }) => ruinRow(returns) !== null);
  return { value: null, reason: isLost ? lostPath : 'no path varies', count, embargo };
}
