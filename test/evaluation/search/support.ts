import type { Metrics } from '../../../extension/contracts/backtest.ts';
import {
  type Proposal,
  type SearchDefinition,
  searchDefinitionSchema,
  type Trial,
} from '../../../extension/contracts/search.ts';
import type { ParameterDefinitions, ParameterValues } from '../../../extension/contracts/strategy.ts';
import { createSearch, type Search } from '../../../extension/evaluation/search/search.ts';

/** What a caller writes; the contract fills in the rest. */
export function definitionOf(fields: { readonly kind: SearchDefinition['kind'] } & Record<string, unknown>) {
  return searchDefinitionSchema.parse({ objectives: [{ metric: 'value' }], budget: 20, ...fields });
}

export type Evaluate = (params: ParameterValues, fraction: number) => Metrics | null;

export const evaluated = ({ id, params, fraction }: Proposal, evaluate: Evaluate): Trial => ({
  id,
  params,
  fraction,
  metrics: evaluate(params, fraction),
});

/** Asks and tells until the search is done; the trials in order of their ids. */
export function play(search: Search, evaluate: Evaluate, told: readonly Trial[] = []): Trial[] {
  const trials = [...told];
  while (!search.isDone) {
    const answers = search.ask(Number.POSITIVE_INFINITY).map((proposal) => evaluated(proposal, evaluate));
    if (answers.length === 0) throw new Error('the search waits for nothing');
    search.tell(answers);
    trials.push(...answers);
  }
  return trials.sort((a, b) => a.id - b.id);
}

/** All trials of a search, told whole rounds at once. */
export function trialsOf(
  fields: Parameters<typeof definitionOf>[0],
  declared: ParameterDefinitions,
  evaluate: Evaluate,
): Trial[] {
  return play(createSearch(definitionOf(fields), declared), evaluate);
}

export const range = (min: number, max: number) => ({ type: 'number', default: min, min, max }) as const;
export const integers = (min: number, max: number) => ({ type: 'integer', default: min, min, max }) as const;

const at = (params: ParameterValues, name: string): number => params[name] as number;

/** A function to minimise, with its parameters and its least value. */
export interface TestFunction {
  readonly declared: ParameterDefinitions;
  readonly least: number;
  readonly value: (params: ParameterValues) => number;
}

/** Branin (1972), as in Jones, Schonlau and Welch (1998). */
export const branin: TestFunction = {
  declared: { x: range(-5, 10), y: range(0, 15) },
  least: 0.397887,
  value(params) {
    const [x, y] = [at(params, 'x'), at(params, 'y')];
    const bowl = y - (5.1 / (4 * Math.PI ** 2)) * x * x + (5 / Math.PI) * x - 6;
    return bowl ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10;
  },
};

const hartmannScales = [
  [3, 10, 30],
  [0.1, 10, 35],
  [3, 10, 30],
  [0.1, 10, 35],
];
const hartmannCentres = [
  [0.3689, 0.117, 0.2673],
  [0.4699, 0.4387, 0.747],
  [0.1091, 0.8732, 0.5547],
  [0.0381, 0.5743, 0.8828],
];

/** Hartmann's function of three variables (1973), as in Jones, Schonlau and Welch (1998). */
export const hartmann: TestFunction = {
  declared: { a: range(0, 1), b: range(0, 1), c: range(0, 1) },
  least: -3.86278,
  value(params) {
    const point = [at(params, 'a'), at(params, 'b'), at(params, 'c')];
    return [1, 1.2, 3, 3.2].reduce((sum, weight, row) => {
      const distance = point.reduce(
        (total, value, column) =>
          total +
          (hartmannScales[row]?.[column] as number) *
            (value - (hartmannCentres[row]?.[column] as number)) ** 2,
        0,
      );
      return sum - weight * Math.exp(-distance);
    }, 0);
  },
};

/** ZDT1 (Zitzler, Deb and Thiele 2000) with as many variables as it is given: its front is g = 1 - sqrt(f). */
export function zdt1(params: ParameterValues): { f: number; g: number } {
  const [f = 0, ...rest] = Object.values(params);
  const slope = 1 + (9 * rest.reduce((sum, value) => sum + value, 0)) / rest.length;
  return { f, g: slope * (1 - Math.sqrt(f / slope)) };
}

/** How far the best trial lies above the least value of a function, for one seed. */
export function regret(
  { declared, least, value }: TestFunction,
  fields: Parameters<typeof definitionOf>[0],
): number {
  const trials = trialsOf(
    { ...fields, objectives: [{ metric: 'value', direction: 'minimise' }] },
    declared,
    (params) => ({ value: value(params) }),
  );
  return Math.min(...trials.map(({ metrics }) => metrics?.['value'] as number)) - least;
}
