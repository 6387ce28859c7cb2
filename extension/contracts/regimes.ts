import * as z from 'zod';

/**
 * Phases of a market. Where bars are labelled, a label is a name's place in this list, so that labels of
 * many bars are one Uint8Array. `extension/evaluation/regimes/definition.ts` says what each one means.
 */
export const marketRegimes = [
  'unknown',
  'up-trend',
  'down-trend',
  'range',
  'high-volatility',
  'crash',
] as const;

export const marketRegimeSchema = z.enum(marketRegimes);

export type MarketRegime = z.infer<typeof marketRegimeSchema>;
