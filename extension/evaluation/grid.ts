import type { Metrics } from '../contracts/backtest.ts';
import { LabError } from '../contracts/errors.ts';
import type { ParameterDefinition, ParameterDefinitions, ParameterValues } from '../contracts/strategy.ts';

/** Most sets that one search asks for; beyond it a grid is a mistake. */
const mostSets = 10_000;

/** Fewest trades that a set must show; below about ten the best of a grid is mostly luck. */
export const leastTrades = 10;

function definitionOf(name: string, definitions: ParameterDefinitions): ParameterDefinition {
  const definition = definitions[name];
  if (definition !== undefined) return definition;
  throw new LabError(
    'strategy.parameter',
    `The search names "${name}", which the strategy does not declare.`,
    {
      action: `Use one of: ${Object.keys(definitions).join(', ') || 'none, for it declares no parameter'}.`,
    },
  );
}

function isAllowed(value: number, { type, min, max }: ParameterDefinition): boolean {
  return value >= min && value <= max && (type === 'number' || Number.isInteger(value));
}

function baseSet(base: ParameterValues, definitions: ParameterDefinitions): ParameterValues {
  for (const [name, value] of Object.entries(base)) {
    const definition = definitionOf(name, definitions);
    if (!isAllowed(value, definition)) {
      const { type, min, max } = definition;
      throw new LabError(
        'strategy.parameter',
        `"${name}" must be of type ${type} from ${min} to ${max}, was ${value}.`,
        {
          action: 'Give a value within the declared bounds.',
        },
      );
    }
  }
  return Object.fromEntries(
    Object.entries(definitions).map(([name, definition]) => [name, base[name] ?? definition.default]),
  );
}

/**
 * The parameter sets to ask for: the product of `grid` over `base`, where defaults fill what `base`
 * leaves out. Grid values outside a parameter's bounds and fractions of an integer parameter are left
 * out. The base set comes first; the last declared parameter changes fastest, each from its base value
 * through the grid's values in their order; no set comes twice.
 * @throws LabError `strategy.parameter` for an undeclared name, a base value out of bounds, and more
 *   than 10,000 sets
 */
export function gridSearch(
  grid: Readonly<Record<string, readonly number[]>>,
  base: ParameterValues,
  definitions: ParameterDefinitions,
): ParameterValues[] {
  const own = baseSet(base, definitions);
  for (const name of Object.keys(grid)) definitionOf(name, definitions);
  const axes = Object.entries(definitions).map(([name, definition]) => {
    const allowed = (grid[name] ?? []).filter((value) => isAllowed(value, definition));
    return { name, values: [...new Set([own[name] as number, ...allowed])] };
  });
  const count = axes.reduce((product, axis) => product * axis.values.length, 1);
  if (count > mostSets) {
    throw new LabError('strategy.parameter', `The grid has ${count} sets, more than ${mostSets}.`, {
      action: 'Search fewer values or fewer parameters.',
    });
  }
  return axes.reduce<ParameterValues[]>(
    (sets, { name, values }) => sets.flatMap((set) => values.map((value) => ({ ...set, [name]: value }))),
    [{}],
  );
}

export interface Trial {
  readonly params: ParameterValues;
  readonly metrics: Metrics;
}

export interface Choice {
  /** Index of the chosen trial. */
  readonly index: number;
  readonly params: ParameterValues;
  readonly metrics: Metrics;
  /** Indexes of all trials, best first; trials without the metric or with too few trades come last. */
  readonly ranking: readonly number[];
  /** True when no trial could be judged and the first one, the idea's own values, was kept. */
  readonly keptBase: boolean;
  /** Why, one sentence each. */
  readonly reasons: readonly string[];
}

/**
 * Chooses the trial with the highest `metric` among those with at least `minimumTrades` trades (metric
 * `trades`). Equal values go to the earlier trial, so that the base set, asked first, wins a tie. Where
 * no trial qualifies, the first one is kept. Trials must stand in the order asked.
 * @throws LabError `usage` without trials
 */
export function chooseBest(trials: readonly Trial[], metric: string, minimumTrades = leastTrades): Choice {
  const score = ({ metrics }: Trial): number => {
    const value = metrics[metric] ?? Number.NEGATIVE_INFINITY;
    return (metrics['trades'] ?? 0) >= minimumTrades ? value : Number.NEGATIVE_INFINITY;
  };
  const scores = trials.map(score);
  const ranking = trials
    .map((_, index) => index)
    .sort((a, b) => {
      const [left, right] = [scores[a] as number, scores[b] as number];
      return left === right ? a - b : right - left;
    });
  const judged = scores.filter((value) => value !== Number.NEGATIVE_INFINITY).length;
  const index = ranking[0];
  const chosen = index === undefined ? undefined : trials[index];
  if (index === undefined || chosen === undefined) {
    throw new LabError('usage', 'A choice needs at least one trial.', { action: 'Run the search first.' });
  }
  const leftOut = trials.length - judged;
  const reasons: string[] = [];
  if (judged === 0) {
    reasons.push(
      `None of ${trials.length} sets has a ${metric} over at least ${minimumTrades} trades; the first set is kept.`,
    );
  } else {
    reasons.push(`The highest ${metric}, ${chosen.metrics[metric]}, of ${judged} sets that can be judged.`);
    if (leftOut > 0) {
      reasons.push(
        `${leftOut} sets have no ${metric} or fewer than ${minimumTrades} trades and were left out.`,
      );
    }
    if (scores.filter((value) => value === scores[index]).length > 1) {
      reasons.push('Sets with an equal value were passed over, because they were asked later.');
    }
  }
  return { index, params: chosen.params, metrics: chosen.metrics, ranking, keptBase: judged === 0, reasons };
}
