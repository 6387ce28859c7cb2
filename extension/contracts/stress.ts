import * as z from 'zod';
import { crisisSchema } from './crisis.ts';
import { runFiguresSchema } from './fragility.ts';
import { marketRegimeSchema } from './regimes.ts';

/** Markets that are generated, with the usual volatility of the data at hand. */
export const generatedScenarios = [
  'up-trend',
  'down-trend',
  'range',
  'volatility',
  'jumps',
  'crash',
  'flash-crash',
  'gap',
  'liquidity-hole',
  'regime-switching',
] as const;

/** Shocks that are laid over the data at hand, and markets that are drawn from its bars. */
export const overlaidScenarios = [
  'own-crash',
  'own-flash-crash',
  'own-gap',
  'own-liquidity-hole',
  'own-volatility',
  'own-resample',
] as const;

export const stressScenarios = [...generatedScenarios, ...overlaidScenarios] as const;
export type StressScenario = (typeof stressScenarios)[number];

export const mostStressPaths = 100;

/** What a stress test tries. Its seed is that of the run's settings. */
export const stressDefinitionSchema = z.object({
  scenarios: z.array(z.enum(stressScenarios)).default([...stressScenarios]),
  /** Markets of each scenario: other chance, or the shock at another place. */
  paths: z.number().int().min(1).max(mostStressPaths).default(3),
});
export type StressDefinition = z.infer<typeof stressDefinitionSchema>;

const figure = z.number().nullable();
const count = z.number().int().nonnegative();

/** Why a part of a stress test was left out of a run over several markets, a sentence each. */
export const leftOutReasons = {
  'generated-alone': 'Markets are generated one at a time, and not several that move together.',
  'times-differ':
    'The bars of the markets open at different times, so that none can be drawn for all of them at once.',
  'orders-alone': 'The rules of the traders are laid over the orders of one market, and not of several.',
} as const;
export type LeftOut = keyof typeof leftOutReasons;
const leftOutSchema = z.enum(Object.keys(leftOutReasons) as [LeftOut, ...LeftOut[]]).nullable();

/** What is said where the run has finer bars, and where it has recorded funding. */
export const simplifiedTexts = {
  finer: 'Scenarios and crises in other candles are run without finer bars: their own bars decide alone.',
  funding: 'Generated markets and crises in other candles pay no funding: none is recorded of them.',
} as const;

/** One market of a scenario. Figures are null where the strategy failed on it. */
export const stressOutcomeSchema = runFiguresSchema.extend({
  /** Return of buying at its first close and holding to its last, without costs. */
  marketReturn: figure,
  /** Why there are no figures. */
  problem: z.string().nullable(),
});
export type StressOutcome = z.infer<typeof stressOutcomeSchema>;

export const crisisOutcomeSchema = z.object({
  crisis: crisisSchema.pick({ id: true, name: true, from: true, to: true }),
  /** The candles that cover it; null where none in the lab do. */
  data: z.object({ venue: z.string(), symbol: z.string(), bars: count }).nullable(),
  /** Over the bars of the crisis alone; trades that ended in it. */
  totalReturn: figure,
  maxDrawdown: figure,
  trades: figure,
  marketReturn: figure,
  /** Why there are no figures, and the command that gets the candles where there is one. */
  problem: z.string().nullable(),
  command: z.string().nullable(),
});
export type CrisisOutcome = z.infer<typeof crisisOutcomeSchema>;

const profileOutcomeSchema = runFiguresSchema.extend({
  name: z.string(),
  description: z.string(),
  /** How often each rule of the profile was applied. */
  applied: z.record(z.string(), count),
});

const spreadSchema = z.object({
  p05: z.number(),
  p25: z.number(),
  p50: z.number(),
  p75: z.number(),
  p95: z.number(),
});

export const histogramSchema = z.object({
  low: z.number(),
  width: z.number().nonnegative(),
  counts: z.array(count).readonly(),
});

const seeded = { seed: z.number(), reason: z.string().optional() };

/** As `TradeOrder` of the statistics. */
const tradeOrderSchema = z.object({
  ...seeded,
  runs: count,
  finalEquity: spreadSchema.nullable(),
  maxDrawdown: spreadSchema.nullable(),
  drawdowns: histogramSchema.nullable(),
  observedDrawdown: figure,
  ruinProbability: figure,
  drawdownP: figure,
});

/** As `Baseline` of the statistics. */
const baselineSchema = z.object({
  ...seeded,
  runs: count,
  observed: figure,
  mean: figure,
  p05: figure,
  p95: figure,
  p: figure,
});
export type BaselineOutcome = z.infer<typeof baselineSchema>;

const intervalSchema = z.object({ estimate: z.number(), lower: z.number(), upper: z.number() }).nullable();

/** As `Intervals` of the statistics. */
const intervalsSchema = z.object({
  ...seeded,
  level: z.number(),
  method: z.string(),
  blockLength: figure,
  resamples: count,
  mean: intervalSchema,
  sharpe: intervalSchema,
  totalReturn: intervalSchema,
  maxDrawdown: intervalSchema,
});

const regimeOutcomeSchema = z.object({
  regime: marketRegimeSchema,
  bars: count,
  totalReturn: figure,
  meanReturn: figure,
  deviation: figure,
  barSharpe: figure,
});

/** How a strategy with chosen parameters fares where the market, the trader or chance is another. */
export const stressReportSchema = z.object({
  seed: z.number().int().nonnegative(),
  /** The run as it was, on the data at hand. */
  base: runFiguresSchema,
  /** Symbols of the markets of the run beside the main one; scenarios and crises are of all of them. */
  others: z.array(z.string()).default([]),
  /** What the run has, and scenarios and crises in other candles have not. */
  simplified: z.array(z.enum(['finer', 'funding'])).default([]),
  scenarios: z.array(
    z.object({
      scenario: z.enum(stressScenarios),
      outcomes: z.array(stressOutcomeSchema),
      /** Why it was not run; null where it was. */
      leftOut: leftOutSchema.default(null),
    }),
  ),
  crises: z.array(crisisOutcomeSchema),
  profiles: z.array(profileOutcomeSchema),
  /** Why there are none. */
  profilesLeftOut: leftOutSchema.default(null),
  /** Equity shares are of the first equity; below `ruinLevel` of it the account counts as ruined. */
  ruinLevel: z.number(),
  /** Every trade once in another order, and as many drawn with replacement. */
  shuffled: tradeOrderSchema,
  resampled: tradeOrderSchema,
  /** p-values against entries, and against positions, at times without skill. */
  randomEntry: baselineSchema,
  rotation: baselineSchema,
  permutation: baselineSchema,
  intervals: intervalsSchema,
  /** Of the main market, and what the whole run earned in each. */
  regimes: z.array(regimeOutcomeSchema),
});
export type StressReport = z.infer<typeof stressReportSchema>;
