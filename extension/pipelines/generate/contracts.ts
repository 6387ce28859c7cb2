import * as z from 'zod';
import { mostMarkets } from '../../backtest/intents.ts';
import { codeResultSchema, marketSummarySchema, reasoningResultSchema } from '../../contracts/agents.ts';
import { metricsSchema, runSettingsSchema } from '../../contracts/backtest.ts';
import { sourceFileSchema } from '../../contracts/candles.ts';
import { authorSchema, findingSchema, runFindingSchema } from '../../contracts/guardian.ts';
import {
  type IsolationLevel,
  isAtLeast,
  isolationLevelSchema,
  isolationSchema,
} from '../../contracts/isolation.ts';
import { contentHashSchema } from '../../contracts/journal.ts';
import { optimisationSummarySchema } from '../../contracts/report.ts';
import { parameterValuesSchema, strategyDescriptionSchema } from '../../contracts/strategy.ts';

export const generateSagaName = 'generate';

/** The steps of the pipeline, in order; each is a possible gate. */
export const generateSteps = [
  'reason',
  'code',
  'guard',
  'sandbox',
  'optimise',
  'backtest',
  'review',
  'deploy',
  'monitor',
] as const;

export const searchMetricSchema = z.enum([
  'sharpe',
  'sortino',
  'calmar',
  'totalReturn',
  'profitFactor',
  'expectancy',
]);

/** Most parameter sets that one search of a run tries. */
export const mostTrials = 36;

/** A set of candles in the lab's store. */
const dataReferenceSchema = z.object({
  hash: contentHashSchema,
  venue: z.string(),
  symbol: z.string(),
  /** The files that it was read or made from, empty for none; absent where that is not known. */
  files: z.array(sourceFileSchema).optional(),
});
export type DataReference = z.infer<typeof dataReferenceSchema>;

const marketReferenceSchema = dataReferenceSchema.extend({
  /** Finer bars of the same market, which decide what its bars leave open. */
  finer: dataReferenceSchema.optional(),
  /** Recorded funding in the lab's store. */
  funding: z.object({ hash: contentHashSchema, files: z.array(sourceFileSchema).optional() }).optional(),
});
export type MarketReference = z.infer<typeof marketReferenceSchema>;

/** What a strategy is tried on, whoever wrote it. */
export const trialInputSchema = z.object({
  /** The main market. */
  data: marketReferenceSchema,
  /** The other markets of the run, in the order in which the strategy gets them. */
  others: z
    .array(marketReferenceSchema)
    .max(mostMarkets - 1)
    .optional(),
  settings: runSettingsSchema,
  /** The metric that the search maximises: one of which more is better. */
  metric: searchMetricSchema,
  minimumLevel: isolationLevelSchema,
  /** Warnings of the data's quality report, which belong on every result. */
  dataWarnings: z.array(z.string()),
  /** Most parameter sets that the search may try. */
  budget: z.number().int().min(1).max(mostTrials).default(mostTrials),
});
export type TrialInput = z.infer<typeof trialInputSchema>;

export const generateInputSchema = trialInputSchema.extend({
  idea: z.string().min(1).max(4000),
  /** A person's own version of the strategy, after a fix: it is taken in place of asking the agent. */
  edited: codeResultSchema.nullable(),
  /** Who wrote that version, where it was no person. */
  editedBy: authorSchema.optional(),
});
export type GenerateInput = z.infer<typeof generateInputSchema>;

/** Whose a changed strategy is, and how strong its sandbox must be: a person's own, and as before, where left out. */
export const patchOriginSchema = z.object({
  author: authorSchema.optional(),
  minimumLevel: isolationLevelSchema.optional(),
});
export type PatchOrigin = z.infer<typeof patchOriginSchema>;

/** The stronger of what a run and a changed strategy ask for. */
export function levelFor(
  input: { readonly minimumLevel: IsolationLevel },
  { minimumLevel }: PatchOrigin,
): IsolationLevel {
  if (minimumLevel === undefined || isAtLeast(input.minimumLevel, minimumLevel)) return input.minimumLevel;
  return minimumLevel;
}

/** What a person may change at a gate. */
export const generatePatchSchema = patchOriginSchema
  .extend({ idea: z.string().min(1).max(4000).optional(), source: z.string().min(1).optional() })
  .refine((patch) => (patch.idea === undefined) !== (patch.source === undefined), {
    message: 'a fix changes the idea or the strategy file, one of the two',
  });
export type GeneratePatch = z.infer<typeof generatePatchSchema>;

export const reasonResultSchema = z.object({
  market: marketSummarySchema,
  reasoning: reasoningResultSchema,
});

/** The strategy that a run is about, whoever wrote it. */
export const sourceStepSchema = z.object({
  author: authorSchema,
  code: z.object({ source: z.string().min(1) }),
  codeHash: contentHashSchema,
  /** Name of the file in the folder of generated strategies, or the absolute path of a person's own. */
  file: z.string(),
});

export const codeStepSchema = sourceStepSchema.extend({ code: codeResultSchema });

export const guardStepSchema = z.object({
  codeHash: contentHashSchema,
  findings: z.array(findingSchema),
});

export const sandboxStepSchema = z.object({
  description: strategyDescriptionSchema,
  isolation: isolationSchema,
  doubleRun: z.string(),
  warmUp: z.number().int(),
  fills: z.number().int(),
});

export const optimiseStepSchema = z.object({
  /** First bar of the held-back part. */
  splitBar: z.number().int().positive(),
  optimisation: optimisationSummarySchema,
  params: parameterValuesSchema,
  reasons: z.array(z.string()),
});

export const backtestStepSchema = z.object({
  /** Artefacts: the result, and the chart of it. */
  result: contentHashSchema,
  chart: contentHashSchema,
  /** Artefact: the equity at the close of each bar, Float64 little-endian. Runs of earlier versions have none. */
  equity: contentHashSchema.optional(),
  /** Artefact: what became of each order. Runs of earlier versions have none. */
  orders: contentHashSchema.optional(),
  /** Artefacts: one value a bar of each plotted series, Float32 little-endian, NaN for none. */
  plots: z
    .array(z.object({ name: z.string(), pane: z.enum(['price', 'below']), hash: contentHashSchema }))
    .default([]),
  /** First bar of the part that is judged apart from the others. */
  splitBar: z.number().int().positive().optional(),
  /** Artefact: what became of the run when one thing of it was changed; absent where nothing was. */
  fragility: contentHashSchema.optional(),
  /** What the run showed of the strategy's code. */
  findings: z.array(runFindingSchema).default([]),
  metrics: metricsSchema,
  inSample: metricsSchema,
  outOfSample: metricsSchema,
  isolation: isolationSchema,
});

export const reviewStepSchema = z.object({
  report: contentHashSchema,
  /** Name of the file in the folder of reports. */
  file: z.string(),
});

/** A recorded decision: until approvals are signed it trades nothing. */
export const deployStepSchema = z.object({
  venue: z.literal('paper'),
  trades: z.literal(false),
  strategy: z.string(),
  codeHash: contentHashSchema,
  params: parameterValuesSchema,
  result: contentHashSchema,
  /** Why it does not trade. */
  note: z.string(),
});

export const monitorStepSchema = z.object({
  state: z.literal('recorded'),
  /** What will be watched, once something trades. */
  expected: z.object({
    maxDrawdown: z.number().nullable(),
    winRate: z.number().nullable(),
    averageBars: z.number().nullable(),
  }),
});
