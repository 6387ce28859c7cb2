import * as z from 'zod';
import { errorRecordSchema, factVersions, sagaFactSchema } from './saga.ts';

/** UTC milliseconds. */
const time = z.number();
const symbol = z.string().min(1);
const side = z.enum(['buy', 'sell']);
/** A task is what a user has started: a run by its id, and the name of what it runs. */
const ofTask = { taskId: z.string(), type: z.string() };
const orderPlace = { orderId: z.string(), venue: z.string(), symbol, side };

/** One type of event: the version of its shape, and the shape. */
interface EventDefinition {
  readonly version: number;
  readonly schema: z.ZodType;
}

const define = <Schema extends z.ZodType>(version: number, schema: Schema) => ({ version, schema });

/**
 * The catalogue, apart from the facts of sagas: every event that the lab knows, with the version of its shape. A
 * version that was released keeps its shape; another shape is another version.
 */
const ownEvents = {
  'market.tick': define(
    1,
    z.object({
      venue: z.string(),
      symbol,
      time,
      price: z.number(),
      bid: z.number().nullable(),
      ask: z.number().nullable(),
      /** Units traded at the price; null for a mere quote. */
      quantity: z.number().nullable(),
    }),
  ),
  'market.bar': define(
    1,
    z.object({
      venue: z.string(),
      symbol,
      timeframe: z.string(),
      /** Open time of the bar. */
      time,
      open: z.number(),
      high: z.number(),
      low: z.number(),
      close: z.number(),
      volume: z.number(),
    }),
  ),
  'market.price_alert': define(
    1,
    z.object({
      venue: z.string(),
      symbol,
      price: z.number(),
      level: z.number(),
      direction: z.enum(['up', 'down']),
    }),
  ),
  'market.gap': define(
    1,
    z.object({ venue: z.string(), symbol, timeframe: z.string(), from: time, to: time }),
  ),
  'signal.generated': define(
    1,
    z.object({
      strategy: z.string(),
      symbol,
      direction: z.enum(['long', 'short', 'flat']),
      /** 0 to 1; null where the strategy tells none. */
      confidence: z.number().min(0).max(1).nullable(),
      reason: z.string().nullable(),
    }),
  ),
  'trade.opened': define(
    1,
    z.object({
      tradeId: z.string(),
      symbol,
      side,
      quantity: z.number(),
      price: z.number(),
      strategy: z.string(),
    }),
  ),
  'trade.closed': define(
    1,
    z.object({
      tradeId: z.string(),
      symbol,
      quantity: z.number(),
      price: z.number(),
      /** After all costs, in the account's currency. */
      profit: z.number(),
      reason: z.string(),
    }),
  ),
  'portfolio.rebalance': define(
    1,
    z.object({
      portfolio: z.string(),
      changes: z.array(z.object({ symbol, from: z.number(), to: z.number() })),
      reason: z.string(),
    }),
  ),
  'order.placed': define(
    1,
    z.object({ ...orderPlace, type: z.string(), quantity: z.number(), price: z.number().nullable() }),
  ),
  'order.filled': define(
    1,
    z.object({
      ...orderPlace,
      quantity: z.number(),
      price: z.number(),
      fee: z.number(),
      remaining: z.number(),
    }),
  ),
  'order.cancelled': define(1, z.object({ ...orderPlace, reason: z.string() })),
  'order.rejected': define(1, z.object({ ...orderPlace, reason: z.string() })),
  'risk.alert': define(
    1,
    z.object({
      /** Name of the limit or the rule. */
      rule: z.string(),
      severity: z.enum(['info', 'warning', 'critical']),
      message: z.string(),
      value: z.number().nullable(),
      limit: z.number().nullable(),
      symbol: symbol.nullable(),
    }),
  ),
  'risk.halted': define(1, z.object({ scope: z.string(), reason: z.string(), by: z.string().nullable() })),
  'policy.updated': define(
    1,
    z.object({
      policy: z.string(),
      from: z.number().int().nullable(),
      to: z.number().int(),
      by: z.string().nullable(),
    }),
  ),
  'agent.state_change': define(
    1,
    z.object({ from: z.string(), to: z.string(), reason: z.string().nullable() }),
  ),
  'agent.error': define(1, z.object({ error: errorRecordSchema, task: z.string().nullable() })),
  'rl.reward_update': define(
    1,
    z.object({
      policy: z.string(),
      episode: z.number().int().nonnegative(),
      reward: z.number(),
      components: z.record(z.string(), z.number()),
    }),
  ),
  'backtest.completed': define(
    1,
    z.object({
      runId: z.string(),
      strategy: z.string(),
      /** Null for what the sample cannot carry. */
      metrics: z.record(z.string(), z.number().nullable()),
    }),
  ),
  'backtest.failed': define(
    1,
    z.object({ runId: z.string(), strategy: z.string(), error: errorRecordSchema }),
  ),
  /** It waits for a worker: at first, after a decision, or to be gone on with. */
  'task.enqueued': define(1, z.object({ ...ofTask, priority: z.number() })),
  /** A worker has taken it; the attempts count from when it was enqueued. */
  'task.started': define(1, z.object({ ...ofTask, attempt: z.number().int().positive() })),
  /** `milliseconds` from when it was first written down. */
  'task.completed': define(1, z.object({ ...ofTask, milliseconds: z.number() })),
  /** `isFinal`: nobody tries it again by himself. */
  'task.failed': define(1, z.object({ ...ofTask, error: errorRecordSchema, isFinal: z.boolean() })),
} satisfies Readonly<Record<string, EventDefinition>>;

type OwnEvents = typeof ownEvents;
/** Types that are published on the bus; the facts of sagas are written by sagas alone. */
export type PublishedType = keyof OwnEvents;
export type EventData<Type extends PublishedType> = z.output<OwnEvents[Type]['schema']>;

const sagaEvents = Object.fromEntries(
  sagaFactSchema.options.map(({ shape: { type, data } }): [string, EventDefinition] => [
    type.value,
    { version: factVersions[type.value] ?? 1, schema: data },
  ]),
);

/** All types by name. */
export const eventCatalogue: Readonly<Record<string, EventDefinition>> = { ...ownEvents, ...sagaEvents };

/**
 * Names that other documents use for events of the catalogue. Both can be published and asked for; what is stored
 * and delivered has the catalogue's name. An order that is filled and a trade that is opened are two events: one
 * trade may take several fills, and a fill may close a trade.
 */
export const eventAliases = {
  'price.alert': 'market.price_alert',
  'trade.signal': 'signal.generated',
  'risk.limit_exceeded': 'risk.alert',
  'backtesting.complete': 'backtest.completed',
} as const satisfies Readonly<Record<string, PublishedType>>;

/** The catalogue's name of a type; the name itself where it is none's alias. */
export function canonicalType(name: string): string {
  return Object.hasOwn(eventAliases, name) ? eventAliases[name as keyof typeof eventAliases] : name;
}

/** An event of the bus. Nobody changes it: it is frozen all through. */
export interface LabEvent {
  readonly type: string;
  /** Version of the shape of `data`. */
  readonly version: number;
  /** UTC milliseconds. */
  readonly time: number;
  readonly traceId: string;
  /** What belongs together, as all that came of one signal; a saga's facts have its id. */
  readonly correlationId: string;
  /** The agent that it is of; null for none. */
  readonly agentId: string | null;
  readonly data: unknown;
}

/** An event with its place among all; a later event has another, and only the log can order them. */
export interface PlacedEvent extends LabEvent {
  readonly position: string;
}

/** Why an event was set aside for a group of subscribers, which has gone on without it. */
export const parkedEventSchema = z.object({
  position: z.string(),
  type: z.string(),
  reason: z.string(),
  attempts: z.number().int().positive(),
  time,
});
export type ParkedEvent = z.infer<typeof parkedEventSchema>;
