import * as z from 'zod';
import { timeframeSchema } from './candles.ts';

/** Most bars of one scenario. */
export const mostScenarioBars = 1_000_000;

const fraction = z.number().min(0).max(1);
const barCount = z.number().int().min(1).max(mostScenarioBars);
const depth = z.number().gt(0).lt(1);
/** Bar (from 0) where the event begins; `null` for the middle of the scenario. */
const at = z.number().int().min(0).max(mostScenarioBars).nullable().default(null);

/** Fields that every scenario has. */
const common = {
  /** Equal seeds give equal candles. */
  seed: z.number().int().min(0).max(0xffff_ffff).default(1),
  bars: z.number().int().min(2).max(mostScenarioBars).default(2000),
  timeframe: timeframeSchema.default('1h'),
  startPrice: z.number().min(1e-6).max(1e9).default(100),
  /** Open time of the first bar, UTC ms. */
  startTime: z.number().int().min(0).max(4e12).default(1_704_067_200_000),
  /** Usual volatility: standard deviation of the log return of a year of 365 days. */
  volatility: z.number().gt(0).max(20).default(0.6),
  /** Mean log return of a year of 365 days, in every bar, beside what the kind adds. */
  drift: z.number().min(-50).max(50).default(0),
  /**
   * Clustering of volatility as in GARCH(1, 1) (Bollerslev, 1986) around the planned volatility: 0 for none,
   * else the weight of the last squared shock, with 0.98 less it on the variance before.
   */
  clustering: z.number().min(0).max(0.3).default(0),
};

function crashFields(defaults: {
  depth: number;
  fallBars: number;
  recoveredShare: number;
  recoveryBars: number;
  aftermathBars: number;
}) {
  return {
    at,
    /** Planned fall from before the event to its lowest point, as a fraction of the price. */
    depth: depth.default(defaults.depth),
    fallBars: barCount.default(defaults.fallBars),
    /** Share of the fall, in logs, that comes back in `recoveryBars`. */
    recoveredShare: fraction.default(defaults.recoveredShare),
    recoveryBars: barCount.default(defaults.recoveryBars),
    /** Volatility in the event, as a multiple of the usual one; it then fades in `aftermathBars`. */
    turbulence: z.number().min(1).max(20).default(2),
    aftermathBars: z.number().int().min(0).max(mostScenarioBars).default(defaults.aftermathBars),
  };
}

/** A slow or deep fall that stays, and a fast one of which most comes back. */
const crash = crashFields({
  depth: 0.3,
  fallBars: 12,
  recoveredShare: 0,
  recoveryBars: 1,
  aftermathBars: 60,
});
const flashCrash = crashFields({
  depth: 0.15,
  fallBars: 2,
  recoveredShare: 0.8,
  recoveryBars: 10,
  aftermathBars: 20,
});

const gap = {
  at,
  /** Move between a close and the next open, as a fraction of the price. */
  size: z
    .number()
    .gt(-1)
    .max(10)
    .refine((size) => size !== 0, 'not 0')
    .default(-0.1),
};

const highVolatility = {
  at,
  length: barCount.default(200),
  /** Volatility inside, as a multiple of the usual one. */
  multiple: z.number().min(1).max(50).default(4),
};

const liquidityHole = {
  at,
  length: barCount.default(24),
  /** Share of the usual volume that is left. */
  volumeShare: fraction.default(0.02),
  /** How far high and low reach beyond the path of the price on each side, in usual moves of a bar. */
  reach: z.number().min(0).max(100).default(3),
};

/** Chances of the regimes against each other, when a Markov chain leaves another one. */
const weight = z.number().min(0).max(1000);

const regimeSwitching = {
  /** Mean length of a regime in bars; of crashes, which are short, in `crashBars`. */
  meanBars: z.number().min(2).max(mostScenarioBars).default(150),
  crashBars: z.number().min(2).max(mostScenarioBars).default(12),
  /** Mean move of a bar in a trend, in usual deviations of a bar. */
  trendStrength: z.number().min(0.2).max(1.4).default(0.5),
  /** Share of the distance to its level that the price of a range loses in a bar. */
  reversion: z.number().gt(0).max(1).default(0.15),
  /** Volatility in `high-volatility`, as a multiple of the usual one. */
  multiple: z.number().min(2).max(50).default(3.5),
  /** Mean fall of a bar in a crash, in usual deviations of a bar. */
  crashSpeed: z.number().min(1.5).max(20).default(3),
  upTrendWeight: weight.default(1),
  downTrendWeight: weight.default(1),
  rangeWeight: weight.default(1),
  highVolatilityWeight: weight.default(1),
  crashWeight: weight.default(0.5),
};

/** A market that never was, as data: what `generateScenario` makes candles and their truth of. */
export const scenarioSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('trend'),
    ...common,
    /** Mean move of a bar in its usual deviations, on top of `drift`; below 0 the price falls. */
    strength: z.number().min(-1.4).max(1.4).default(0.25),
  }),
  z.strictObject({
    kind: z.literal('range'),
    ...common,
    /** Share of the distance to the first price, in logs, that the price loses in a bar. */
    reversion: z.number().gt(0).max(1).default(0.1),
  }),
  z.strictObject({ kind: z.literal('volatility'), ...common, ...highVolatility }),
  z.strictObject({
    kind: z.literal('jumps'),
    ...common,
    /** Expected jumps in 1,000 bars, at most one a bar. */
    rate: z.number().gt(0).max(1000).default(5),
    /** Mean and standard deviation of a jump's log return. */
    mean: z.number().min(-1).max(1).default(0),
    deviation: z.number().min(0).max(1).default(0.04),
  }),
  z.strictObject({ kind: z.literal('crash'), ...common, ...crash }),
  z.strictObject({ kind: z.literal('flash-crash'), ...common, ...flashCrash }),
  z.strictObject({ kind: z.literal('gap'), ...common, ...gap }),
  z.strictObject({ kind: z.literal('liquidity-hole'), ...common, ...liquidityHole }),
  z.strictObject({ kind: z.literal('regime-switching'), ...common, ...regimeSwitching }),
]);

export type Scenario = z.infer<typeof scenarioSchema>;

export const scenarioKinds = scenarioSchema.options.map((option) => option.shape.kind.value);

/** What can be laid over candles that were recorded. */
export const overlaySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('crash'), ...crash }).omit({ turbulence: true, aftermathBars: true }),
  z
    .strictObject({ kind: z.literal('flash-crash'), ...flashCrash })
    .omit({ turbulence: true, aftermathBars: true }),
  z.strictObject({ kind: z.literal('gap'), ...gap }),
  z.strictObject({ kind: z.literal('liquidity-hole'), ...liquidityHole }),
  z.strictObject({
    kind: z.literal('volatility'),
    /** Factor of every departure from the straight line, in logs, between first open and last close. */
    multiple: z.number().gt(0).max(20).default(2),
  }),
  z.strictObject({
    kind: z.literal('scale'),
    /** Factor of every price. */
    factor: z.number().min(1e-6).max(1e6).default(10),
  }),
  z.strictObject({
    kind: z.literal('resample'),
    seed: z.number().int().min(0).max(0xffff_ffff).default(1),
    /** Mean length of the blocks of bars that are drawn. */
    meanBlock: z.number().min(1).max(mostScenarioBars).default(50),
  }),
]);

export type Overlay = z.infer<typeof overlaySchema>;

export const overlayKinds = overlaySchema.options.map((option) => option.shape.kind.value);

/** Something that was planted in a scenario. */
export const scenarioEventSchema = z.object({
  kind: z.enum(['volatility', 'jump', 'crash', 'flash-crash', 'gap', 'liquidity-hole']),
  /** Bars `from` (included) to `to` (not included). */
  from: z.number().int().nonnegative(),
  to: z.number().int().positive(),
  /**
   * `crash`, `flash-crash`: planned depth, above 0. `gap`, `jump`: move as a fraction of the price.
   * `volatility`: multiple of the usual one. `liquidity-hole`: share of the usual volume.
   */
  size: z.number(),
});

export type ScenarioEvent = z.infer<typeof scenarioEventSchema>;
