import * as z from 'zod';

const positive = z.number().positive().nullable();

/** What a venue demands of orders in one market; null where it does not say. */
export const venueFactsSchema = z.object({
  venue: z.string().min(1),
  symbol: z.string().min(1),
  kind: z.enum(['spot', 'perpetual', 'future', 'other']),
  /** Quantities are multiples of this, in units of the base asset or, for futures, in contracts. */
  quantityStep: positive,
  minimumQuantity: positive,
  maximumQuantity: positive,
  /** Prices are multiples of this, in the quote asset. */
  priceTick: positive,
  /** The smallest value of an order in the quote asset. */
  minimumNotional: positive,
  /** Units of the base asset in one contract; null for spot. */
  contractSize: positive,
  /** Fees of the lowest tier as fractions of the value traded; negative where the venue pays. */
  makerFee: z.number().gt(-1).lt(1).nullable(),
  takerFee: z.number().gt(-1).lt(1).nullable(),
  /** When the venue said so, UTC ms. */
  askedAt: z.number(),
});

export type VenueFacts = z.infer<typeof venueFactsSchema>;
