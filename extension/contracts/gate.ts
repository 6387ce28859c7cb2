import * as z from 'zod';
import { trialQuerySchema } from './trials.ts';

const figure = z.number().nullable();

/** What the returns of a search tell about luck and skill, each figure null where the sample cannot carry it. */
export const luckFiguresSchema = z.object({
  /** Returns of the chosen set in-sample: of UTC days, or of bars where these are longer. */
  observations: z.number().int().nonnegative(),
  /** Sharpe ratio of one such return, not annualised. */
  sharpe: figure,
  psr: figure,
  minTrackRecord: figure,
  /** Distinct attempts on these bars that the lab has on record, those of this search included. */
  trials: z.number().int().nonnegative(),
  /** Independent attempts that the sets of this search are worth. */
  effectiveTrials: figure,
  /** Largest Sharpe ratio that so many attempts are expected to show by luck. */
  expectedMaximum: figure,
  dsr: figure,
  /** Probability of backtest overfitting, the larger of both conventions for ties. */
  pbo: figure,
  realityCheck: figure,
  /** Consistent p-value of the test for superior predictive ability. */
  spa: figure,
  /** Sharpe ratio of the middle one of the paths of combinatorial purged cross-validation. */
  medianPathSharpe: figure,
  paths: z.number().int().nonnegative(),
  /**
   * Rows that its train rows leave out behind a test group, or behind the last exit of a trade that was open in it,
   * which are left out too; null without paths, and in results of versions that left out one row and no trade.
   */
  embargo: figure.default(null),
  /** Why a figure is null, by its name. */
  reasons: z.record(z.string(), z.string()),
});
export type LuckFigures = z.infer<typeof luckFiguresSchema>;

export const luckSummarySchema = luckFiguresSchema.extend({
  /** Position of the lab's ledger up to which the attempts are counted, and what it was asked; null in results of earlier versions. */
  position: figure.default(null),
  counted: trialQuerySchema.nullable().default(null),
});
export type LuckSummary = z.infer<typeof luckSummarySchema>;

/** Bounds of the gate. They are choices: the figures are always shown beside them. */
export const gatePolicySchema = z.object({
  leastDsr: z.number().min(0).max(1).default(0.95),
  mostPbo: z.number().min(0).max(1).default(0.2),
  mostSpa: z.number().min(0).max(1).default(0.05),
  /** Per observation; the median path must be above it. */
  medianPathAbove: z.number().default(0),
  /** Fewest trades of the held-back part. */
  leastTrades: z.number().int().min(0).default(10),
  /** Least share of the return that one bar of delay leaves. */
  leastDelayShare: z.number().min(0).max(1).default(0.5),
  /** Return, as a fraction, that must be exceeded at doubled costs. */
  doubledCostsAbove: z.number().min(-1).default(0),
});
export type GatePolicy = z.infer<typeof gatePolicySchema>;

export const gateCheckSchema = z.object({
  name: z.enum([
    'dsr',
    'pbo',
    'spa',
    'median-path',
    'track-record',
    'out-of-sample',
    'double-run',
    'costs',
    'delay',
    'doubled-costs',
    'shifted-start',
    'look-ahead',
  ]),
  state: z.enum(['pass', 'fail', 'not-available']),
  value: figure,
  bound: figure,
  /** One sentence with the figures. */
  text: z.string(),
});
export type GateCheck = z.infer<typeof gateCheckSchema>;

export const gateVerdictSchema = z.object({
  /** `fail` where a check failed; `not-enough` where none did and one could not be made. */
  verdict: z.enum(['pass', 'fail', 'not-enough']),
  checks: z.array(gateCheckSchema),
});
export type GateVerdict = z.infer<typeof gateVerdictSchema>;
