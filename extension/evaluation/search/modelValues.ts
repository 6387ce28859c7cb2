import { type Goal, type Judgeable, type Ranked, rankTrials } from './ranking.ts';

/** Weight of the sum beside the worst objective, so that weakly dominated sets do not tie (Knowles 2006). */
const augmentation = 0.05;
/** How far below the worst trial that keeps the constraints the worst of the others lies, in their range. */
const penalty = 0.5;

/** Random weights that sum to 1, evenly over all such weights. */
function simplexWeights(count: number, random: () => number): number[] {
  const parts = Array.from({ length: count }, () => -Math.log(1 - random()));
  const sum = parts.reduce((total, part) => total + part, 0);
  return parts.map((part) => part / sum);
}

/** One number for several scores: the augmented Chebyshev function of ParEGO (Knowles 2006, equation 2). */
function scalarised(
  ranked: readonly Ranked<Judgeable>[],
  weights: readonly number[],
): (scores: readonly number[]) => number {
  const ends = weights.map((_, k) => {
    const values = ranked.map(({ scores }) => scores?.[k] as number);
    return [Math.min(...values), Math.max(...values)] as const;
  });
  return (scores) => {
    const losses = scores.map((score, k) => {
      const [low, high] = ends[k] as readonly [number, number];
      return high === low ? 0 : ((weights[k] as number) * (high - score)) / (high - low);
    });
    return -Math.max(...losses) - augmentation * losses.reduce((sum, loss) => sum + loss, 0);
  };
}

/** What the model learns at least of any trial, in the units of `compressed`. */
const leastValue = -1;

/**
 * Draws far values in: asinh of the distance from the median, in interquartile ranges. Below the middle
 * it ends soon: how bad a bad set is says nothing of where the best one lies.
 */
function compressed(values: Float64Array): Float64Array {
  const sorted = values.toSorted();
  const at = (part: number): number => sorted[Math.floor(part * (sorted.length - 1))] as number;
  const scale = at(0.75) - at(0.25) || at(1) - at(0) || 1;
  return values.map((value) => Math.max(leastValue, Math.asinh((value - at(0.5)) / scale)));
}

/**
 * What a model learns of each trial, more being better. Several objectives become one, weighted anew for
 * each round. Trials that miss a constraint lie below all that keep it, the lower the more they miss it.
 * Metrics of backtests have far outliers, which a Gaussian process would take for all there is to learn:
 * they are drawn in.
 */
export function modelValues(trials: readonly Judgeable[], goal: Goal, random: () => number): Float64Array {
  const ranked = rankTrials(trials, goal);
  const feasible = ranked.filter(({ scores }) => scores !== null);
  const weights = simplexWeights(goal.objectives.length, random);
  const utilityOf =
    weights.length === 1 ? (scores: readonly number[]) => scores[0] as number : scalarised(feasible, weights);
  const values = new Float64Array(trials.length);
  let [worst, best] = [0, 0];
  for (const [place, { index, scores }] of feasible.entries()) {
    const value = utilityOf(scores ?? []);
    values[index] = value;
    worst = place === 0 ? value : Math.min(worst, value);
    best = place === 0 ? value : Math.max(best, value);
  }
  for (const { index, scores, violation } of ranked) {
    if (scores !== null) continue;
    const share = violation === Number.POSITIVE_INFINITY ? 1 : violation / (1 + violation);
    values[index] = worst - penalty * (best - worst || 1) * share;
  }
  return compressed(values);
}
