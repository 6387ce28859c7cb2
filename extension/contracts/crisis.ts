import * as z from 'zod';

export const crisisMarkets = ['crypto', 'equities', 'currencies', 'commodities'] as const;

export const crisisSchema = z.object({
  /** Stable name for programs. */
  id: z.string(),
  name: z.string(),
  /** Markets in which it was one. */
  markets: z.array(z.enum(crisisMarkets)),
  /** From (included) and to (not included), UTC ms. */
  from: z.number().int(),
  to: z.number().int(),
  /** What happened, in one or two sentences of public facts. */
  facts: z.string(),
});

export type Crisis = z.infer<typeof crisisSchema>;
export type CrisisMarket = (typeof crisisMarkets)[number];
