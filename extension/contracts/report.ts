import * as z from 'zod';
import { reasoningResultSchema } from './agents.ts';
import { backtestResultSchema, metricsSchema } from './backtest.ts';
import { fragilitySchema } from './fragility.ts';
import { gatePolicySchema, gateVerdictSchema, luckSummarySchema } from './gate.ts';
import { findingSchema } from './guardian.ts';
import { sandboxAlertSchema } from './sandboxEvidence.ts';
import { parameterValuesSchema } from './strategy.ts';
import { stressReportSchema } from './stress.ts';
import { validationSummarySchema } from './validation.ts';
import type { ValidationView } from './validationView.ts';

/** Most points of a chart's line: what a screen can show. */
export const maximumBuckets = 1200;

export const tradeMarkerSchema = z.object({
  time: z.number(),
  price: z.number(),
  kind: z.enum(['long-entry', 'short-entry', 'gain-exit', 'loss-exit']),
});
export type TradeMarker = z.infer<typeof tradeMarkerSchema>;

const columnSchema = z.array(z.number()).max(maximumBuckets);

/**
 * The charts of a run. All columns have one value a bucket; a bucket is one bar or several in a row,
 * and its `time` is the open time of its last bar. The first bucket is always the first bar alone.
 */
export const chartDataSchema = z
  .object({
    /** Bars that the buckets stand for. */
    bars: z.number().int().nonnegative(),
    time: columnSchema,
    /** Lowest low, highest high and last close of the bucket. */
    low: columnSchema,
    high: columnSchema,
    close: columnSchema,
    /** Equity at the last close of the bucket, and its extremes at the closes within. */
    equity: columnSchema,
    equityLow: columnSchema,
    equityHigh: columnSchema,
    /** The initial cash, had it been exchanged at the first close without costs and held. */
    hold: columnSchema,
    /** Deepest equity of the bucket over the highest equity so far, less 1: 0 or below. */
    drawdown: columnSchema,
    markers: z.array(tradeMarkerSchema),
    /** Markers that were left out because others of their kind stand in the same bucket. */
    markersLeftOut: z.number().int().nonnegative(),
  })
  .refine(
    (chart) =>
      [
        chart.low,
        chart.high,
        chart.close,
        chart.equity,
        chart.equityLow,
        chart.equityHigh,
        chart.hold,
        chart.drawdown,
      ].every((column) => column.length === chart.time.length),
    { message: 'all columns must have one value a bucket' },
  );
export type ChartData = z.infer<typeof chartDataSchema>;

/** The parameter sets that were tried, and the index of the one that was taken. */
export const optimisationSummarySchema = z
  .object({
    /** Name of the metric that was maximised on the in-sample part. */
    metric: z.string(),
    trials: z.array(
      z.object({
        params: parameterValuesSchema,
        inSample: metricsSchema,
        /** Null where the set was never run on the held-back part. */
        outOfSample: metricsSchema.nullable(),
      }),
    ),
    chosen: z.number().int().nonnegative(),
    /** How much of the choice luck explains; null in runs of earlier versions. */
    luck: luckSummarySchema.nullable().default(null),
  })
  .refine((optimisation) => optimisation.chosen < optimisation.trials.length, {
    message: 'chosen must be the index of a trial',
  });
export type OptimisationSummary = z.infer<typeof optimisationSummarySchema>;

/** Everything that a run's report shows. Equal inputs give equal reports, to the byte. */
export const runReportInputSchema = z.object({
  title: z.string().min(1),
  /** The idea in the words of the person who had it. */
  idea: z.string().optional(),
  chart: chartDataSchema,
  result: backtestResultSchema,
  reasoning: reasoningResultSchema.optional(),
  guard: z.array(findingSchema).optional(),
  /** Source text of the strategy. */
  source: z.string().optional(),
  optimisation: optimisationSummarySchema.optional(),
  gate: gateVerdictSchema.optional(),
  /** The bounds by which the run is judged; the usual ones where it has none. */
  policy: gatePolicySchema.optional(),
  /** What became of the run when one thing of it was changed. */
  fragility: fragilitySchema.optional(),
  /** How the strategy fared in other circumstances. */
  stress: stressReportSchema.optional(),
  validation: validationSummarySchema.optional(),
  /** What a sandbox of the run did that no honest strategy does. */
  alerts: z.array(sandboxAlertSchema).optional(),
  /** What each step of the pipeline came to, in order. */
  steps: z.array(z.object({ name: z.string(), outcome: z.string() })).optional(),
});
export type RunReportInput = z.infer<typeof runReportInputSchema>;

/** What the script of a report's page needs, as JSON in the page. */
export interface ReportPageData {
  readonly chart: ChartData;
  /** First open time of the held-back part, where there is one. */
  readonly splitTime: number | null;
  /** The equity of the validation, where there is one. */
  readonly validation: Pick<ValidationView['chart'], 'time' | 'lines'> | null;
}
