import * as z from 'zod';

/** From this priority on a task is in the high band, which can be claimed alone. */
export const highPriority = 10;
const highestPriority = 100;

/**
 * How soon work of a dead worker goes on. A worker that dies just after a heartbeat is noticed when its lease
 * is over, by the next scan: after `lease + scan` = 25 s at worst, which is under the 30 s that are promised.
 */
export const recoveryMilliseconds = {
  /** How long a lease is good without a heartbeat. */
  lease: 15_000,
  /** Between two heartbeats: two may be lost before the lease is. */
  heartbeat: 5_000,
  /** Between two looks for leases that are over. */
  scan: 10_000,
} as const;

/**
 * Waiting for this long makes up for one step of priority, so the lowest priority is passed over for at most
 * `ageingStep * highestPriority` = 5 minutes; see `TaskQueue`.
 */
export const ageingStepMilliseconds = 3_000;

/** How long a task that has come to its end can still be read and still answers for its idempotency key. */
export const retentionMilliseconds = 24 * 3_600_000;

/** How many tasks, and how many million characters of payloads, one enqueue on Redis takes: others wait for it. */
export const mostEnqueued = { tasks: 5_000, millionCharacters: 50 } as const;

const maximumJsonLength = 1_000_000;
const nameSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$/);
const timeSchema = z.number().int().nonnegative();
/** JSON text; what is larger belongs in an artefact. */
export const taskJsonSchema = z.string().max(maximumJsonLength);
export const prioritySchema = z.number().int().min(0).max(highestPriority);
export const taskIdSchema = z.string().regex(/^[A-Za-z0-9._-]{1,100}$/);

export const backoffSchema = z.object({
  /** Wait before the second attempt; it doubles with each one after. */
  initialMilliseconds: z.number().int().nonnegative(),
  maximumMilliseconds: z.number().int().nonnegative(),
});
export type Backoff = z.infer<typeof backoffSchema>;

/** A task as it is asked for. */
export const newTaskSchema = z.object({
  /** Made by the queue when it is left out. A task that has this id already is kept as it is. */
  id: taskIdSchema.optional(),
  /** Route: which workers take it. */
  type: nameSchema,
  /** JSON. */
  payload: z.unknown(),
  priority: prioritySchema.default(0),
  tenant: nameSchema.default('local'),
  /** UTC milliseconds before which it is not started. */
  notBefore: timeSchema.optional(),
  /** UTC milliseconds after which it is not started any more, but goes to the dead letters. */
  deadline: timeSchema.optional(),
  maximumAttempts: z.number().int().min(1).max(1000).default(5),
  backoff: backoffSchema.default({ initialMilliseconds: 1_000, maximumMilliseconds: 60_000 }),
  traceId: z.string().max(200).default(''),
  /** Of two tasks of a tenant with the same key there is only the first. */
  idempotencyKey: z.string().min(1).max(200).optional(),
});
export type NewTask = z.input<typeof newTaskSchema>;

export const taskStateSchema = z.enum(['waiting', 'delayed', 'running', 'done', 'dead', 'cancelled']);
export type TaskState = z.infer<typeof taskStateSchema>;

/** Why a task is among the dead letters. */
export const deadReasonSchema = z.enum([
  // Its last attempt failed, or it failed and must not be tried again.
  'failed',
  // Its worker was lost, and that was its last attempt.
  'lost',
  // It was not started in time.
  'deadline',
]);
export type DeadReason = z.infer<typeof deadReasonSchema>;

export const enqueuedSchema = z.object({
  id: taskIdSchema,
  /** False when the task was there already. */
  isNew: z.boolean(),
});
export type Enqueued = z.infer<typeof enqueuedSchema>;

/** A task as it stands in the queue; times are UTC milliseconds. */
export interface TaskRecord {
  readonly id: string;
  readonly type: string;
  readonly tenant: string;
  readonly priority: number;
  readonly state: TaskState;
  readonly payload: unknown;
  readonly createdTime: number;
  /** When it became, or becomes, ready to be started. */
  readonly readyTime: number;
  readonly deadline: number | null;
  /** Attempts that were started; one that yielded does not count. */
  readonly attempts: number;
  readonly maximumAttempts: number;
  readonly backoff: Backoff;
  readonly epoch: number;
  readonly worker: string | null;
  readonly leaseExpires: number | null;
  readonly checkpoint: unknown;
  readonly result: unknown;
  /** What the last attempt failed with. */
  readonly error: string | null;
  readonly deadReason: DeadReason | null;
  readonly finishedTime: number | null;
  readonly traceId: string;
  readonly idempotencyKey: string | null;
}

/** The right to work on a task: its epoch grows with each claim, and an older one is refused. */
export const taskLeaseSchema = z.object({ id: taskIdSchema, epoch: z.number().int().positive() });
export type TaskLease = z.infer<typeof taskLeaseSchema>;

export interface ClaimedTask extends TaskLease {
  readonly type: string;
  readonly tenant: string;
  readonly priority: number;
  readonly payload: unknown;
  /** What the last attempt left behind; null at first. */
  readonly checkpoint: unknown;
  /** From 1. */
  readonly attempt: number;
  readonly createdTime: number;
  /** When it first could have been started, after its delay or backoff; a task that yielded keeps its place, and this. */
  readonly readyTime: number;
  readonly deadline: number | null;
  readonly traceId: string;
  /** Aborted when the lease was lost or the task cancelled: stop, and drop the result. */
  readonly lost: AbortSignal;
}

export const claimRequestSchema = z.object({
  /** Who works, for people to read. */
  worker: z.string().min(1).max(200),
  types: z.array(nameSchema).min(1).max(100),
  count: z.number().int().min(1).max(1000).default(1),
  /** `high`: nothing below priority 10. */
  band: z.enum(['any', 'high']).default('any'),
  /** How long to wait for a task where there is none. */
  waitMilliseconds: z.number().int().min(0).max(3_600_000).default(0),
  leaseMilliseconds: z.number().int().min(100).default(recoveryMilliseconds.lease),
});
export type ClaimRequest = z.input<typeof claimRequestSchema>;

export interface TaskFailure {
  /** One sentence. */
  readonly error: string;
  /** False when another attempt could only fail the same way; true by default. */
  readonly retry?: boolean;
}

/** How many tasks; null is no limit. */
export const taskLimitsSchema = z.object({
  /** Of those that wait or are delayed: more are refused. */
  mostWaiting: z.number().int().positive().nullable(),
  /** At the same time: more wait. */
  mostRunning: z.number().int().positive().nullable(),
});
export type TaskLimits = z.infer<typeof taskLimitsSchema>;

/** What limits hold for: one tenant, each tenant without limits of its own, or the queue as a whole. */
export type LimitScope = { readonly tenant: string } | 'each-tenant' | 'queue';

/** Before other limits are set: bounded as a whole, nothing else. */
export const defaultMostWaiting = 1_000_000;

/** Tasks of one tenant, priority and type. `done` and `cancelled` count from the queue's beginning on. */
export const taskCountsSchema = z.object({
  tenant: z.string(),
  priority: z.number(),
  type: z.string(),
  waiting: z.number(),
  delayed: z.number(),
  running: z.number(),
  done: z.number(),
  dead: z.number(),
  cancelled: z.number(),
});
export type TaskCounts = z.infer<typeof taskCountsSchema>;

export const taskFilterSchema = z.object({
  state: taskStateSchema,
  type: nameSchema.optional(),
  tenant: nameSchema.optional(),
  limit: z.number().int().min(1).max(1000).default(100),
  /** Only tasks that were enqueued before the one with this id, which is in the same state. */
  before: taskIdSchema.optional(),
});
export type TaskFilter = z.input<typeof taskFilterSchema>;

/**
 * `full`: answered when it would survive a power cut. `normal`: when it would survive the end of the process. A
 * claim that is forgotten is made again, so claims, heartbeats and checkpoints need only the second. On Redis
 * the server's `appendfsync` decides for both.
 */
export const durabilitySchema = z.enum(['full', 'normal']);
export type Durability = z.infer<typeof durabilitySchema>;

export interface Durable {
  /** `full` by default. */
  readonly durability?: Durability;
}

/**
 * A durable queue of tasks: each is worked on at least once, and of the workers that believe to have it only the
 * last one is heard.
 *
 * Order. Tasks of one tenant, priority and type that are ready are a line, first in, first out by ready time. A
 * claim takes from the line with the lowest
 * `max(ready time of its head, when its tenant was last served at its priority) - priority * ageingStep`;
 * at a tie the higher priority, then the tenant's name, then the older head. So the higher priority comes first,
 * tenants of one priority take turns however much each has waiting, and a line that waits is passed by each other
 * line at most once after `ageingStep * 100` have gone by, whatever is enqueued: nothing starves. The difference
 * of two waiting lines does not change with time, which is why an index finds the lowest.
 *
 * Errors: `queue.full` (back-pressure: nothing was enqueued), `task.stale` (the lease is over: drop the work),
 * `task.state` (the task is past that), `not-found`, `usage`, and those of the store.
 */
export interface TaskQueue {
  /** All of them or none; answers in their order. On Redis up to `mostEnqueued`, else `usage`. */
  enqueue(tasks: readonly NewTask[], options?: Durable): Promise<Enqueued[]>;
  /**
   * Up to `count` tasks, as soon as there is at least one; none when the time is over, the signal aborts or the
   * store closes, which gives back what is claimed. Leases are renewed by a thread of the queue's own until the task is settled or lost.
   */
  claim(request: ClaimRequest, signal?: AbortSignal): Promise<ClaimedTask[]>;
  /** Renews leases by hand. Answers those that are lost. */
  extend(leases: readonly TaskLease[], milliseconds: number): Promise<TaskLease[]>;
  complete(lease: TaskLease, result: unknown, options?: Durable): Promise<void>;
  /** Answers whether it is tried again after its backoff or lies with the dead letters. */
  fail(lease: TaskLease, failure: TaskFailure, options?: Durable): Promise<'retry' | 'dead'>;
  /** Keeps what the next attempt shall go on from. */
  checkpoint(lease: TaskLease, data: unknown, options?: Durable): Promise<void>;
  /** Gives the task back to the front of its line, at no cost of an attempt; a checkpoint left out stays as it was. */
  yield(lease: TaskLease, checkpoint?: unknown, options?: Durable): Promise<void>;
  /**
   * False when it had come to its end already. A worker that has it hears of it through `lost`: by its next heartbeat
   * where it is another process's, in the embedded queue within moments while that process waits for more tasks.
   */
  cancel(id: string, options?: Durable): Promise<boolean>;
  /** For a task that waits, is delayed or runs. */
  setPriority(id: string, priority: number, options?: Durable): Promise<void>;
  /** Gives a dead letter another round of attempts; its checkpoint stays, its deadline goes. */
  replay(id: string, options?: Durable): Promise<void>;
  /** Claims find nothing until `resume`, in every process; what runs goes on. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  isPaused(): Promise<boolean>;
  /** Null for both takes own limits of a tenant away. */
  setLimits(scope: LimitScope, limits: TaskLimits): Promise<void>;
  get(id: string): Promise<TaskRecord | null>;
  /** The youngest first. */
  list(filter: TaskFilter): Promise<TaskRecord[]>;
  counts(): Promise<TaskCounts[]>;
  /** When the task that waits longest could have been started; null where none waits. */
  oldestReadyTime(): Promise<number | null>;
  /**
   * Gives tasks whose leases are over, or whose worker's process is known to be dead, back to their lines or to
   * the dead letters, buries what missed its deadline, and forgets what ended long ago. Answers how many leases
   * it ended. To be called every `recoveryMilliseconds.scan`.
   */
  recover(): Promise<number>;
}
