import { LabError } from '../../contracts/errors.ts';
import { ruinRow } from '../statistics/ruin.ts';
import type { Fold, Piece, Scheme } from './fold.ts';
import { meanReturn, type ReturnsObjective, sharpePerObservation } from './objective.ts';
import { purgeTrades } from './purge.ts';
import { type BarRange, barsIn, gathered } from './ranges.ts';
import { type FoldReport, joinedReturns, reportOf, type ValidationReport } from './report.ts';
import { testedReturns, untilRuin } from './ruin.ts';

/** Returns of parameter sets that were each run once over all rows. */
export interface ReturnsMatrix {
  /** One column a set, one value a row: a bar or a day. */
  readonly columns: readonly Float64Array[];
  /** For each set the rows from the entry to the exit of each trade, that of the exit included; or `reachingSpans` of them. */
  readonly spans?: readonly (readonly BarRange[])[];
  /** For each set its trades as `enteredBefore` counts them. */
  readonly entered?: readonly Int32Array[];
  /** For each set the row in which it lost everything; looked up in the columns where it is left out. */
  readonly ruins?: readonly (number | null)[];
}

export interface SelectionOptions {
  /** By what a set is chosen on train rows and judged on test rows; Sharpe ratio per observation if left out. */
  readonly objective?: ReturnsObjective;
  /** Rows left out behind a trade that is open in a test range. */
  readonly embargo?: number;
  /** Fewest trades that a set must have entered in the train rows to be judged; needs `entered`. */
  readonly leastTrades?: number;
}

/** Trades that were entered in `rows`; none where they were not counted. */
export function tradesIn(rows: readonly BarRange[], entered: Int32Array | undefined): number {
  if (entered === undefined) return 0;
  return rows.reduce((sum, { from, to }) => sum + (entered[to] as number) - (entered[from] as number), 0);
}

/** Train rows of a fold for one set: without those of its trades that are open in a test range. */
export function trainRowsOf(
  { train, test }: Fold,
  spans: readonly BarRange[] = [],
  embargo = 0,
): readonly BarRange[] {
  return purgeTrades(train, test, spans, embargo);
}

function requireShape({ columns, spans, entered }: ReturnsMatrix, folds: readonly Fold[]): void {
  const rows = columns[0]?.length ?? 0;
  const last = Math.max(...folds.flatMap(({ train, test }) => [...train, ...test].map(({ to }) => to)));
  const fits = columns.every((column) => column.length === rows) && last <= rows;
  const isFull = (parts: readonly unknown[] | undefined): boolean =>
    parts === undefined || parts.length === columns.length;
  if (columns.length > 0 && fits && isFull(spans) && isFull(entered)) return;
  throw new LabError(
    'internal',
    'The returns of the parameter sets do not fit the folds of the validation.',
    {
      action: 'Run the search again.',
    },
  );
}

/**
 * Chooses a set for one fold, of number `fold`, on its train rows, and judges it on its test rows.
 *
 * A set that lost everything has no returns behind its ruin: it is judged by the train rows before, and one whose
 * train rows hold the ruin is not chosen. (A ruin in test rows does not rule it out: the choice may not know of it.)
 * @throws LabError `internal` where columns, spans and the fold do not fit each other
 */
export function selectInFold(
  matrix: ReturnsMatrix,
  ranges: Fold,
  fold: number,
  { objective = sharpePerObservation, embargo = 0, leastTrades = 0 }: SelectionOptions = {},
): FoldReport {
  requireShape(matrix, [ranges]);
  const { columns, spans = [], entered = [], ruins = columns.map(ruinRow) } = matrix;
  const room = new Float64Array(barsIn(ranges.train));
  const ruinOf = (set: number): number | null => ruins[set] ?? null;
  const rowsOf = (set: number): readonly BarRange[] =>
    untilRuin(trainRowsOf(ranges, spans[set], embargo), ruinOf(set));
  const scoreOf = (rows: readonly BarRange[], set: number): number | null => {
    const ruin = ruinOf(set);
    const isRuined = ruin !== null && rows.some(({ from, to }) => ruin >= from && ruin < to);
    return isRuined || tradesIn(rows, entered[set]) < leastTrades
      ? null
      : objective(gathered(columns[set] as Float64Array, rows, room));
  };
  let best: number | null = null;
  let set = 0;
  for (let other = 0; other < columns.length; other++) {
    const score = scoreOf(rowsOf(other), other);
    if (score === null || (best !== null && score <= best)) continue;
    best = score;
    set = other;
  }
  const rows = rowsOf(set);
  const column = columns[set] as Float64Array;
  const test = joinedReturns(ranges.test.map((range) => testedReturns(column, range, ruinOf(set))));
  return {
    fold,
    set,
    isJudged: best !== null,
    score: { inSample: scoreOf(rows, set), outOfSample: objective(test) },
    meanReturn: { inSample: meanReturn(gathered(column, rows)), outOfSample: meanReturn(test) },
  };
}

/**
 * Chooses a set for each fold on its train rows and judges it on its test rows, with no run but the one
 * that each set has had. Rows of a set's trades that are open in a test range are left out of that set's
 * train rows. Equal scores go to the earlier set; where no set can be judged, the first one is kept.
 *
 * A set's run does not begin flat at a test range, as it would for a person who chose it there: what the
 * choices earn is settled by the runs of `confirmationPlan`.
 * @throws LabError `internal` where columns, spans and folds do not fit each other
 */
export function selectByFolds(
  matrix: ReturnsMatrix,
  scheme: Scheme,
  options: SelectionOptions = {},
): ValidationReport {
  const { columns, ruins = columns.map(ruinRow) } = matrix;
  const folds = scheme.folds.map((ranges, fold) => selectInFold({ ...matrix, ruins }, ranges, fold, options));
  const returnsOf = ({ fold, test }: Piece): Float64Array => {
    const { set } = folds[fold] as FoldReport;
    const range = (scheme.folds[fold] as Fold).test[test] as BarRange;
    return testedReturns(columns[set] as Float64Array, range, ruins[set] ?? null);
  };
  return reportOf(scheme, folds, returnsOf, options.objective ?? sharpePerObservation);
}
