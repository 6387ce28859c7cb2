import * as z from 'zod';
import { partHealthSchema } from './health.ts';
import { flowModelSchema } from './sagaPanel.ts';

const count = z.number().int().nonnegative();
/** Null: not available. */
const reading = z.number().nullable();

/** One figure of the head of the page, with what it was before. `null` is not available, which is not 0. */
const tileSchema = z.object({
  value: reading,
  /** Against the hour before, or a minute ago for what waits and works; null where there is nothing to compare. */
  change: reading,
});
export type Tile = z.infer<typeof tileSchema>;

/** A moment that the page keeps a line of. */
const sampleSchema = z.object({
  /** UTC milliseconds. */
  time: z.number(),
  queueDepth: reading,
  activeWorkers: reading,
  latencyP95: reading,
  throughput: reading,
});
export type DashboardSample = z.infer<typeof sampleSchema>;

/** The states of sagas, in the order in which they are shown. */
export const sagaStates = [
  'running',
  'waiting',
  'undoing',
  'interrupted',
  'completed',
  'rejected',
  'cancelled',
  'failed',
] as const;
export type SagaStateName = (typeof sagaStates)[number];

/** An agent since this window opened the lab; what has not traded has no figures of trading. */
const agentSchema = z.object({
  name: z.string(),
  status: z.enum(['active', 'paused', 'error']),
  answers: count,
  p95Seconds: reading,
  lastTime: reading,
  totalTrades: count.nullable(),
  winRate: reading,
  averageConfidence: reading,
  profit: reading,
  lastTradeTime: reading,
});
export type DashboardAgent = z.infer<typeof agentSchema>;

export const dashboardSnapshotSchema = z.object({
  type: z.literal('snapshot'),
  version: z.string(),
  /** The host's clock, and when this window opened the lab; UTC milliseconds. */
  now: z.number(),
  openedTime: z.number(),
  /** Whether somebody holds back all that waits in the queue. */
  isPaused: z.boolean(),
  tiles: z.object({
    queueDepth: tileSchema,
    activeWorkers: tileSchema.extend({ total: reading }),
    /** Seconds: 95th percentile of the steps that ended within the last hour. */
    latencyP95: tileSchema,
    /** Runs that came to an end within the last hour. */
    throughput: tileSchema,
    apiLatency: tileSchema,
    /** Seconds: of the market that is latest. */
    dataLag: tileSchema,
    databaseBytes: tileSchema,
  }),
  /** Steps that the latency was taken from: too few have none. */
  latencySteps: count,
  history: z.array(sampleSchema).max(400),
  sagas: z.array(z.object({ state: z.enum(sagaStates), count })),
  /** Null where no pipeline from idea to strategy has run. */
  flow: flowModelSchema.nullable(),
  agents: z.array(agentSchema),
  sandbox: z.object({
    active: count.nullable(),
    pooled: count.nullable(),
    medianStartSeconds: reading,
    attempts: count,
  }),
  venues: z.array(
    z.object({
      venue: z.string(),
      latencySeconds: reading,
      lagSeconds: reading,
      time: z.number(),
    }),
  ),
  system: z.object({
    eventLoopDelaySeconds: reading,
    memoryBytes: reading,
    diskFreeBytes: reading,
  }),
  health: z.object({ status: z.enum(['ok', 'degraded', 'down']), parts: z.array(partHealthSchema) }),
});
export type DashboardSnapshot = z.infer<typeof dashboardSnapshotSchema>;

export const dashboardToPanelSchema = z.discriminatedUnion('type', [
  dashboardSnapshotSchema,
  /** It cannot be shown. */
  z.object({
    type: z.literal('unavailable'),
    problem: z.object({ message: z.string(), action: z.string().nullable() }),
  }),
]);
export type DashboardToPanel = z.infer<typeof dashboardToPanelSchema>;

/** There is one dashboard a window. */
export const dashboardSubjectSchema = z.object({});

export const dashboardFromPanelSchema = z.discriminatedUnion('type', [
  /** Looks at everything anew, also at what is asked only now and then. */
  z.object({ type: z.literal('refresh') }),
  z.object({ type: z.literal('showLog') }),
  z.object({ type: z.literal('showRuns') }),
  /** Ends a pause of the queue. */
  z.object({ type: z.literal('resumeQueue') }),
]);
export type DashboardFromPanel = z.infer<typeof dashboardFromPanelSchema>;
