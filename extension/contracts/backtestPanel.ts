import * as z from 'zod';
import { exitReasonSchema, tradeSchema } from './backtest.ts';
import { gateViewSchema } from './gatePanel.ts';
import { findingSchema } from './guardian.ts';
import { monthlyReturnsSchema } from './metrics.ts';
import { ordersPageSchema, ordersQuerySchema } from './ordersPanel.ts';
import { decisionActions } from './saga.ts';
import { stepNameSchema } from './sagaPlaces.ts';
import { stressViewSchema } from './stressPanel.ts';
import { validationViewSchema } from './validationView.ts';

/** Most buckets that a window of series is cut into: more than a screen has room for candles. */
export const maximumPanelBuckets = 2000;
/** Most rows of one page of trades. */
export const maximumTradesPage = 500;
/** Most characters of a picture of the charts, as a data URL. */
export const maximumPictureLength = 24_000_000;

const request = z.number().int().nonnegative();
const bar = z.number().int().nonnegative();
const runId = z.string().min(1).max(200);
const text = z.string();

export const panelProblemSchema = z.object({ message: text, action: text.nullable() });
export type PanelProblem = z.infer<typeof panelProblemSchema>;

/** A named value, both as they are shown. */
const factSchema = z.object({ name: text, value: text });
export type Fact = z.infer<typeof factSchema>;

/** A metric of one part of the data as it is shown; `why` says why it is not available. */
const metricCellSchema = z.object({ text, isAvailable: z.boolean(), why: text.nullable() });
export type MetricCell = z.infer<typeof metricCellSchema>;

const metricRowSchema = z.object({
  name: text,
  label: text,
  definition: text,
  /** Null together where nothing was held back: an in-sample figure never stands alone. */
  parts: z.object({ inSample: metricCellSchema, outOfSample: metricCellSchema }).nullable(),
  whole: metricCellSchema,
});
export type MetricRow = z.infer<typeof metricRowSchema>;

const pairSchema = z.object({ own: metricCellSchema, other: metricCellSchema, difference: text.nullable() });
export type MetricPair = z.infer<typeof pairSchema>;

const comparisonSchema = z.object({
  run: runId,
  title: text,
  /** What a reader must know before the figures, such as that the data differ. */
  warnings: z.array(text),
  groups: z.array(
    z.object({
      title: text,
      rows: z.array(
        z.object({
          name: text,
          label: text,
          definition: text,
          /** Null where one of the two held nothing back. */
          outOfSample: pairSchema.nullable(),
          whole: pairSchema,
        }),
      ),
    }),
  ),
  /** What the two runs rest on, where that is not the same. */
  differences: z.array(z.object({ name: text, own: text, other: text })),
  /** How the other's equity was scaled, in a sentence; null where it stands as it is. */
  scaling: text.nullable(),
});
export type Comparison = z.infer<typeof comparisonSchema>;

/** A drawdown as it is shown. */
const drawdownRowSchema = z.object({
  depth: text,
  days: text,
  bars: text,
  fall: text,
  rise: text,
  high: text,
  trough: text,
  recovery: text,
  part: text,
});
export type DrawdownRow = z.infer<typeof drawdownRowSchema>;

const searchSchema = z.object({
  /** What was searched and how many sets, in sentences. */
  note: text,
  parameters: z.array(text),
  metrics: z.array(text),
  rows: z.array(
    z.object({
      isChosen: z.boolean(),
      values: z.array(text),
      /** One pair a metric. */
      scores: z.array(z.object({ inSample: text, outOfSample: text })),
    }),
  ),
});
export type SearchView = z.infer<typeof searchSchema>;

const panelGateSchema = z.object({
  at: stepNameSchema,
  /** The step's name for people. */
  title: text,
  actions: z.array(z.enum(decisionActions)),
  rollbackTargets: z.array(z.object({ step: stepNameSchema, title: text })),
  /** The idea that a fix may change; null where the run has none. */
  idea: text.nullable(),
});
export type PanelGate = z.infer<typeof panelGateSchema>;

const labelSchema = z.object({
  kind: z.enum(['good', 'bad', 'plain']),
  name: text,
  text,
  detail: text,
});
export type PanelLabel = z.infer<typeof labelSchema>;

/** All that the panel shows of a run but its series and trades, which are asked for. */
export const backtestSnapshotSchema = z.object({
  type: z.literal('snapshot'),
  run: z.object({ id: runId, title: text, state: text, idea: text.nullable(), file: text }),
  data: z.object({
    /** Changes when the run was made anew: then what was asked for before is of another run. */
    key: text,
    /** Symbol, timeframe, venue and the like. */
    facts: z.array(text),
    /** What the charts show of a run of several markets; null for one. */
    marketsNote: text.nullable(),
    isSynthetic: z.boolean(),
    bars: z.number().int().nonnegative(),
    firstTime: z.number().nullable(),
    barMilliseconds: z.number(),
    /** First bar of the held-back part. */
    splitBar: bar.nullable(),
    priceDecimals: z.number().int().min(0).max(20),
    trades: z.number().int().nonnegative(),
  }),
  /** Events of orders that are kept, and all that there were; null for runs of earlier versions. */
  orders: z
    .object({
      kept: z.number().int().nonnegative(),
      total: z.number().int().nonnegative(),
      /** Symbols of the run's markets, by their numbers. */
      markets: z.array(text).min(1),
    })
    .nullable(),
  plots: z.array(z.object({ name: text, pane: z.enum(['price', 'below']) })),
  warnings: z.array(text),
  labels: z.array(labelSchema),
  verdict: text,
  /** The figures of the held-back part, with the whole beside. */
  headline: z.object({
    title: text,
    figures: z.array(z.object({ label: text, definition: text, text, note: text })),
  }),
  metricsNote: text,
  metrics: z.array(z.object({ title: text, rows: z.array(metricRowSchema) })),
  parameters: z.array(factSchema),
  months: monthlyReturnsSchema,
  /** The deepest first. */
  drawdowns: z.array(drawdownRowSchema),
  search: searchSchema.nullable(),
  validation: validationViewSchema.nullable(),
  gateVerdict: gateViewSchema,
  /** Null where nothing was varied. */
  stress: stressViewSchema.nullable(),
  reasoning: z
    .object({
      note: text,
      language: text,
      steps: z.array(z.object({ title: text, text, numbers: z.array(factSchema) })),
      notUnderstood: z.array(text),
    })
    .nullable(),
  findings: z.array(findingSchema.omit({ fix: true })),
  /** `isProse`: the values are sentences. */
  facts: z.array(z.object({ title: text, isProse: z.boolean(), rows: z.array(factSchema) })),
  rejections: z.object({ note: text, rows: z.array(z.object({ time: text, why: text })) }),
  log: z.object({ note: text, lines: z.array(text) }),
  gate: panelGateSchema.nullable(),
  comparable: z.array(z.object({ id: runId, title: text })),
  comparison: comparisonSchema.nullable(),
  /** Why the run that was to stand beside it cannot be shown. */
  comparisonProblem: panelProblemSchema.nullable(),
});
export type BacktestSnapshot = z.infer<typeof backtestSnapshotSchema>;

const column = z.array(z.number()).max(maximumPanelBuckets + 1);
/** Null where a series has no value. */
const gappedColumn = z.array(z.number().nullable()).max(maximumPanelBuckets + 1);

/** Entries or exits of one kind that one mark stands for; `trade` is the index of the first. */
const markSchema = z.object({
  kind: z.enum(['long-entry', 'short-entry', 'gain-exit', 'loss-exit']),
  bar,
  price: z.number(),
  trade: z.number().int().nonnegative(),
  count: z.number().int().positive(),
});
export type Mark = z.infer<typeof markSchema>;
export type MarkKind = Mark['kind'];

/**
 * The series over a range of bars, one value a bucket. Buckets are of `barsPerBucket` bars, the last one of
 * the data perhaps of fewer, and begin at multiples of it, so that they do not change shape while one moves
 * along; the range is therefore a little wider than the one asked for.
 */
export const seriesWindowSchema = z.object({
  from: bar,
  /** Not included. */
  to: bar,
  barsPerBucket: z.number().int().positive(),
  /** Open times of the first and of the last bar of each bucket. */
  time: column,
  lastTime: column,
  /** First open, highest high, lowest low, last close, and sum of the volumes of the bucket. */
  open: column,
  high: column,
  low: column,
  close: column,
  volume: column,
  /** Equity at the bucket's last close, and its extremes at the closes within. */
  equity: column,
  equityLow: column,
  equityHigh: column,
  /** The initial cash, had the markets been bought with it at their first closes without costs and held. */
  hold: column,
  /** Deepest equity of the bucket over the highest of the run so far, less 1. */
  drawdown: column,
  /** In the order of the snapshot's plots. */
  plots: z.array(z.object({ low: gappedColumn, high: gappedColumn, last: gappedColumn })),
  /** Equity of the run beside it as of each bucket's last close. */
  otherEquity: gappedColumn.nullable(),
  marks: z.array(markSchema),
  /** Entries and exits that the marks stand for. */
  marked: z.number().int().nonnegative(),
});
export type SeriesWindow = z.infer<typeof seriesWindowSchema>;

export const tradeSortKeys = [
  'number',
  'market',
  'side',
  'entryTime',
  'entryPrice',
  'exitTime',
  'exitPrice',
  'quantity',
  'fees',
  'profit',
  'profitFraction',
  'adverseExcursion',
  'favourableExcursion',
  'bars',
  'exitReason',
] as const;
export type TradeSortKey = (typeof tradeSortKeys)[number];

export const tradesFilterSchema = z.object({
  side: z.enum(['all', 'long', 'short']),
  result: z.enum(['all', 'gain', 'loss', 'open']),
  exitReason: z.enum(['all', ...exitReasonSchema.options]),
  /** Words that all must stand in the row. */
  text: z.string().max(200),
});
export type TradesFilter = z.infer<typeof tradesFilterSchema>;

export const tradesQuerySchema = z.object({
  sort: z.enum(tradeSortKeys),
  direction: z.enum(['ascending', 'descending']),
  filter: tradesFilterSchema,
  offset: z.number().int().nonnegative(),
  limit: z.number().int().min(1).max(maximumTradesPage),
});
export type TradesQuery = z.infer<typeof tradesQuerySchema>;

const tradeRowSchema = tradeSchema.extend({
  /** Index of the trade in the order of entries, and the bars of its entry and exit. */
  index: z.number().int().nonnegative(),
  entryBar: bar,
  exitBar: bar.nullable(),
});
export type TradeRow = z.infer<typeof tradeRowSchema>;

export const tradesPageSchema = z.object({
  offset: z.number().int().nonnegative(),
  rows: z.array(tradeRowSchema).max(maximumTradesPage),
  /** Of all trades that the filter leaves. */
  matching: z.number().int().nonnegative(),
  gains: z.number().int().nonnegative(),
  profit: z.number(),
  fees: z.number(),
});
export type TradesPage = z.infer<typeof tradesPageSchema>;

export const backtestToPanelSchema = z.discriminatedUnion('type', [
  backtestSnapshotSchema,
  z.object({ type: z.literal('series'), request, window: seriesWindowSchema }),
  z.object({ type: z.literal('trades'), request, page: tradesPageSchema }),
  z.object({ type: z.literal('orders'), request, page: ordersPageSchema }),
  /** The answer to any other request: what was done, or why not. */
  z.object({
    type: z.literal('answer'),
    request,
    problem: panelProblemSchema.nullable(),
    note: text.nullable(),
  }),
  /** The run cannot be shown. */
  z.object({ type: z.literal('unavailable'), problem: panelProblemSchema }),
]);
export type BacktestToPanel = z.infer<typeof backtestToPanelSchema>;

export const exportFormats = ['trades', 'orders', 'bars', 'json', 'html'] as const;
export type ExportFormat = (typeof exportFormats)[number];

const choiceSchema = z.discriminatedUnion('action', [
  z.object({ action: z.literal('approve') }),
  z.object({ action: z.literal('reject') }),
  z.object({ action: z.literal('rollback'), to: stepNameSchema }),
  /** Begins again with a changed idea. */
  z.object({ action: z.literal('fixIdea'), idea: z.string().min(1).max(4000) }),
  /** Begins again with the strategy file as it stands in the editor. */
  z.object({ action: z.literal('fixFile') }),
]);
export type GateChoice = z.infer<typeof choiceSchema>;

export const backtestFromPanelSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('wantSeries'),
    request,
    from: bar,
    to: bar,
    buckets: z.number().int().min(1).max(maximumPanelBuckets),
  }),
  z.object({ type: z.literal('wantTrades'), request, query: tradesQuerySchema }),
  z.object({ type: z.literal('wantOrders'), request, query: ordersQuerySchema }),
  /** Puts another run beside it, or none. */
  z.object({ type: z.literal('compareWith'), run: runId.nullable() }),
  z.object({ type: z.literal('export'), request, format: z.enum(exportFormats) }),
  z.object({
    type: z.literal('exportPicture'),
    request,
    picture: z
      .string()
      .max(maximumPictureLength)
      .regex(/^data:image\/png;base64,[A-Za-z0-9+/]+={0,2}$/),
  }),
  z.object({
    type: z.literal('decide'),
    request,
    at: stepNameSchema,
    comment: z.string().max(10_000).nullable(),
    choice: choiceSchema,
  }),
  z.object({ type: z.literal('openSource'), line: z.number().int().positive().nullable() }),
  z.object({ type: z.literal('openSaga') }),
  /** Reads the run anew after it could not be shown. */
  z.object({ type: z.literal('retry') }),
]);
export type BacktestFromPanel = z.infer<typeof backtestFromPanelSchema>;

export const backtestSubjectSchema = z.object({ run: runId });
export type BacktestSubject = z.infer<typeof backtestSubjectSchema>;

export const panelTabs = [
  'metrics',
  'trades',
  'orders',
  'months',
  'comparison',
  'search',
  'validation',
  'gate',
  'stress',
  'facts',
  'code',
  'text',
] as const;

/** How the panel is looked at, as it is kept over restarts. */
export const backtestViewSchema = z.object({
  /** Bars from and to; null for all. */
  range: z.object({ from: z.number(), to: z.number() }).nullable(),
  isLogarithmic: z.boolean(),
  tab: z.enum(panelTabs),
  trades: tradesQuerySchema,
  compared: runId.nullable(),
});
export type BacktestView = z.infer<typeof backtestViewSchema>;
