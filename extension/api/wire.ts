import * as z from 'zod';
import { metricsSchema, runSettingsSchema } from '../contracts/backtest.ts';
import { timeframeSchema } from '../contracts/candles.ts';
import { findingSchema } from '../contracts/guardian.ts';
import { isolationSchema } from '../contracts/isolation.ts';
import { contentHashSchema } from '../contracts/journal.ts';
import { decisionActions, errorRecordSchema } from '../contracts/saga.ts';
import { stepNameSchema } from '../contracts/sagaPlaces.ts';
import { parameterValuesSchema } from '../contracts/strategy.ts';
import { strategyLanguageSchema } from '../contracts/strategyLanguage.ts';

/** A year. */
export const longestDelay = 366 * 86_400_000;
/** The last time that a date of JavaScript can be. */
const latestTime = 8_640_000_000_000_000;

/* Shapes that several operations have in common, as they go over the wire. */

export const taskIdSchema = z.string().regex(/^[A-Za-z0-9._-]{1,100}$/);
export const traceIdSchema = z.string().min(1).max(200);
export const agentIdSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
export const toolSchema = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/);
/** 10 and more starts at once, whatever else waits. Those of guests are cut to what `serve` allows. */
export const prioritySchema = z.number().int().min(0).max(100);
/** Milliseconds from now on before which a task is not started. */
export const delaySchema = z.number().int().min(0).max(longestDelay);
/** UTC milliseconds after which a task that was not started is not any more: it is cancelled. */
export const deadlineSchema = z.number().int().min(0).max(latestTime);
export const promptSchema = z.string().trim().min(1).max(4000);
export const strategySourceSchema = z.string().min(1).max(500_000);
export const commentSchema = z.string().max(2000);
/** Who decides, as the caller says. The tenant of the token is kept beside it. */
export const bySchema = z.string().min(1).max(100);

/** Market data in the lab's store: by hash, or by what it is of. Left out: a seeded synthetic market. */
export const dataChoiceSchema = z.strictObject({
  /** The first 8 digits or more of a set's content hash. */
  data: z
    .string()
    .regex(/^[0-9a-f]{8,64}$/)
    .optional(),
  /** The venue that the set is of. */
  market: z.string().min(1).max(64).optional(),
  symbol: z.string().min(1).max(64).optional(),
  /** Shorter bars are resampled. */
  timeframe: timeframeSchema.optional(),
});
export type DataChoice = z.infer<typeof dataChoiceSchema>;

/** A strategy: the name of a file in the lab's folder of strategies, or its text. */
export const strategyChoiceSchema = z.strictObject({
  file: z
    .string()
    .regex(/^[\w][\w.-]{0,199}$/)
    .optional(),
  source: strategySourceSchema.optional(),
  language: strategyLanguageSchema.optional(),
});
export type StrategyChoice = z.infer<typeof strategyChoiceSchema>;

export const paramsSchema = parameterValuesSchema;
/** Settings of the run; what is left out is as the lab has it. */
export const settingsSchema = z.strictObject({
  cash: runSettingsSchema.shape.cash.optional(),
  fee: z.number().min(0).max(0.2).optional(),
  slippage: z.number().min(0).max(0.2).optional(),
  seed: z.number().int().min(0).max(0xffff_ffff).optional(),
});
export type SettingsChoice = z.infer<typeof settingsSchema>;

const figures = metricsSchema.nullable();

/** What came of a task's backtest; null for what is not there yet. */
export const taskResultSchema = z.object({
  metrics: figures,
  in_sample: figures,
  out_of_sample: figures,
  isolation: isolationSchema.nullable(),
  /** Artefact of the whole result. */
  result_hash: contentHashSchema.nullable(),
  strategy_file: z.string().nullable(),
  report_file: z.string().nullable(),
});

/** A task as it stands. */
export const taskSchema = z.object({
  task_id: taskIdSchema,
  trace_id: traceIdSchema,
  tool: z.string(),
  tenant: z.string(),
  priority: z.number().int(),
  /** When it may be started at the earliest, and at the latest; null where nobody has said. */
  not_before: z.number().nullable(),
  deadline: z.number().nullable(),
  /** `queued`, `running`, `undoing`, `interrupted`, `completed`, `rejected`, `failed`, `cancelled` or `waiting-for-STEP`. */
  state: z.string(),
  waiting_for: stepNameSchema.nullable(),
  /** What may be decided now. */
  actions: z.array(z.enum(decisionActions)),
  rollback_targets: z.array(stepNameSchema),
  /** SHA-256 over all evidence that stands; a decision may name it. Null where nothing is to be decided. */
  evidence_hash: contentHashSchema.nullable(),
  /** The agent that it was routed to. */
  agent_id: agentIdSchema.nullable(),
  started_time: z.number(),
  updated_time: z.number(),
  steps: z.array(
    z.object({
      name: stepNameSchema,
      status: z.string(),
      attempts: z.number().int(),
      error: errorRecordSchema.nullable(),
    }),
  ),
  result: taskResultSchema,
  error: errorRecordSchema.nullable(),
  /** What could not be undone, and so still stands. */
  not_undone: z.array(
    z.object({ step: stepNameSchema, error: errorRecordSchema, files: z.array(z.string()) }),
  ),
});
export type Task = z.infer<typeof taskSchema>;

/** One line of what happened. */
export const logLineSchema = z.object({
  time: z.number(),
  trace_id: traceIdSchema,
  task_id: z.string(),
  /** Place in the task's stream, from 1. */
  sequence: z.number().int().positive(),
  type: z.string(),
  step: z.string().nullable(),
  level: z.enum(['info', 'warn', 'error']),
  message: z.string(),
});
export type LogLine = z.infer<typeof logLineSchema>;

export const logAnswerSchema = z.object({ lines: z.array(logLineSchema) });
export const logLimitSchema = z.number().int().min(1).max(1000).default(200);

export const decidedSchema = z.object({
  task_id: taskIdSchema,
  trace_id: traceIdSchema,
  /** How the task stands now. */
  state: z.string(),
});

export const findingsSchema = z.array(findingSchema);
