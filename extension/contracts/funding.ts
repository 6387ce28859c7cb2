import * as z from 'zod';
import { contentHashSchema } from './journal.ts';

/** Largest rate of one payment that is believed: beyond it the file is in another unit. */
export const largestFundingRate = 0.5;

/** Recorded funding of a perpetual as it is stored: rates, each paid by longs to shorts at its own time. */
export const storedFundingSchema = z.object({
  /** SHA-256 of times and rates as little-endian Float64. */
  hash: contentHashSchema,
  /** UTC ms, ascending. */
  time: z.array(z.number().int()).min(1),
  /** As a fraction of the position's value: 0.0001 is 0.01 %. */
  rate: z.array(z.number().min(-largestFundingRate).max(largestFundingRate)),
});

export interface FundingSeries {
  readonly hash: string;
  readonly time: Float64Array;
  readonly rate: Float64Array;
}
