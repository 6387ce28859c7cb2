import type { ParameterValues } from '../../contracts/strategy.ts';
import {
  maximumCurvePoints,
  type StabilitySummary,
  type Stretch,
  type ValidationDefinition,
  type ValidationObjective,
  type ValidationRequest,
  type ValidationSummary,
} from '../../contracts/validation.ts';
import { quantileOf } from '../statistics/quantile.ts';
import type { Piece, Scheme } from './fold.ts';
import { compounded, grown } from './objective.ts';
import { type BarRange, barsIn } from './ranges.ts';
import type { PathReport, ValidationReport } from './report.ts';

export interface SummaryInput {
  readonly kind: ValidationRequest['kind'];
  /** Lengths in rows. */
  readonly definition: ValidationDefinition;
  readonly objective: ValidationObjective;
  readonly unit: ValidationSummary['unit'];
  readonly scheme: Scheme;
  /** By the confirmation runs. */
  readonly report: ValidationReport;
  readonly sets: readonly ParameterValues[];
  readonly leastTrades: number;
  /** Trades that each fold's choice entered in the train rows. */
  readonly trainTrades: readonly number[];
  /** Trades of the confirmation run of a test range. */
  readonly tradesOf: (piece: Piece) => number;
  readonly confirmations: number;
  /** First bar of each row, then the number of bars; and the bars themselves. */
  readonly rowStarts: Int32Array;
  readonly time: Float64Array;
  readonly close: Float64Array;
  readonly cash: number;
  readonly stability: StabilitySummary | null;
}

/** What a person is shown of a validation. Equal inputs give equal summaries. */
export function summariseValidation(input: SummaryInput): ValidationSummary {
  const { scheme, report, sets, trainTrades, tradesOf, rowStarts, time } = input;
  const barOf = (row: number): number => rowStarts[row] as number;
  const stretch = ({ from, to }: BarRange): Stretch => ({
    firstTime: time[barOf(from)] as number,
    lastTime: time[barOf(to) - 1] as number,
    rows: to - from,
  });
  const folds = report.folds.map(({ fold, set, isJudged, score, meanReturn }, index) => {
    const { train = [], test = [] } = scheme.folds[fold] ?? {};
    return {
      train: train.map(stretch),
      test: test.map(stretch),
      params: { ...(sets[set] ?? {}) },
      isJudged,
      score,
      meanReturn,
      trades: {
        inSample: trainTrades[index] ?? 0,
        outOfSample: test.reduce((sum, _, at) => sum + tradesOf({ fold, test: at }), 0),
      },
    };
  });
  const paths = report.paths.map(({ returns, score }, path) => ({
    score,
    totalReturn: compounded(returns),
    maxDrawdown: deepest(returns),
    trades: (scheme.paths[path] ?? []).reduce((sum, piece) => sum + tradesOf(piece), 0),
  }));
  const path = middlePath(report.paths);
  return {
    kind: input.kind,
    definition: input.definition,
    objective: input.objective,
    unit: input.unit,
    rows: rowStarts.length - 1,
    sets: sets.length,
    chosenSets: new Set(report.folds.map(({ set }) => set)).size,
    confirmations: input.confirmations,
    leastTrades: input.leastTrades,
    folds,
    score: report.score,
    meanReturn: report.meanReturn,
    efficiency: report.efficiency,
    degradation: report.degradation,
    paths,
    spread: spreadOf(report.paths),
    path,
    curve: curveOf(
      input,
      path,
      paths.map(({ totalReturn }) => totalReturn),
    ),
    stability: input.stability,
  };
}

/** Deepest fall of the compounded returns below their highest so far, the start included. */
function deepest(returns: Float64Array): number {
  let [growth, high, fall] = [1, 1, 0];
  for (let row = 0; row < returns.length; row++) {
    growth = grown(growth, returns[row] as number);
    high = Math.max(high, growth);
    fall = Math.max(fall, 1 - growth / high);
  }
  return fall;
}

/** Index of the path with the middle score, the lower of two; without any score the first. */
function middlePath(paths: readonly PathReport[]): number {
  const ranked = paths
    .flatMap(({ score }, path) => (score === null ? [] : [{ score, path }]))
    .sort((a, b) => a.score - b.score || a.path - b.path);
  return ranked[(ranked.length - 1) >> 1]?.path ?? 0;
}

function spreadOf(paths: readonly PathReport[]): ValidationSummary['spread'] {
  const scores = Float64Array.from(paths.flatMap(({ score }) => score ?? [])).sort();
  if (scores.length === 0) return null;
  const at = (probability: number): number => quantileOf(scores, probability);
  return {
    lowest: at(0),
    lowerQuartile: at(0.25),
    median: at(0.5),
    upperQuartile: at(0.75),
    highest: at(1),
  };
}

/** The rows of a path in order. */
function rowsOf(scheme: Scheme, path: number): BarRange[] {
  return (scheme.paths[path] ?? []).flatMap(({ fold, test }) => scheme.folds[fold]?.test[test] ?? []);
}

function curveOf(
  { scheme, report, rowStarts, time, close, cash }: SummaryInput,
  path: number,
  ends: readonly number[],
): ValidationSummary['curve'] {
  const ranges = rowsOf(scheme, path);
  const rows = barsIn(ranges);
  const step = Math.max(1, Math.ceil(rows / (maximumCurvePoints - 1)));
  const shown = (row: number): boolean => row % step === 0 || row === rows;
  const endOf = (row: number): number => (rowStarts[row + 1] as number) - 1;
  const [times, hold]: [number[], number[]] = [[], []];
  let held = cash;
  let done = 0;
  for (const { from, to } of ranges) {
    // Between two test ranges nothing is held: each begins with what the one before it left.
    let before = from === 0 ? (close[0] as number) : (close[endOf(from - 1)] as number);
    if (done === 0) {
      times.push(time[Math.max(0, (rowStarts[from] as number) - 1)] as number);
      hold.push(held);
    }
    for (let row = from; row < to; row++) {
      const after = close[endOf(row)] as number;
      held *= after / before;
      before = after;
      done++;
      if (!shown(done)) continue;
      times.push(time[endOf(row)] as number);
      hold.push(held);
    }
  }
  const equityOf = (of: number): number[] => {
    const { returns } = report.paths[of] as PathReport;
    const equity = [cash];
    let value = cash;
    for (const [row, change] of returns.entries()) {
      value = grown(value, change);
      if (shown(row + 1)) equity.push(value);
    }
    return equity;
  };
  const extreme = (sign: 1 | -1): number[] | null =>
    ends.length < 2
      ? null
      : equityOf(ends.reduce((best, end, at) => (sign * end > sign * (ends[best] as number) ? at : best), 0));
  return { time: times, equity: equityOf(path), hold, lowest: extreme(-1), highest: extreme(1) };
}
