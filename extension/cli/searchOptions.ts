import type { Command } from 'commander';
import type * as z from 'zod';
import { metricNames } from '../backtest/metrics/definitions.ts';
import { LabError } from '../contracts/errors.ts';
import {
  type MetricConstraint,
  type Objective,
  type ParameterConstraint,
  type SearchDefinition,
  type SearchedParameter,
  searchDefinitionSchema,
} from '../contracts/search.ts';
import { parameterNameSchema } from '../contracts/strategy.ts';
import { usualConstraints } from '../evaluation/search/choice.ts';
import { parseBounded, refusal } from './allowed.ts';
import { parseNumber, readNumber } from './options.ts';

export interface SearchOptions {
  readonly search: string;
  readonly budget?: string;
  readonly objective: readonly string[];
  readonly constraint: readonly string[];
  readonly values: readonly string[];
  readonly range: readonly string[];
  readonly relation: readonly string[];
  readonly searchSeed?: string;
}

const collect = (value: string, values: readonly string[]): string[] => [...values, value];

export function addSearchOptions(command: Command): Command {
  return command
    .option('--search <kind>', 'grid, random, halving, bayesian or genetic', 'grid')
    .option('--budget <sets>', 'most parameter sets; default 36')
    .option('--objective <metric>', 'metric to maximise, or metric:min; may be repeated', collect, [])
    .option('--constraint <bound>', 'such as trades>=30 or maxDrawdown<=0.2; may be repeated', collect, [])
    .option('--values <name=a,b>', 'values of a parameter to try; may be repeated', collect, [])
    .option(
      '--range <name=min:max:step>',
      'range of a parameter, step optional; may be repeated',
      collect,
      [],
    )
    .option('--relation <rule>', 'between parameters, such as fast<slow; may be repeated', collect, [])
    .option('--search-seed <number>', 'seed of the search; default 1');
}

/** The search that the options ask for. @throws LabError `usage` naming the option */
export function parseSearch(options: SearchOptions): SearchDefinition {
  const kind = searchDefinitionSchema.options.find(({ shape }) => shape.kind.value === options.search);
  if (kind === undefined) throw refused('--search', options.search, `one of ${searchKinds.join(', ')}`);
  const { budget, seed } = kind.shape;
  const objectives = options.objective.map(parseObjective);
  return searchDefinitionSchema.parse({
    kind: options.search,
    objectives: objectives.length === 0 ? [{ metric: 'sharpe' }] : checkObjectives(objectives),
    constraints: checkCount('--constraint', [...usualConstraints, ...options.constraint.map(parseBound)]),
    parameters: parseSearched(options),
    parameterConstraints: checkCount('--relation', options.relation.map(parseRelation)),
    budget: options.budget === undefined ? 36 : bounded(options.budget, '--budget', budget),
    seed: options.searchSeed === undefined ? 1 : bounded(options.searchSeed, '--search-seed', seed),
  });
}

const searchKinds = searchDefinitionSchema.options.map(({ shape }) => shape.kind.value);

// A walk-forward takes the same options, and the help of either explains them.
const help = 'optimize';

function refused(option: string, text: string, allowed: string): LabError {
  return refusal(option, text, allowed, help);
}

function bounded(text: string, option: string, schema: z.ZodType): number {
  return parseBounded(text, option, schema, help);
}

const mostObjectives = 4;

function checkObjectives(objectives: Objective[]): Objective[] {
  const metrics = objectives.map(({ metric }) => metric);
  const isUsable = metrics.length <= mostObjectives && new Set(metrics).size === metrics.length;
  if (isUsable) return objectives;
  throw refused('--objective', metrics.join(', '), `up to ${mostObjectives} metrics, each once`);
}

const mostConstraints = 20;

function checkCount<Constraint>(option: string, constraints: Constraint[]): Constraint[] {
  if (constraints.length <= mostConstraints) return constraints;
  throw new LabError(
    'usage',
    `${option} can be given up to ${mostConstraints} times in all, not ${constraints.length}.`,
    {
      action: 'Leave out those that matter least.',
    },
  );
}

/** What is searched, by parameter; null where the options name none. */
function parseSearched({ values, range }: SearchOptions): Record<string, SearchedParameter> | null {
  const parameters: Record<string, SearchedParameter> = {};
  for (const [option, name, searched] of [...values.map(parseValues), ...range.map(parseRange)]) {
    if (Object.hasOwn(parameters, name)) {
      throw new LabError(
        'usage',
        `${option} ${name} is given besides another --values or --range of "${name}".`,
        {
          action: 'Give each parameter once, as values or as a range.',
        },
      );
    }
    parameters[name] = searched;
  }
  return Object.keys(parameters).length === 0 ? null : parameters;
}

function requireMetric(metric: string, option: string): string {
  if ((metricNames as readonly string[]).includes(metric)) return metric;
  throw new LabError('usage', `${option} knows no metric "${metric}".`, {
    action: `Choose one of ${metricNames.join(', ')}.`,
  });
}

function parseObjective(text: string) {
  const [, metric = '', direction] = /^([A-Za-z]+)(?::(min|max))?$/.exec(text) ?? [];
  if (metric === '') throw refused('--objective', text, 'a metric such as sharpe or maxDrawdown:min');
  return {
    metric: requireMetric(metric, '--objective'),
    direction: direction === 'min' ? ('minimise' as const) : ('maximise' as const),
  };
}

const boundForm = 'a bound such as trades>=30';

function parseBound(text: string): MetricConstraint {
  const [, metric = '', operator, bound = ''] = /^([A-Za-z]+)\s*(>=|<=)\s*(.+)$/.exec(text) ?? [];
  if (metric === '') throw refused('--constraint', text, boundForm);
  const value = readNumber(bound);
  if (value === undefined) throw refused('--constraint', text, boundForm);
  const name = requireMetric(metric, '--constraint');
  return operator === '>=' ? { metric: name, atLeast: value } : { metric: name, atMost: value };
}

const mostValues = 1000;

/** The name of a parameter and the numbers behind it; undefined for anything else. */
function parseNamed(text: string, separator: string): [name: string, values: number[]] | undefined {
  const [, name = '', list = ''] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (!parameterNameSchema.safeParse(name).success) return undefined;
  const values = list.split(separator).map(readNumber);
  return values.every((value) => value !== undefined) ? [name, values] : undefined;
}

type Searched = [option: string, name: string, SearchedParameter];

function parseValues(text: string): Searched {
  const [name, values = []] = parseNamed(text, ',') ?? [];
  if (name !== undefined && values.length <= mostValues) return ['--values', name, { values }];
  throw refused('--values', text, `name=a,b,c with up to ${mostValues} numbers`);
}

function parseRange(text: string): Searched {
  const [name, [min = 0, max = 0, step, ...more] = []] = parseNamed(text, ':') ?? [];
  const isRange = text.includes(':') && more.length === 0;
  if (name === undefined || !isRange) throw refused('--range', text, 'name=min:max or name=min:max:step');
  if (min > max) throw refused('--range', text, 'a minimum that is not above its maximum');
  if (step === undefined) return ['--range', name, { min, max }];
  if (!(step > 0)) throw refused('--range', text, 'a step above 0');
  return ['--range', name, { min, max, step }];
}

function parseRelation(text: string): ParameterConstraint {
  const [, left = '', operator, right = ''] = /^([A-Za-z]\w*)\s*(<=|>=|<|>)\s*(\S+)$/.exec(text) ?? [];
  if (left === '') throw refused('--relation', text, 'a rule such as fast<slow');
  const isName = /^[A-Za-z]/.test(right);
  return {
    left,
    operator: operator as ParameterConstraint['operator'],
    right: isName ? right : parseNumber(right, '--relation'),
  };
}
