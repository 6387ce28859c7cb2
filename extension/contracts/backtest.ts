import * as z from 'zod';
import { candlesMetaSchema } from './candles.ts';
import { isolationSchema } from './isolation.ts';
import { drawdownSchema, monthlyReturnsSchema } from './metrics.ts';
import { sandboxRecordSchema } from './sandboxEvidence.ts';
import { parameterValuesSchema } from './strategy.ts';
import { strategyLanguageSchema } from './strategyLanguage.ts';

/** The highest that each cost of a run may be set. */
export const costLimits = {
  fee: 0.2,
  makerFee: 0.2,
  fixedFee: 1e6,
  spread: 0.2,
  slippage: 0.2,
  volatilitySlippage: 10,
  volumeSlippage: 10,
  liquidationFee: 0.1,
} as const;

/** From `tradedValue` in the last 30 days on, in cash, these fees hold. */
export const feeTierSchema = z.object({
  tradedValue: z.number().positive().max(1e15),
  fee: z.number().min(0).max(costLimits.fee),
  makerFee: z.number().min(0).max(costLimits.makerFee),
});
export type FeeTier = z.infer<typeof feeTierSchema>;

const fraction = (largest: number) => z.number().min(0).max(largest);

/**
 * Money and venue rules of a run. Fees, spread and slippage are fractions of the traded value and of the
 * price: 0.001 is 0.1 %. A step, minimum, maximum or limit of 0 means that the venue has none.
 */
export const runSettingsSchema = z
  .object({
    cash: z.number().positive().max(1e15),
    /** Fee of what is filled at once: market orders, stops, and limit orders that meet the market. */
    fee: fraction(costLimits.fee),
    /** Fee of limit orders that waited to be filled, take profits among them; null: as `fee`. */
    makerFee: fraction(costLimits.makerFee).nullable().default(null),
    /** Paid by each fill besides, in cash. */
    fixedFee: z.number().min(0).max(costLimits.fixedFee).default(0),
    /** Cheaper fees from some traded value on, smallest value first. */
    feeTiers: z.array(feeTierSchema).max(20).default([]),
    /** Distance from bid to ask; market orders and stops pay half of it. */
    spread: fraction(costLimits.spread).default(0),
    /** Slippage of every market order and stop. */
    slippage: fraction(costLimits.slippage),
    /** Slippage besides, as a multiple of the mean true range of the 14 bars before. */
    volatilitySlippage: fraction(costLimits.volatilitySlippage).default(0),
    /** Slippage besides, times the square of the order's share in the volume of its bar. */
    volumeSlippage: fraction(costLimits.volumeSlippage).default(0),
    /** Share of a bar's volume that can be filled; what is left waits for the next bar. */
    volumeLimit: fraction(1).default(0),
    /** Bars that an order takes to arrive, besides the one that follows the decision. */
    latencyBars: z.number().int().min(0).max(1000).default(0),
    quantityStep: z.number().min(0),
    priceStep: z.number().min(0).default(0),
    minimumNotional: z.number().min(0),
    maximumQuantity: z.number().min(0).default(0),
    /** Whether a waiting limit order is filled where a bar touches its price, or only beyond it. */
    limitFills: z.enum(['touch', 'through']).default('touch'),
    /** An order against the position closes it first (`reverse`), or is set off against it (`net`). */
    positionMode: z.enum(['reverse', 'net']).default('reverse'),
    market: z.enum(['spot', 'perpetual']).default('spot'),
    /** Largest value of all positions as a multiple of the equity. */
    leverage: z.number().min(1).max(125).default(1),
    /** Equity, as a fraction of the positions' value, at which they are liquidated. */
    maintenanceMargin: fraction(0.5).default(0),
    /** Fee of a liquidation besides `fee`. */
    liquidationFee: fraction(costLimits.liquidationFee).default(0),
    /** Paid by longs to shorts at each funding time, as a fraction of the position's value. */
    fundingRate: z.number().min(-0.05).max(0.05).default(0),
    /** Hours between two funding times, counted from 00:00 UTC. */
    fundingHours: z.number().int().min(1).max(24).default(8),
    /** Seed of the strategy's `random()`. */
    seed: z.number().int().min(0).max(0xffff_ffff),
    /** Periods a year of daily returns: 365 for markets that trade every day, else 252. */
    periodsPerYear: z.number().int().min(1).max(366),
    /** Return a year that takes no risk, as a fraction; Sharpe and alpha are what comes on top. */
    riskFreeRate: z.number().min(-0.5).max(1).default(0),
    /** Return a year below which Sortino and Omega count a shortfall, as a fraction. */
    targetReturn: z.number().min(-0.5).max(1).default(0),
    /** Share of days whose loss is no larger than the value at risk. */
    tailConfidence: z.number().min(0.5).max(0.999).default(0.95),
  })
  .refine(
    ({ market, leverage, fundingRate }) => market === 'perpetual' || (leverage === 1 && fundingRate === 0),
    {
      message: 'a spot market has no leverage and no funding',
      path: ['leverage'],
    },
  )
  .refine(({ leverage, maintenanceMargin }) => maintenanceMargin * leverage < 1, {
    message: 'the maintenance margin must be below 1 / leverage',
    path: ['maintenanceMargin'],
  });

export type RunSettings = z.infer<typeof runSettingsSchema>;

/** What the metrics are based on: it changes no fill. */
export type MetricBases = Pick<
  RunSettings,
  'periodsPerYear' | 'riskFreeRate' | 'targetReturn' | 'tailConfidence'
>;

export const defaultRunSettings: RunSettings = runSettingsSchema.parse({
  cash: 10_000,
  fee: 0.001,
  slippage: 0.0005,
  quantityStep: 0,
  minimumNotional: 0,
  seed: 1,
  periodsPerYear: 365,
});

export const exitReasonSchema = z.enum([
  'signal',
  'reverse',
  'limit',
  'stop',
  'stop-loss',
  'trailing-stop',
  'take-profit',
  'liquidation',
  'bankrupt',
  'open',
]);
export type ExitReason = z.infer<typeof exitReasonSchema>;

/** One entry lot and its exit. A lot that is closed in parts gives one trade a part. */
export const tradeSchema = z.object({
  /** Number of the market in the run, from 0; absent in a run of one market. */
  market: z.number().int().nonnegative().optional(),
  /** Symbol of that market, in results. */
  symbol: z.string().optional(),
  side: z.enum(['long', 'short']),
  entryTime: z.number(),
  entryPrice: z.number(),
  /** Null while the position is still open at the end of the data. */
  exitTime: z.number().nullable(),
  exitPrice: z.number().nullable(),
  /** Last close, for an open trade: the price at which its profit is marked. */
  markPrice: z.number().nullable(),
  quantity: z.number(),
  /** Entry fee plus exit fee; an open trade has paid its entry fee alone. */
  fees: z.number(),
  /** Funding paid while it was open, below 0 where it was received; absent where there was none. */
  funding: z.number().optional(),
  /** Net of `fees` and `funding`. */
  profit: z.number(),
  /** `profit` as a fraction of the entry value. */
  profitFraction: z.number(),
  bars: z.number().int().nonnegative(),
  exitReason: exitReasonSchema,
  /** True where the entry was filled inside its bar and not at its open. */
  entryInsideBar: z.boolean().optional(),
  /**
   * Furthest that the price surely went against and for the trade while it was open, as fractions of the
   * entry price; absent where that was not worked out.
   */
  adverseExcursion: z.number().nonnegative().optional(),
  favourableExcursion: z.number().nonnegative().optional(),
});
export type Trade = z.infer<typeof tradeSchema>;

/** An order that was not executed, and why. */
export const rejectionSchema = z.object({
  time: z.number(),
  reason: z.enum([
    'insufficient-cash',
    'below-step',
    'below-minimum-notional',
    'too-small',
    'too-many-entries',
    'no-position',
    'above-maximum-quantity',
    'would-increase',
    'unknown-order',
    'stop-on-wrong-side',
    'target-on-wrong-side',
    'end-of-data',
    'bankrupt',
  ]),
});
export type Rejection = z.infer<typeof rejectionSchema>;

/** A metric that the sample cannot carry is null, never 0 or infinity. */
export const metricsSchema = z.record(z.string(), z.number().nullable());
export type Metrics = z.infer<typeof metricsSchema>;

/** A set of candles that a run has used. */
export const usedCandlesSchema = candlesMetaSchema.extend({
  bars: z.number().int().nonnegative(),
  firstTime: z.number(),
  lastTime: z.number(),
});
export type UsedCandles = z.infer<typeof usedCandlesSchema>;

/** Recorded rates of funding that a run has paid. */
export const usedFundingSchema = z.object({
  hash: z.string(),
  rates: z.number().int().positive(),
  firstTime: z.number(),
  lastTime: z.number(),
});
export type UsedFunding = z.infer<typeof usedFundingSchema>;

/** One market of a run; `finer` are the bars that decided what its own left open, where there were any. */
export const usedMarketSchema = usedCandlesSchema.extend({
  finer: usedCandlesSchema.optional(),
  funding: usedFundingSchema.optional(),
});
export type UsedMarket = z.infer<typeof usedMarketSchema>;

/** Everything that a result depends on; no wall time, path or host name. */
export const manifestSchema = z.object({
  /** The main market. */
  data: usedMarketSchema,
  /** The other markets in their order: `market` of a trade counts from the main one, 0. Absent without any. */
  others: z.array(usedMarketSchema).min(1).optional(),
  strategy: z.object({
    name: z.string(),
    codeHash: z.string(),
    params: parameterValuesSchema,
    /** Absent for TypeScript and JavaScript. */
    language: strategyLanguageSchema.optional(),
  }),
  settings: runSettingsSchema,
  engine: z.object({ version: z.string(), runnerHash: z.string() }),
  runtime: z.string(),
  /** The rules by which orders are filled, one sentence each. */
  rules: z.record(z.string(), z.string()),
  /**
   * Distinct pairs of code and parameters that this lab had evaluated on any part of these bars, this one
   * included, and the position in its ledger up to which they are counted. Earlier versions kept none.
   */
  trials: z
    .object({
      count: z.number().int().positive(),
      position: z.number().int().positive(),
      /** Markets, those of the run, of which an attempt on any counts; where it is absent, the main one's attempts. */
      markets: z.number().int().min(2).optional(),
    })
    .nullable()
    .default(null),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** Whether a second run with other chunk borders gave the same intents to the byte. */
export const doubleRunSchema = z.object({
  verdict: z.enum(['identical', 'different', 'not-run']),
  chunks: z.array(z.number().int().positive()),
});

/** What a strategy reached for and was refused by the sandbox, though it caught the error. */
export const refusalsSchema = z.object({
  total: z.number().int().nonnegative(),
  /** The first kinds and places of them. */
  first: z.array(
    z.object({
      what: z.string(),
      line: z.number().int().positive().nullable(),
      column: z.number().int().positive().nullable(),
      count: z.number().int().positive(),
    }),
  ),
});
export type Refusals = z.infer<typeof refusalsSchema>;

export const backtestResultSchema = z.object({
  manifest: manifestSchema,
  isolation: isolationSchema,
  doubleRun: doubleRunSchema,
  /** Absent in results that were stored before they had it. */
  refusals: refusalsSchema.default({ total: 0, first: [] }),
  /** Absent in results that were stored before they had it. */
  sandbox: sandboxRecordSchema.optional(),
  trades: z.array(tradeSchema),
  rejections: z.object({ total: z.number().int(), first: z.array(rejectionSchema) }),
  metrics: metricsSchema,
  definitions: z.record(z.string(), z.string()),
  /** Metrics of the part used to choose parameters and of the held-back part; never one alone. */
  segments: z
    .object({
      splitTime: z.number(),
      inSample: metricsSchema,
      outOfSample: metricsSchema,
    })
    .nullable(),
  /** Null in results that were stored before they had it. */
  monthlyReturns: monthlyReturnsSchema.nullable().default(null),
  /** The deepest ones, the deepest first. Null in results that were stored before they had it. */
  drawdowns: z.array(drawdownSchema).nullable().default(null),
  /** SHA-256 of all fills in order. */
  fillHash: z.string(),
  warnings: z.array(z.string()),
  log: z.array(z.string()),
});
export type BacktestResult = z.infer<typeof backtestResultSchema>;
