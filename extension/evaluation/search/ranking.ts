import type { Metrics } from '../../contracts/backtest.ts';
import type { MetricConstraint, Objective, Trial } from '../../contracts/search.ts';
import { losesEverything } from '../statistics/ruin.ts';

/** What makes one trial better than another. */
export interface Goal {
  readonly objectives: readonly Objective[];
  readonly constraints: readonly MetricConstraint[];
}

/** What a ranking reads of a trial; without a fraction it was run on all bars. */
export type Judgeable = Pick<Trial, 'metrics'> & Partial<Pick<Trial, 'fraction'>>;

export interface Ranked<T extends Judgeable> {
  readonly trial: T;
  /** Place of the trial in what was given. */
  readonly index: number;
  /** Objectives, turned so that more is better; null where the trial cannot be judged. */
  readonly scores: readonly number[] | null;
  /** 0 where the trial keeps every constraint; Infinity where that cannot be known or an objective is missing. */
  readonly violation: number;
  /** Pareto front among several objectives, 0 for trials that no other dominates; null for one, and beyond the constraints. */
  readonly front: number | null;
  /** Crowding distance in its front (Deb 2002); 0 where there is one objective. */
  readonly crowding: number;
}

/** Metrics that count what happens in the bars: of a part of the bars, the same part of a least count is asked. */
const counts = new Set(['trades']);

/**
 * By how much a trial misses its constraints: the sum over them of the distance to the bound, as a part
 * of the bound where that exceeds 1. Infinity where a metric is missing.
 */
export function violationOf(
  metrics: Metrics | null,
  constraints: readonly MetricConstraint[],
  fraction = 1,
): number {
  if (metrics === null) return Number.POSITIVE_INFINITY;
  let sum = 0;
  for (const { metric, atLeast, atMost } of constraints) {
    const value = metrics[metric] ?? null;
    if (value === null) return Number.POSITIVE_INFINITY;
    const least = atLeast === undefined || !counts.has(metric) ? atLeast : atLeast * fraction;
    if (least !== undefined && value < least) sum += (least - value) / Math.max(1, Math.abs(least));
    if (atMost !== undefined && value > atMost) sum += (value - atMost) / Math.max(1, Math.abs(atMost));
  }
  return sum;
}

/** Whether a set lost everything. */
export function isRuined(metrics: Metrics | null): boolean {
  return losesEverything(metrics?.['totalReturn'] ?? 0);
}

/** Null where an objective is missing, and of a set that lost everything: no figure of one is a reason to take it. */
function scoresOf(metrics: Metrics | null, objectives: readonly Objective[]): number[] | null {
  if (isRuined(metrics)) return null;
  const scores: number[] = [];
  for (const { metric, direction } of objectives) {
    const value = metrics?.[metric] ?? null;
    if (value === null) return null;
    scores.push(direction === 'maximise' ? value : -value);
  }
  return scores;
}

/** Whether `left` is at least as good in every score and better in one. */
export function dominates(left: readonly number[], right: readonly number[]): boolean {
  let isBetter = false;
  for (let index = 0; index < left.length; index++) {
    const [own, other] = [left[index] as number, right[index] as number];
    if (own < other) return false;
    if (own > other) isBetter = true;
  }
  return isBetter;
}

/**
 * Front of each point, by efficient non-dominated sorting with sequential search (Zhang and others 2015):
 * in lexical order a point can be dominated only by points before it, so each goes into the first front
 * where none dominates it.
 */
export function paretoFronts(points: readonly (readonly number[])[]): number[] {
  const order = points
    .map((_, index) => index)
    .sort((a, b) => {
      const [left, right] = [points[a] as readonly number[], points[b] as readonly number[]];
      const differing = left.findIndex((value, objective) => value !== right[objective]);
      return differing === -1 ? a - b : (right[differing] as number) - (left[differing] as number);
    });
  const fronts: number[][] = [];
  const result = new Array<number>(points.length).fill(0);
  for (const index of order) {
    const point = points[index] as readonly number[];
    // From the latest member back: what dominates is most often near in the order.
    let front = fronts.findIndex(
      (members) =>
        !members.some((_, back) => dominates(points[members.at(-1 - back) as number] ?? [], point)),
    );
    if (front === -1) front = fronts.push([]) - 1;
    fronts[front]?.push(index);
    result[index] = front;
  }
  return result;
}

/**
 * Crowding distance of each point of one front (Deb, Pratap, Agarwal and Meyarivan 2002, section III-B):
 * the sum over objectives of the gap between its neighbours as a part of the front's range; Infinity at
 * the ends.
 */
export function crowdingDistances(points: readonly (readonly number[])[]): number[] {
  const distances = new Array<number>(points.length).fill(0);
  const objectives = points[0]?.length ?? 0;
  for (let objective = 0; objective < objectives; objective++) {
    const scoreAt = (index: number): number => points[index]?.[objective] as number;
    const order = points.map((_, index) => index).sort((a, b) => scoreAt(a) - scoreAt(b) || a - b);
    const [first, last] = [order[0] as number, order.at(-1) as number];
    const range = scoreAt(last) - scoreAt(first);
    distances[first] = Number.POSITIVE_INFINITY;
    distances[last] = Number.POSITIVE_INFINITY;
    if (range === 0) continue;
    for (let place = 1; place < order.length - 1; place++) {
      const gap = scoreAt(order[place + 1] as number) - scoreAt(order[place - 1] as number);
      const index = order[place] as number;
      distances[index] = (distances[index] as number) + gap / range;
    }
  }
  return distances;
}

/**
 * Ranks trials, best first. One that keeps the constraints comes before one that does not; among the
 * latter the smaller violation comes first. Among the former the higher objective does, or of several the
 * lower front and then the wider crowding distance (the crowded comparison of NSGA-II, Deb 2002). Equal
 * trials keep the order in which they are given.
 */
export function rankTrials<T extends Judgeable>(
  trials: readonly T[],
  { objectives, constraints }: Goal,
): Ranked<T>[] {
  const judged = trials.map((trial, index) => {
    const scores = scoresOf(trial.metrics, objectives);
    const missed = violationOf(trial.metrics, constraints, trial.fraction);
    // A missing objective says less than a missed bound: too few trades have no Sharpe ratio either.
    const violation = scores === null && missed === 0 ? Number.POSITIVE_INFINITY : missed;
    return { trial, index, scores: violation === 0 ? scores : null, violation };
  });
  const feasible = judged.flatMap(({ scores, index }) => (scores === null ? [] : [{ scores, index }]));
  const front = new Array<number | null>(trials.length).fill(null);
  const crowding = new Array<number>(trials.length).fill(0);
  if (objectives.length > 1) {
    const fronts = paretoFronts(feasible.map(({ scores }) => scores));
    for (const [place, { index }] of feasible.entries()) front[index] = fronts[place] as number;
    for (const level of new Set(fronts)) {
      const members = feasible.filter((_, place) => fronts[place] === level);
      const distances = crowdingDistances(members.map(({ scores }) => scores));
      for (const [place, { index }] of members.entries()) crowding[index] = distances[place] as number;
    }
  }
  return judged
    .map((entry) => ({
      ...entry,
      front: front[entry.index] as number | null,
      crowding: crowding[entry.index] as number,
    }))
    .sort(byRank);
}

function byRank(a: Ranked<Judgeable>, b: Ranked<Judgeable>): number {
  if (a.violation !== b.violation) return a.violation - b.violation;
  if (a.scores !== null && b.scores !== null) {
    if (a.front !== b.front) return (a.front ?? 0) - (b.front ?? 0);
    if (a.crowding !== b.crowding) return b.crowding - a.crowding;
    if (a.scores.length === 1 && a.scores[0] !== b.scores[0]) {
      return (b.scores[0] as number) - (a.scores[0] as number);
    }
  }
  return a.index - b.index;
}
