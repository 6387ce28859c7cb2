import type { Metrics } from '../../contracts/backtest.ts';
import { LabError } from '../../contracts/errors.ts';
import type { MetricConstraint } from '../../contracts/search.ts';
import type { ParameterValues } from '../../contracts/strategy.ts';
import { type Goal, isRuined, type Judgeable, type Ranked, rankTrials } from './ranking.ts';

/** Fewest trades that a set must show; below about ten the best of a search is mostly luck. */
export const leastTrades = 10;

/** What a search asks of its trials where a person asks for nothing else. */
export const usualConstraints: readonly MetricConstraint[] = [{ metric: 'trades', atLeast: leastTrades }];

/** A parameter set and what came of it. */
export interface TriedSet extends Judgeable {
  readonly params: ParameterValues;
}

export interface Choice {
  /** Index of the chosen trial. */
  readonly index: number;
  readonly params: ParameterValues;
  readonly metrics: Metrics;
  /** Indexes of all trials, best first; those that miss a constraint or lack a metric come last. */
  readonly ranking: readonly number[];
  /** Indexes of the trials that no other beats in every objective; with one objective, the chosen alone. */
  readonly front: readonly number[];
  /** True when no trial could be judged and the first one, the idea's own values, was kept. */
  readonly keptBase: boolean;
  /** Why, one sentence each. */
  readonly reasons: readonly string[];
}

/**
 * The member of a front that lies nearest to its ideal point, the best of each objective at once, each
 * measured in the range of the front (Zeleny 1973, compromise programming with equal weights).
 */
function nearestToIdeal<T extends Judgeable>(front: readonly Ranked<T>[]): Ranked<T> | undefined {
  const scores = front.map((member) => member.scores ?? []);
  const ideal = (scores[0] ?? []).map((_, k) => Math.max(...scores.map((score) => score[k] as number)));
  const worst = ideal.map((_, k) => Math.min(...scores.map((score) => score[k] as number)));
  const distance = (score: readonly number[]): number =>
    ideal.reduce((sum, best, k) => {
      const range = best - (worst[k] as number);
      return range === 0 ? sum : sum + ((best - (score[k] as number)) / range) ** 2;
    }, 0);
  let nearest = front[0];
  for (const member of front) {
    if (distance(member.scores ?? []) < distance(nearest?.scores ?? [])) nearest = member;
  }
  return nearest;
}

function constraintText({ metric, atLeast, atMost }: MetricConstraint): string {
  return [
    ...(atLeast === undefined ? [] : [`${metric} of at least ${atLeast}`]),
    ...(atMost === undefined ? [] : [`${metric} of at most ${atMost}`]),
  ].join(' and ');
}

/**
 * Chooses among the trials of a search that ran on all its bars; the others only helped to find them.
 * With one objective the best is taken, and equal values go to the earlier trial, so that the base set,
 * asked first, wins a tie. With several, the member of the Pareto front nearest to the ideal point is.
 * Where no trial can be judged, the first one is kept. Trials must stand in the order asked.
 * @throws LabError `usage` without a trial that ran on all bars
 */
export function chooseBest(trials: readonly TriedSet[], goal: Goal): Choice {
  const whole = trials.flatMap((trial, index) =>
    (trial.fraction ?? 1) < 1 ? [] : [{ ...trial, place: index }],
  );
  const ranked = rankTrials(whole, goal);
  const judged = ranked.filter(({ scores }) => scores !== null);
  const front =
    goal.objectives.length === 1 ? judged.slice(0, 1) : judged.filter((entry) => entry.front === 0);
  const chosen = nearestToIdeal(front)?.trial ?? whole[0];
  if (chosen === undefined) {
    throw new LabError('usage', 'A choice needs at least one trial.', { action: 'Run the search first.' });
  }
  const metrics = chosen.metrics ?? {};
  return {
    index: chosen.place,
    params: chosen.params,
    metrics,
    ranking: ranked.map(({ trial }) => trial.place),
    front: front.map(({ trial }) => trial.place),
    keptBase: judged.length === 0,
    reasons: reasonsOf(goal, {
      all: whole.length,
      ruined: whole.filter((trial) => isRuined(trial.metrics)).length,
      judged,
      front: front.length,
      metrics,
    }),
  };
}

/** A figure as people read it: four digits that count. */
function figure(value: number | null | undefined): string {
  return typeof value === 'number' ? String(Number(value.toPrecision(4))) : 'unknown';
}

function sets(count: number): string {
  return count === 1 ? '1 set' : `${count} sets`;
}

function reasonsOf(
  { objectives, constraints }: Goal,
  counts: {
    all: number;
    ruined: number;
    judged: readonly Ranked<Judgeable>[];
    front: number;
    metrics: Metrics;
  },
): string[] {
  const { all, ruined, judged, front, metrics } = counts;
  const names = objectives.map(({ metric }) => metric).join(' and ');
  const bounds = constraints.map(constraintText).join(' and ');
  const kept = bounds === '' ? '' : ` with ${bounds}`;
  if (judged.length === 0) return [`None of ${all} sets has ${names}${kept}; the first set is kept.`];
  const reasons: string[] = [];
  const [objective] = objectives;
  if (objectives.length === 1 && objective !== undefined) {
    const end = objective.direction === 'maximise' ? 'highest' : 'lowest';
    reasons.push(
      `The ${end} ${objective.metric}, ${figure(metrics[objective.metric])}, of ${sets(judged.length)} that can be judged.`,
    );
  } else {
    reasons.push(
      `Of ${judged.length} sets that can be judged, ${front} are beaten by no other in ${names} at once; the one nearest to the best of each was taken.`,
    );
  }
  if (ruined > 0) {
    reasons.push(`${sets(ruined)} lost everything and ${ruined === 1 ? 'was' : 'were'} left out.`);
  }
  const left = all - judged.length - ruined;
  if (left > 0) {
    const miss = `${names} or ${left === 1 ? 'misses' : 'miss'} ${bounds || 'a metric'}`;
    reasons.push(
      left === 1 ? `1 set lacks ${miss} and was left out.` : `${left} sets lack ${miss} and were left out.`,
    );
  }
  const best = judged[0]?.scores?.[0];
  if (objectives.length === 1 && judged.filter(({ scores }) => scores?.[0] === best).length > 1) {
    reasons.push('Sets with an equal value were passed over, because they were asked later.');
  }
  return reasons;
}
