import * as z from 'zod';

/** Where a stretch of bars lies: before the held-back part, in it, or on both sides of its first bar. */
export const partOfDataSchema = z.enum(['in-sample', 'mixed', 'held-back']);
export type PartOfData = z.infer<typeof partOfDataSchema>;

const monthSchema = z.object({
  /** Fraction; null where there is no data, or nothing that a return could be a fraction of. */
  value: z.number().nullable(),
  /** Null where there is no data. */
  part: partOfDataSchema.nullable(),
});

/** Returns of UTC months and years, from the equities at their last closes. */
export const monthlyReturnsSchema = z.object({
  years: z.array(
    z.object({
      year: z.number().int(),
      months: z.array(monthSchema).length(12),
      /** Of the year's bars; `hold` is that of buying and holding, without costs. */
      total: z.number().nullable(),
      hold: z.number().nullable(),
    }),
  ),
});
export type MonthlyReturns = z.infer<typeof monthlyReturnsSchema>;

const count = z.number().int().nonnegative();

/** A fall of the equity at bar closes from a high until the high is regained. Times are open times of bars. */
export const drawdownSchema = z.object({
  /** What was lost at the lowest close, as a fraction of the high. */
  depth: z.number(),
  /** Bar at whose close the high stood; null where it is the equity before the first bar. */
  highTime: z.number().nullable(),
  troughTime: z.number(),
  /** Bar at whose close the high is regained; null where none does. */
  recoveryTime: z.number().nullable(),
  /** Bars that close below the high. */
  bars: count,
  /** Bars from the high to the lowest close, and from there to the one that regains the high. */
  fallBars: count,
  recoveryBars: count.nullable(),
  part: partOfDataSchema,
});
export type Drawdown = z.infer<typeof drawdownSchema>;
