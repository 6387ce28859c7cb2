import { backtestOverfitting, type Overfitting } from './backtestOverfitting.ts';
import { statisticDefinitions } from './definitions.ts';
import { type Deflation, deflateSharpe } from './deflatedSharpe.ts';
import { bootstrapIntervals, type Intervals } from './intervals.ts';
import { type Moments, momentsOf } from './moments.ts';
import { judgeSharpe, usualConfidence } from './probabilisticSharpe.ts';
import { type Computation, part } from './progress.ts';
import { type RealityCheck, type SuperiorPredictiveAbility, testSuperiority } from './superiority.ts';

export interface NamedReturns {
  readonly name: string;
  /** Oldest first. */
  readonly returns: Float64Array;
}

export interface StatisticsOptions {
  /** Everything that was tried; null where the columns are all of it. */
  readonly trials: number | null;
  readonly blocks: number;
  readonly resamples: number;
  /** Null: chosen from the dependence of the returns. */
  readonly blockLength: number | null;
  readonly seed: number;
  /** Sharpe ratio per period that the probabilistic one and the minimum track record are against. */
  readonly benchmark: number;
  /** Name of the column that the strategies are compared with; cash where it is null. */
  readonly against: string | null;
}

export interface ColumnStatistics {
  readonly name: string;
  readonly observations: number;
  readonly mean: number | null;
  readonly deviation: number | null;
  readonly sharpe: number | null;
  readonly skewness: number | null;
  readonly kurtosis: number | null;
  readonly psr: number | null;
  readonly minTrackRecord: number | null;
  /** Why what is null is null, by its name. */
  readonly reasons: Readonly<Record<string, string>>;
}

export interface DeflatedColumn {
  /** Name of the column with the largest Sharpe ratio. */
  readonly column: string | null;
  readonly trials: number;
  /** Where their number comes from: counted by the caller, or no more than the columns at hand. */
  readonly trialsFrom: 'given' | 'columns';
  readonly effectiveTrials: number | null;
  readonly averageCorrelation: number | null;
  readonly sharpeVariance: number | null;
  readonly expectedMaximum: number | null;
  readonly value: number | null;
  readonly reason?: string;
  /** The same with `effectiveTrials` in place of `trials`. */
  readonly effective: Deflation;
  readonly note?: string;
}

/** How the resamples of a test were made. */
export interface ResamplingFacts {
  /** Number of resamples. */
  readonly bootstrap: number;
  readonly blockLength: number | null;
  readonly seed: number;
}

/** A test of all strategies against the benchmark, with the names of columns in place of their indices. */
type Named<Test> = Omit<Test, 'best' | 'leftOut'> &
  ResamplingFacts & {
    /** Name of the column with the largest statistic. */
    readonly column: string | null;
    /** Name of the column they are compared with; null is cash, with returns of 0. */
    readonly against: string | null;
  };

/** Everything that returns alone tell about luck and skill. */
export interface ReturnStatistics {
  readonly observations: number;
  /** Sharpe ratio per period that `psr` and `minTrackRecord` are against, and the latter's confidence. */
  readonly benchmark: number;
  readonly confidence: number;
  readonly columns: readonly ColumnStatistics[];
  readonly dsr: DeflatedColumn;
  readonly pbo: Overfitting;
  readonly realityCheck: Named<RealityCheck>;
  readonly spa: Named<SuperiorPredictiveAbility> & { readonly leftOut: readonly string[] };
  /** Of the column that `dsr` names. */
  readonly intervals: (Intervals & { readonly column: string }) | null;
  readonly conventions: typeof statisticDefinitions;
}

const intervalLevel = 0.95;

/**
 * Statistics of a set of strategies by `statisticDefinitions`. The column `against` is described like the
 * others but is no trial.
 * @param columns of equal length with distinct names
 */
export function* returnStatistics(
  columns: readonly NamedReturns[],
  options: StatisticsOptions,
): Computation<ReturnStatistics> {
  const { against, benchmark, seed, resamples, blockLength } = options;
  const strategies = columns.filter(({ name }) => name !== against);
  const names = strategies.map(({ name }) => name);
  const returns = strategies.map((strategy) => strategy.returns);
  const moments = new Map(columns.map((column) => [column.name, momentsOf(column.returns)]));
  const deflated = deflatedColumn(strategies, moments, options.trials);
  const pbo = backtestOverfitting(returns, options.blocks);
  const versus = columns.find(({ name }) => name === against)?.returns;
  const tests = yield* part(
    testSuperiority({ columns: returns, benchmark: versus, resamples, blockLength, seed }),
    0,
    0.8,
  );
  const facts = { bootstrap: resamples, blockLength: tests.blockLength, seed, against };
  const named = <Test extends RealityCheck | SuperiorPredictiveAbility>({ best, ...test }: Test) => ({
    ...test,
    column: best === null ? null : (names[best] ?? null),
    ...facts,
  });
  const chosen = strategies.find(({ name }) => name === deflated.column);
  const intervals =
    chosen === undefined
      ? null
      : yield* part(
          bootstrapIntervals({
            returns: chosen.returns,
            method: 'stationary',
            blockLength,
            resamples,
            seed,
            level: intervalLevel,
          }),
          0.8,
          1,
        );
  return {
    observations: columns[0]?.returns.length ?? 0,
    benchmark,
    confidence: usualConfidence,
    columns: columns.map(({ name }) => describeColumn(name, moments.get(name) as Moments, benchmark)),
    dsr: deflated,
    pbo,
    realityCheck: named(tests.realityCheck),
    spa: { ...named(tests.spa), leftOut: tests.spa.leftOut.map((index) => names[index] ?? '') },
    intervals: intervals === null || chosen === undefined ? null : { column: chosen.name, ...intervals },
    conventions: statisticDefinitions,
  };
}

function describeColumn(name: string, moments: Moments, benchmark: number): ColumnStatistics {
  const { problem, ...figures } = moments;
  const { psr, minTrackRecord } = judgeSharpe(moments, benchmark);
  const reasons: Record<string, string> = {};
  for (const [figure, value] of Object.entries(figures)) {
    if (value === null && problem !== null) reasons[figure] = problem;
  }
  if (psr.value === null) reasons['psr'] = psr.reason;
  if (minTrackRecord.value === null) reasons['minTrackRecord'] = minTrackRecord.reason;
  return { name, ...figures, psr: psr.value, minTrackRecord: minTrackRecord.value, reasons };
}

function deflatedColumn(
  strategies: readonly NamedReturns[],
  moments: ReadonlyMap<string, Moments>,
  given: number | null,
): DeflatedColumn {
  const trials = given ?? strategies.length;
  const { best, effective, ...rest } = deflateSharpe(
    strategies.map(({ returns }) => returns),
    strategies.map(({ name }) => moments.get(name) as Moments),
    trials,
  );
  const isTooFew = trials < strategies.length;
  return {
    ...rest,
    column: best === null ? null : (strategies[best]?.name ?? null),
    trials,
    trialsFrom: given === null ? 'columns' : 'given',
    effectiveTrials: effective.trials,
    effective,
    ...(isTooFew
      ? { note: `${trials} trials are fewer than the ${strategies.length} columns, each of which is one` }
      : {}),
  };
}
