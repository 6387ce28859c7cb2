import * as z from 'zod';
import { metricsSchema } from './backtest.ts';
import { parameterNameSchema, parameterValuesSchema } from './strategy.ts';

const metricNameSchema = z.string().min(1).max(60);

/** A metric that a search improves. Of several, none is given up for another: they make a Pareto front. */
export const objectiveSchema = z.object({
  metric: metricNameSchema,
  direction: z.enum(['maximise', 'minimise']).default('maximise'),
});
export type Objective = z.infer<typeof objectiveSchema>;

/** Bounds that a trial's metric must keep, both included. */
export const metricConstraintSchema = z
  .object({ metric: metricNameSchema, atLeast: z.number().optional(), atMost: z.number().optional() })
  .refine(({ atLeast, atMost }) => atLeast !== undefined || atMost !== undefined, {
    message: 'a constraint needs atLeast or atMost',
  })
  .refine(({ atLeast, atMost }) => atLeast === undefined || atMost === undefined || atLeast <= atMost, {
    message: 'atLeast must not exceed atMost',
  });
export type MetricConstraint = z.infer<typeof metricConstraintSchema>;

/** An inequality between two parameters, or a parameter and a number: data, so that no code comes with it. */
export const parameterConstraintSchema = z.object({
  left: parameterNameSchema,
  operator: z.enum(['<', '<=', '>', '>=']),
  right: z.union([parameterNameSchema, z.number()]),
});
export type ParameterConstraint = z.infer<typeof parameterConstraintSchema>;

/** The values that a search may give a parameter: a list, or a range; bounds left out are those declared. */
export const searchedParameterSchema = z
  .strictObject({
    values: z.array(z.number()).min(1).max(1000).optional(),
    min: z.number().optional(),
    max: z.number().optional(),
    step: z.number().positive().optional(),
  })
  .refine(
    ({ values, min, max, step }) =>
      values === undefined || (min === undefined && max === undefined && step === undefined),
    { message: 'a parameter has values or a range, not both' },
  );
export type SearchedParameter = z.infer<typeof searchedParameterSchema>;

/** Most points of a Bayesian search: each costs the cube of those before it. */
export const mostBayesianSets = 300;

const common = {
  objectives: z
    .array(objectiveSchema)
    .min(1)
    .max(4)
    .refine((objectives) => new Set(objectives.map(({ metric }) => metric)).size === objectives.length, {
      message: 'each metric can be one objective',
    }),
  constraints: z.array(metricConstraintSchema).max(20).default([]),
  /** What is searched, by name; null for every declared parameter over its range. */
  parameters: z.record(parameterNameSchema, searchedParameterSchema).nullable().default(null),
  /** Values in place of the declared defaults, for what is not searched and for the set that is asked first. */
  base: parameterValuesSchema.default({}),
  parameterConstraints: z.array(parameterConstraintSchema).max(20).default([]),
  /** Most parameter sets. */
  budget: z.number().int().min(1).max(10_000),
  seed: z.number().int().min(0).max(0xffff_ffff).default(1),
};

/** A search over the parameters of a strategy. Equal definitions and equal results give equal searches. */
export const searchDefinitionSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('grid'), ...common }),
  z.object({ kind: z.literal('random'), ...common }),
  z.object({
    kind: z.literal('halving'),
    ...common,
    /** One in so many sets goes on to the next rung, which has so many times as many bars. */
    eta: z.number().int().min(2).max(10).default(3),
    /** Least part of the bars that judges a set. */
    smallestFraction: z
      .number()
      .gt(0)
      .max(1)
      .default(1 / 9),
  }),
  z.object({
    kind: z.literal('bayesian'),
    ...common,
    budget: z.number().int().min(1).max(mostBayesianSets),
    /** Sets drawn before there is a model; left out: two for each parameter and two more. */
    initial: z.number().int().min(2).max(200).optional(),
    /** Sets that are chosen at once from one model. */
    batch: z.number().int().min(1).max(64).default(4),
  }),
  z.object({
    kind: z.literal('genetic'),
    ...common,
    /** Sets in a generation. */
    population: z.number().int().min(4).max(500).default(20),
  }),
]);
export type SearchDefinition = z.infer<typeof searchDefinitionSchema>;
export type SearchKind = SearchDefinition['kind'];

/** A parameter set that a search asks to be run. */
export const proposalSchema = z.object({
  /** Place in the search, from 0. */
  id: z.number().int().nonnegative(),
  params: parameterValuesSchema,
  /** Part of the in-sample bars to run it on, from the first of them. */
  fraction: z.number().gt(0).max(1),
});
export type Proposal = z.infer<typeof proposalSchema>;

/** A proposal with what came of it; `metrics` is null where the strategy failed with this set. */
export const trialSchema = proposalSchema.extend({ metrics: metricsSchema.nullable() });
export type Trial = z.infer<typeof trialSchema>;
