import type { Command } from 'commander';
import type { z } from 'zod';
import { metricNames } from '../backtest/metrics/definitions.ts';
import { LabError } from '../contracts/errors.ts';
import {
  type MetricConstraint,
  type ParameterConstraint,
  type SearchDefinition,
  searchDefinitionSchema,
} from '../contracts/search.ts';
import { usualConstraints } from '../evaluation/search/choice.ts';
import { parseNumber } from './options.ts';

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
  const parameters = {
    ...Object.fromEntries(options.values.map(parseValues)),
    ...Object.fromEntries(options.range.map(parseRange)),
  };
  const objectives = options.objective.map(parseObjective);
  const definition = {
    kind: options.search,
    objectives: objectives.length === 0 ? [{ metric: 'sharpe' }] : objectives,
    constraints: [...usualConstraints, ...options.constraint.map(parseBound)],
    parameters: Object.keys(parameters).length === 0 ? null : parameters,
    parameterConstraints: options.relation.map(parseRelation),
    budget: options.budget === undefined ? 36 : parseNumber(options.budget, '--budget'),
    seed: options.searchSeed === undefined ? 1 : parseNumber(options.searchSeed, '--search-seed'),
  };
  const parsed = searchDefinitionSchema.safeParse(definition);
  if (parsed.success) return parsed.data;
  throw problemOf(parsed.error, options);
}

const optionsOf: Readonly<Record<string, string>> = {
  kind: '--search',
  objectives: '--objective',
  constraints: '--constraint',
  parameters: '--values and --range',
  parameterConstraints: '--relation',
  budget: '--budget',
  seed: '--search-seed',
};

function problemOf({ issues }: z.ZodError, { search }: SearchOptions): LabError {
  const [issue] = issues;
  const place = String(issue?.path[0] ?? 'kind');
  if (place === 'kind') return refusal('--search', search, 'grid, random, halving, bayesian or genetic');
  return new LabError('usage', `${optionsOf[place] ?? place} cannot be used: ${issue?.message ?? ''}.`, {
    action: 'See strategy-lab optimize --help.',
  });
}

function refusal(option: string, text: string, wanted: string): LabError {
  return new LabError('usage', `${option} takes ${wanted}, was "${text}".`, {
    action: 'See strategy-lab optimize --help.',
  });
}

function requireMetric(metric: string, option: string): string {
  if ((metricNames as readonly string[]).includes(metric)) return metric;
  throw new LabError('usage', `${option} knows no metric "${metric}".`, {
    action: `Choose one of ${metricNames.join(', ')}.`,
  });
}

function parseObjective(text: string) {
  const [, metric = '', direction] = /^([A-Za-z]+)(?::(min|max))?$/.exec(text) ?? [];
  if (metric === '') throw refusal('--objective', text, 'a metric such as sharpe or maxDrawdown:min');
  return {
    metric: requireMetric(metric, '--objective'),
    direction: direction === 'min' ? ('minimise' as const) : ('maximise' as const),
  };
}

function parseBound(text: string): MetricConstraint {
  const [, metric = '', operator, bound = ''] = /^([A-Za-z]+)\s*(>=|<=)\s*(.+)$/.exec(text) ?? [];
  if (metric === '') throw refusal('--constraint', text, 'a bound such as trades>=30');
  const value = parseNumber(bound, '--constraint');
  const name = requireMetric(metric, '--constraint');
  return operator === '>=' ? { metric: name, atLeast: value } : { metric: name, atMost: value };
}

function parseValues(text: string): [string, { values: number[] }] {
  const [, name = '', list = ''] = /^([A-Za-z]\w*)=(.+)$/.exec(text) ?? [];
  if (name === '') throw refusal('--values', text, 'name=a,b,c');
  return [name, { values: list.split(',').map((value) => parseNumber(value, `--values ${name}`)) }];
}

function parseRange(text: string): [string, { min: number; max: number; step?: number }] {
  const [, name = '', min = '', max = '', step] =
    /^([A-Za-z]\w*)=([^:]+):([^:]+)(?::([^:]+))?$/.exec(text) ?? [];
  if (name === '') throw refusal('--range', text, 'name=min:max or name=min:max:step');
  const option = `--range ${name}`;
  const bounds = { min: parseNumber(min, option), max: parseNumber(max, option) };
  return [name, step === undefined ? bounds : { ...bounds, step: parseNumber(step, option) }];
}

function parseRelation(text: string): ParameterConstraint {
  const [, left = '', operator, right = ''] = /^([A-Za-z]\w*)\s*(<=|>=|<|>)\s*(\S+)$/.exec(text) ?? [];
  if (left === '') throw refusal('--relation', text, 'a rule such as fast<slow');
  const isName = /^[A-Za-z]/.test(right);
  return {
    left,
    operator: operator as ParameterConstraint['operator'],
    right: isName ? right : parseNumber(right, '--relation'),
  };
}
