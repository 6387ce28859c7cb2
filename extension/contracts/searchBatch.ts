import * as z from 'zod';
import { metricsSchema, runSettingsSchema } from './backtest.ts';
import { isolationLevelSchema } from './isolation.ts';
import { contentHashSchema } from './journal.ts';
import { proposalSchema, trialSchema } from './search.ts';
import { strategyLanguageSchema } from './strategyLanguage.ts';
import { trialSchema as triedSetSchema } from './trials.ts';

/** Parameter sets that share a sandbox at most: each has a realm of some megabytes. */
export const mostSetsPerBatch = 25;

const count = z.number().int().nonnegative();

/** A trial with what statistics of a search need of it. */
export const searchedTrialSchema = z.object({
  trial: trialSchema,
  /** Returns that it rests on: of days, or of bars where these are longer, the first one included. */
  returns: z.array(z.number()),
  /** Rows from the entry to the exit of trades, `to` not included. */
  spans: z.array(z.object({ from: count, to: count })),
  /** How many trades were entered before each row. */
  entered: z.array(count),
  /** Of a search over bars that are split: the metrics before the split and from it on; else null. */
  split: z.object({ inSample: metricsSchema, outOfSample: metricsSchema }).nullable(),
});

/** What came of the parameter sets of a batch, in its order. */
export const batchOutcomeSchema = z.object({
  /** Runtime of the sandbox. */
  runtime: z.string().max(200),
  trials: z.array(searchedTrialSchema),
  /** The same sets as the ledger counts them. */
  tried: z.array(triedSetSchema),
});
export type BatchOutcome = z.infer<typeof batchOutcomeSchema>;

/** Candles of a market by the hashes of their artefacts. */
const marketArtefactsSchema = z.object({
  candles: contentHashSchema,
  finer: contentHashSchema.optional(),
  funding: contentHashSchema.optional(),
});
export type MarketArtefacts = z.infer<typeof marketArtefactsSchema>;

/** What all batches of a search have in common, as an artefact. */
export const sharedSearchSchema = z.object({
  source: z.object({ text: z.string(), language: strategyLanguageSchema }),
  markets: z.array(marketArtefactsSchema).min(1).max(100),
  settings: runSettingsSchema,
  minimumLevel: isolationLevelSchema,
  /** First bar of the part that the choice must not rest on. */
  splitBar: count.nullable(),
});
export type SharedSearch = z.infer<typeof sharedSearchSchema>;

/** A batch as the payload of a task, for any machine with the same build of the lab. */
export const batchTaskSchema = z.object({
  /** Hash of the artefact with the search. */
  search: contentHashSchema,
  batch: z.array(proposalSchema).min(1).max(mostSetsPerBatch),
});
export type BatchTask = z.infer<typeof batchTaskSchema>;

/**
 * Reasons for which a batch fails by the strategy's own doing, wherever it runs. What a sandbox tells may be the
 * machine's doing: whether it is, the machine that asked finds out by itself.
 */
export const strategyFaults = [
  'strategy.syntax',
  'strategy.shape',
  'strategy.parameter',
  'strategy.threw',
  'strategy.order',
] as const;

/** What a worker answers: the hash of the artefact with the outcome, or how the strategy failed. */
export const batchAnswerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ran'), outcome: contentHashSchema }),
  z.object({
    kind: z.literal('failed'),
    reason: z.enum(strategyFaults),
    message: z.string().max(10_000),
    action: z.string().max(10_000).optional(),
    place: z
      .object({
        line: z.number().int().optional(),
        column: z.number().int().optional(),
        bar: z.number().int().optional(),
        time: z.number().optional(),
      })
      .optional(),
  }),
]);
export type BatchAnswer = z.infer<typeof batchAnswerSchema>;
