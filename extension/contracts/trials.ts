import * as z from 'zod';
import { timeframeSchema } from './candles.ts';
import { type ChainReport, contentHashSchema } from './journal.ts';
import { parameterValuesSchema } from './strategy.ts';

/** What a strategy was evaluated for. */
export const trialPurposeSchema = z.enum([
  'sandbox',
  'optimise',
  'backtest',
  'walk-forward',
  'stress',
  'tournament',
]);

/** One parameter set and what its returns looked like; null where the sample cannot carry it. */
export const trialSchema = z.object({
  /** The value of every declared parameter. */
  params: parameterValuesSchema,
  /** Returns that the statistics rest on: of UTC days, or of bars where these are longer. */
  observations: z.number().int().nonnegative(),
  /** Mean / standard deviation (ddof 1) of a day's return, not annualised: timeframes compare. */
  sharpe: z.number().nullable(),
  skewness: z.number().nullable(),
  /** 3 for a normal distribution. */
  kurtosis: z.number().nullable(),
});
export type Trial = z.infer<typeof trialSchema>;

/**
 * Parameter sets of one strategy that were run together over the same bars, as they count for one market: a run of
 * several markets has an evaluation for each, so that an attempt counts on all of them, whichever is the main one.
 */
export const evaluationSchema = z.object({
  /**
   * What makes the evaluation one of its own, such as a step of a run: recorded again with the same
   * content, as after a crash, it is on record once.
   */
  key: z.string().min(1).max(300),
  purpose: trialPurposeSchema,
  /** The run that it belongs to. The run may go, the evaluation stays. */
  runId: z.string().nullable(),
  /**
   * SHA-256 of the strategy's source as it is written: a changed comment makes another strategy. Variants
   * that trade alike are therefore counted apart, which errs against the strategy and never for it.
   */
  codeHash: contentHashSchema,
  venue: z.string().min(1),
  symbol: z.string().min(1),
  timeframe: timeframeSchema,
  /** Open times of the first and the last bar, UTC ms. */
  firstTime: z.number().int(),
  lastTime: z.number().int(),
  /** Content hash of the candles, of all markets. */
  dataHash: contentHashSchema,
  trials: z.array(trialSchema).min(1).max(1_000_000),
});
export type Evaluation = z.infer<typeof evaluationSchema>;

export const trialQuerySchema = z.object({
  /** A trial counts that was evaluated on any of them: once, in whatever order they stand. */
  markets: z
    .array(z.object({ venue: z.string(), symbol: z.string() }))
    .min(1)
    .max(1000),
  /** UTC ms, `to` not included; bars of which any part lies within are counted. */
  from: z.number(),
  to: z.number(),
  /** Position up to which is counted, itself included; left out, all that is there. */
  upTo: z.number().int().nonnegative().optional(),
});
export type TrialQuery = z.infer<typeof trialQuerySchema>;

export const trialCountSchema = z.object({
  /** Distinct pairs of code hash and parameters. */
  trials: z.number().int().nonnegative(),
  /** Distinct code hashes among them. */
  codes: z.number().int().nonnegative(),
  /**
   * Variance (ddof 1) of the Sharpe ratios of a day, each trial once with its latest evaluation that has
   * one, whatever its part of the window and its timeframe; null below two.
   */
  sharpeVariance: z.number().nullable(),
  /** Trials that the variance rests on. */
  sharpes: z.number().int().nonnegative(),
  /** Position up to which was counted: the same query with it as `upTo` gives the same answer for ever. */
  position: z.number().int().nonnegative(),
});
export type TrialCount = z.infer<typeof trialCountSchema>;

/**
 * Every evaluation of every strategy of this lab, append only and chained by hashes. Runs that are deleted,
 * rejected or rolled back stay counted. Errors are those of the journal.
 */
export interface TrialLedger {
  /** Answers the position of the evaluation, from 1, once it is on disk. `time` in UTC ms. */
  record(evaluation: Evaluation, time: number): Promise<number>;
  count(query: TrialQuery): Promise<TrialCount>;
  /** Computes every hash again; `events` are evaluations. */
  verify(): Promise<ChainReport>;
}
