import * as z from 'zod';

const figure = z.number().nullable();
const count = z.number().int().nonnegative();

/** What a run came to, by the metrics of these names. */
export const runFiguresSchema = z.object({
  totalReturn: figure,
  sharpe: figure,
  maxDrawdown: figure,
  trades: figure,
});
export type RunFigures = z.infer<typeof runFiguresSchema>;

/** Why a variant of a run gave nothing to compare: the strategy failed in it, or there was nothing to see. */
export const variantProblemSchema = z.object({
  kind: z.enum(['failed', 'not-comparable']),
  text: z.string(),
});
export type VariantProblem = z.infer<typeof variantProblemSchema>;

/** Why later starts are not compared, beside what one comparison finds; the second in records of earlier versions. */
export const sizeBoundFills =
  'a limit by volume or slippage by volume makes fills depend on the size of the account';
export const severalMarkets = 'with several markets a later start is not compared';

/** A run with one thing changed; one of the two is null. */
export const changedRunSchema = z.object({
  figures: runFiguresSchema.nullable(),
  problem: variantProblemSchema.nullable(),
});
export type ChangedRun = z.infer<typeof changedRunSchema>;

/** Costs that a run at doubled costs raises; those of fee tiers besides the fees of all orders. */
export const costNames = [
  'fee',
  'makerFee',
  'fixedFee',
  'tierFee',
  'tierMakerFee',
  'spread',
  'slippage',
  'volatilitySlippage',
  'volumeSlippage',
  'liquidationFee',
] as const;
export type CostName = (typeof costNames)[number];

/** A cost that could not be doubled, since `limit` is the highest that it may be: `limit` was taken. */
export const limitedCostSchema = z.object({ cost: z.enum(costNames), was: z.number(), limit: z.number() });
export type LimitedCost = z.infer<typeof limitedCostSchema>;

/** Why a run at doubled costs was not made. */
export const nothingRaised = 'no cost that the run pays could be raised';

/** What a strategy does on other bars against what it did on the bars as they are. */
export const runComparisonSchema = z.object({
  /** Number of the bar (from 0) from which the bars are others: cut off, noise, or the first at all. */
  at: count,
  /** Bars that were compared, `to` not included; null where there were none. */
  from: count.nullable(),
  to: count.nullable(),
  /** Orders, or fills of a shifted start, that the run as it was has on these bars. */
  compared: count,
  /** The first bar that differs, and its open time; null where none does. */
  difference: z.object({ bar: count, time: z.number() }).nullable(),
  problem: variantProblemSchema.nullable(),
});
export type RunComparison = z.infer<typeof runComparisonSchema>;

/** What becomes of a run when one thing of it changes a little. Bounds are no part of it: see the gate's policy. */
export const fragilitySchema = z.object({
  base: runFiguresSchema,
  /** Fills of the run as it was; absent in records of earlier versions. */
  fills: count.optional(),
  /** Every order arrives so many bars later. */
  delay: changedRunSchema.extend({
    bars: z.number().int().positive(),
    /** What two fills of the run as it was cost on average, as a part of its mean equity. */
    twoFills: z.number().default(0),
  }),
  /** Every cost twice as high, as far as it may go; null where the run has no costs. */
  doubledCosts: changedRunSchema
    .extend({
      limits: z.array(limitedCostSchema).default([]),
      /**
       * Rates that the run has paid were doubled and those that it received were not, or none was paid; null
       * where there is no funding.
       */
      funding: z.enum(['paid-doubled', 'none-paid']).nullable().default(null),
    })
    .nullable(),
  /** The same strategy begun some bars later, or times of several markets. */
  shiftedStart: z.array(runComparisonSchema),
  /** Run on the bars before one alone, and on noise from it on. */
  cutData: z.array(runComparisonSchema),
  noiseFuture: z.array(runComparisonSchema),
});
export type Fragility = z.infer<typeof fragilitySchema>;

export const fragilityNames = [
  'delay',
  'doubled-costs',
  'shifted-start',
  'cut-data',
  'noise-future',
] as const;
