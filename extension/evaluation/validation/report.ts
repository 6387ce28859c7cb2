import { quantileOf } from '../statistics/quantile.ts';
import { ruinRow } from '../statistics/ruin.ts';
import type { Twin } from '../twin.ts';
import type { Piece, Scheme } from './fold.ts';
import type { ReturnsObjective } from './objective.ts';
import { barsIn } from './ranges.ts';

/** What was chosen in a fold and how it did there. */
export interface FoldReport {
  readonly fold: number;
  /** Index of the chosen parameter set. */
  readonly set: number;
  /** False where no set could be judged on the train bars, and the first one was kept. */
  readonly isJudged: boolean;
  readonly score: Twin<number | null>;
  readonly meanReturn: Twin<number | null>;
}

/** One history of out-of-sample returns, made of the test ranges of several folds. */
export interface PathReport {
  readonly returns: Float64Array;
  readonly score: number | null;
}

/** What choosing parameters by a rule is worth on bars that the choices did not see. */
export interface ValidationReport {
  readonly folds: readonly FoldReport[];
  /** Mean over the folds that have both sides, each by its test bars. */
  readonly score: Twin<number | null>;
  readonly meanReturn: Twin<number | null>;
  /**
   * Walk-forward efficiency (Pardo 2008, chapter 11): out-of-sample mean return / in-sample mean return;
   * null where the latter is not above 0.
   */
  readonly efficiency: number | null;
  /** Part of the in-sample score that is lost out of sample; null where that score is not above 0. */
  readonly degradation: number | null;
  readonly paths: readonly PathReport[];
  /** A path that loses everything ranks last; null where the middle one does, and where no path has a score. */
  readonly medianPathScore: number | null;
}

function weightedTwin(
  twins: readonly Twin<number | null>[],
  weights: readonly number[],
): Twin<number | null> {
  let [inSample, outOfSample, total] = [0, 0, 0];
  for (const [index, twin] of twins.entries()) {
    if (twin.inSample === null || twin.outOfSample === null) continue;
    const weight = weights[index] as number;
    inSample += weight * twin.inSample;
    outOfSample += weight * twin.outOfSample;
    total += weight;
  }
  return total === 0
    ? { inSample: null, outOfSample: null }
    : { inSample: inSample / total, outOfSample: outOfSample / total };
}

function ratio({ inSample, outOfSample }: Twin<number | null>): number | null {
  return inSample === null || outOfSample === null || inSample <= 0 ? null : outOfSample / inSample;
}

/** One after another. */
export function joinedReturns(pieces: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** Returns of a fold's choice in one of its test ranges. */
export type ReturnsOf = (piece: Piece) => Float64Array;

/** All out-of-sample returns of a fold. */
export function testReturns({ folds }: Scheme, fold: number, returnsOf: ReturnsOf): Float64Array {
  return joinedReturns((folds[fold]?.test ?? []).map((_, test) => returnsOf({ fold, test })));
}

/** The report of folds whose out-of-sample returns are `returnsOf`. */
export function reportOf(
  scheme: Scheme,
  folds: readonly FoldReport[],
  returnsOf: ReturnsOf,
  objective: ReturnsObjective,
): ValidationReport {
  const bars = scheme.folds.map(({ test }) => barsIn(test));
  const mean = weightedTwin(
    folds.map((fold) => fold.meanReturn),
    bars,
  );
  const score = weightedTwin(
    folds.map((fold) => fold.score),
    bars,
  );
  const kept = ratio(score);
  const paths = scheme.paths.map((pieces) => {
    const returns = joinedReturns(pieces.map(returnsOf));
    return { returns, score: objective(returns) };
  });
  // A path that loses everything is the worst, whatever its mean was before.
  const scores = Float64Array.from(
    paths.flatMap(({ returns, score }) =>
      ruinRow(returns) === null ? (score ?? []) : Number.NEGATIVE_INFINITY,
    ),
  ).sort();
  const median = scores.length === 0 ? null : quantileOf(scores, 0.5);
  return {
    folds,
    score,
    meanReturn: mean,
    efficiency: ratio(mean),
    degradation: kept === null ? null : 1 - kept,
    paths,
    medianPathScore: median !== null && Number.isFinite(median) ? median : null,
  };
}
