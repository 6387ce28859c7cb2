import { z } from 'zod';
import { candlesMetaSchema } from './candles.ts';
import { isolationLevelSchema } from './isolation.ts';
import { parameterValuesSchema } from './strategy.ts';

/**
 * Money and venue rules of a run. `fee` and `slippage` are fractions of the traded value and of the
 * price: 0.001 is 0.1 %. A `quantityStep` or `minimumNotional` of 0 means that the venue has none.
 */
export const runSettingsSchema = z.object({
  cash: z.number().positive().max(1e15),
  fee: z.number().min(0).max(0.2),
  slippage: z.number().min(0).max(0.2),
  quantityStep: z.number().min(0),
  minimumNotional: z.number().min(0),
  /** Seed of the strategy's `random()`. */
  seed: z.number().int().min(0).max(0xffff_ffff),
  /** Periods a year of daily returns: 365 for markets that trade every day, else 252. */
  periodsPerYear: z.number().int().min(1).max(366),
});

export type RunSettings = z.infer<typeof runSettingsSchema>;

export const defaultRunSettings: RunSettings = {
  cash: 10_000,
  fee: 0.001,
  slippage: 0.0005,
  quantityStep: 0,
  minimumNotional: 0,
  seed: 1,
  periodsPerYear: 365,
};

export const exitReasonSchema = z.enum(['signal', 'reverse', 'stop-loss', 'take-profit', 'bankrupt', 'open']);
export type ExitReason = z.infer<typeof exitReasonSchema>;

/** One entry lot and its exit. A lot that is closed in parts gives one trade a part. */
export const tradeSchema = z.object({
  side: z.enum(['long', 'short']),
  entryTime: z.number(),
  entryPrice: z.number(),
  /** Null while the position is still open at the end of the data. */
  exitTime: z.number().nullable(),
  exitPrice: z.number().nullable(),
  /** Last close, for an open trade: the price at which its profit is marked. */
  markPrice: z.number().nullable(),
  quantity: z.number(),
  /** Entry fee plus exit fee; an open trade has paid its entry fee alone. */
  fees: z.number(),
  /** Net of `fees`. */
  profit: z.number(),
  /** `profit` as a fraction of the entry value. */
  profitFraction: z.number(),
  bars: z.number().int().nonnegative(),
  exitReason: exitReasonSchema,
});
export type Trade = z.infer<typeof tradeSchema>;

/** An order that was not executed, and why. */
export const rejectionSchema = z.object({
  time: z.number(),
  reason: z.enum([
    'insufficient-cash',
    'below-step',
    'below-minimum-notional',
    'too-small',
    'too-many-entries',
    'no-position',
    'stop-on-wrong-side',
    'target-on-wrong-side',
    'end-of-data',
    'bankrupt',
  ]),
});
export type Rejection = z.infer<typeof rejectionSchema>;

/** A metric that the sample cannot carry is null, never 0 or infinity. */
export const metricsSchema = z.record(z.string(), z.number().nullable());
export type Metrics = z.infer<typeof metricsSchema>;

/** Everything that a result depends on; no wall time, path or host name. */
export const manifestSchema = z.object({
  data: candlesMetaSchema.extend({
    bars: z.number().int().nonnegative(),
    firstTime: z.number(),
    lastTime: z.number(),
  }),
  strategy: z.object({ name: z.string(), codeHash: z.string(), params: parameterValuesSchema }),
  settings: runSettingsSchema,
  engine: z.object({ version: z.string(), runnerHash: z.string() }),
  runtime: z.string(),
  /** The rules by which orders are filled, one sentence each. */
  rules: z.record(z.string(), z.string()),
  /**
   * Distinct pairs of code and parameters that this lab had evaluated on any part of these bars, this one
   * included, and the position in its ledger up to which they are counted. Earlier versions kept none.
   */
  trials: z
    .object({ count: z.number().int().positive(), position: z.number().int().positive() })
    .nullable()
    .default(null),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** Whether a second run with other chunk borders gave the same intents to the byte. */
export const doubleRunSchema = z.object({
  verdict: z.enum(['identical', 'different', 'not-run']),
  chunks: z.array(z.number().int().positive()),
});

export const backtestResultSchema = z.object({
  manifest: manifestSchema,
  isolation: z.object({
    level: isolationLevelSchema,
    backend: z.string(),
    memoryLimitHolds: z.boolean().nullable(),
  }),
  doubleRun: doubleRunSchema,
  trades: z.array(tradeSchema),
  rejections: z.object({ total: z.number().int(), first: z.array(rejectionSchema) }),
  metrics: metricsSchema,
  definitions: z.record(z.string(), z.string()),
  /** Metrics of the part used to choose parameters and of the held-back part; never one alone. */
  segments: z
    .object({
      splitTime: z.number(),
      inSample: metricsSchema,
      outOfSample: metricsSchema,
    })
    .nullable(),
  /** SHA-256 of all fills in order. */
  fillHash: z.string(),
  warnings: z.array(z.string()),
  log: z.array(z.string()),
});
export type BacktestResult = z.infer<typeof backtestResultSchema>;
