import { LabError } from '../../contracts/errors.ts';
import type { ParameterValues } from '../../contracts/strategy.ts';
import type { Piece, Scheme } from './fold.ts';
import { meanReturn, type ReturnsObjective, sharpePerObservation } from './objective.ts';
import type { BarRange } from './ranges.ts';
import { reportOf, testReturns, type ValidationReport } from './report.ts';

/** A run of a chosen set on the bars `from` to `to` of a test range, flat at its start. */
export interface ConfirmationRun extends BarRange {
  readonly params: ParameterValues;
}

export interface ConfirmationPlan {
  /** Each once, however many folds chose that set for that range. */
  readonly runs: readonly ConfirmationRun[];
  /** Index of the run of each test range of each fold. */
  readonly runOf: readonly (readonly number[])[];
}

/**
 * The runs that settle a selection: what was chosen runs again, in each test range by itself.
 * @param sets parameter sets of the columns of the returns matrix
 * @param rowStarts first bar of each row, and after the last row the number of bars; left out, a row is a bar
 */
export function confirmationPlan(
  { folds }: Pick<ValidationReport, 'folds'>,
  scheme: Scheme,
  sets: readonly ParameterValues[],
  rowStarts?: ArrayLike<number>,
): ConfirmationPlan {
  const bar = (row: number): number => (rowStarts === undefined ? row : (rowStarts[row] as number));
  const runs: ConfirmationRun[] = [];
  const known = new Map<string, number>();
  const runOf = folds.map(({ fold, set }) =>
    (scheme.folds[fold]?.test ?? []).map(({ from, to }) => {
      const key = `${set} ${from} ${to}`;
      const index =
        known.get(key) ?? runs.push({ params: sets[set] ?? {}, from: bar(from), to: bar(to) }) - 1;
      known.set(key, index);
      return index;
    }),
  );
  return { runs, runOf };
}

/**
 * The report of a selection by its confirmation runs in place of the matrix.
 * @param returns for each run of the plan one return a row, those of the first row included
 * @throws LabError `internal` where a run has not one return for each row of its range
 */
export function confirmedReport(
  selected: Pick<ValidationReport, 'folds'>,
  scheme: Scheme,
  { runOf }: ConfirmationPlan,
  returns: readonly Float64Array[],
  objective: ReturnsObjective = sharpePerObservation,
): ValidationReport {
  const returnsOf = ({ fold, test }: Piece): Float64Array => {
    const run = runOf[fold]?.[test];
    const own = run === undefined ? undefined : returns[run];
    const range = scheme.folds[fold]?.test[test];
    if (own !== undefined && range !== undefined && own.length === range.to - range.from) return own;
    throw new LabError('internal', `Run ${run} of the confirmation has not one return for each row.`, {
      action: 'Run the validation again.',
    });
  };
  const folds = selected.folds.map((report) => {
    const test = testReturns(scheme, report.fold, returnsOf);
    return {
      ...report,
      score: { ...report.score, outOfSample: objective(test) },
      meanReturn: { ...report.meanReturn, outOfSample: meanReturn(test) },
    };
  });
  return reportOf(scheme, folds, returnsOf, objective);
}
