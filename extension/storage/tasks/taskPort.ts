import * as z from 'zod';
import {
  type ClaimedTask,
  type ClaimRequest,
  claimRequestSchema,
  type Durable,
  type Enqueued,
  enqueuedSchema,
  type LimitScope,
  type NewTask,
  prioritySchema,
  type TaskCounts,
  type TaskFailure,
  type TaskFilter,
  type TaskLease,
  type TaskLimits,
  type TaskQueue,
  type TaskRecord,
  taskCountsSchema,
  taskFilterSchema,
  taskLeaseSchema,
  taskLimitsSchema,
} from '../../contracts/tasks.ts';
import { LeaseSignals } from './leaseSignals.ts';
import { asked, jsonOrNull, taskJson, taskMessage } from './taskMessages.ts';
import { claimedOf, claimedRowSchema, recordOf, recordRowSchema } from './taskRows.ts';

/** Asks the journal's thread and parses its answer. */
export type CallJournal = <T>(operation: string, answer: z.ZodType<T>, payload: () => unknown) => Promise<T>;

const nothing = z.null();
const claimedSchema = z.array(claimedRowSchema);
const enqueuedListSchema = z.array(enqueuedSchema);
const leasesSchema = z.array(taskLeaseSchema);
const failOutcomeSchema = z.enum(['retry', 'dead']);

/** The task queue in the journal's database, as its owner's thread sees it. */
export class JournalTasks implements TaskQueue {
  readonly #call: CallJournal;
  readonly #signals = new LeaseSignals();
  #ticket = 0;

  constructor(call: CallJournal) {
    this.#call = call;
  }

  /** To be told when the journal's thread finds a lease lost. */
  lost(lease: TaskLease): void {
    this.#signals.lose(lease);
  }

  /** To be told when the journal's thread has ended. */
  ended(reason: unknown): void {
    this.#signals.loseAll(reason);
  }

  enqueue(tasks: readonly NewTask[], options: Durable = {}): Promise<Enqueued[]> {
    return this.#call('enqueueTasks', enqueuedListSchema, () => ({
      tasks: tasks.map(taskMessage),
      durability: options.durability ?? 'full',
    }));
  }

  async claim(request: ClaimRequest, signal?: AbortSignal): Promise<ClaimedTask[]> {
    if (signal?.aborted === true) return [];
    this.#ticket += 1;
    const ticket = this.#ticket;
    const stop = () => {
      // A journal that is closed has answered the claim.
      this.#call('stopTaskClaim', nothing, () => ({ ticket })).catch(() => {});
    };
    signal?.addEventListener('abort', stop, { once: true });
    try {
      const rows = await this.#call('claimTasks', claimedSchema, () => ({
        ...asked(claimRequestSchema, request),
        ticket,
      }));
      return rows.map((row) => claimedOf(row, this.#signals.add(row)));
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  extend(leases: readonly TaskLease[], milliseconds: number): Promise<TaskLease[]> {
    return this.#call('extendTasks', leasesSchema, () => ({
      leases: leases.map(({ id, epoch }) => ({ id, epoch })),
      milliseconds,
    }));
  }

  async complete(lease: TaskLease, result: unknown, options: Durable = {}): Promise<void> {
    await this.#settle('completeTask', nothing, lease, () => ({ result: jsonOrNull(result) }), options);
  }

  fail(
    lease: TaskLease,
    { error, retry = true }: TaskFailure,
    options: Durable = {},
  ): Promise<'retry' | 'dead'> {
    return this.#settle('failTask', failOutcomeSchema, lease, () => ({ error, retry }), options);
  }

  async checkpoint(lease: TaskLease, data: unknown, options: Durable = {}): Promise<void> {
    await this.#call('checkpointTask', nothing, () => ({
      id: lease.id,
      epoch: lease.epoch,
      checkpoint: taskJson(data),
      durability: options.durability ?? 'normal',
    }));
  }

  async yield(lease: TaskLease, checkpoint?: unknown, options: Durable = {}): Promise<void> {
    const payload = () => ({ checkpoint: jsonOrNull(checkpoint) });
    await this.#settle('yieldTask', nothing, lease, payload, options);
  }

  cancel(id: string, options: Durable = {}): Promise<boolean> {
    return this.#call('cancelTask', z.boolean(), () => ({ id, durability: options.durability ?? 'full' }));
  }

  async setPriority(id: string, priority: number, options: Durable = {}): Promise<void> {
    const { durability = 'full' } = options;
    const payload = () => ({ id, priority: asked(prioritySchema, priority), durability });
    await this.#call('setTaskPriority', nothing, payload);
  }

  async replay(id: string, options: Durable = {}): Promise<void> {
    await this.#call('replayTask', nothing, () => ({ id, durability: options.durability ?? 'full' }));
  }

  async pause(): Promise<void> {
    await this.#call('pauseTasks', nothing, () => ({ isPaused: true }));
  }

  async resume(): Promise<void> {
    await this.#call('pauseTasks', nothing, () => ({ isPaused: false }));
  }

  isPaused(): Promise<boolean> {
    return this.#call('areTasksPaused', z.boolean(), () => ({}));
  }

  async setLimits(scope: LimitScope, limits: TaskLimits): Promise<void> {
    const payload = () => ({ scope: scopeName(scope), limits: asked(taskLimitsSchema, limits) });
    await this.#call('limitTasks', nothing, payload);
  }

  async get(id: string): Promise<TaskRecord | null> {
    const row = await this.#call('getTask', recordRowSchema.nullable(), () => ({ id }));
    return row === null ? null : recordOf(row);
  }

  async list(filter: TaskFilter): Promise<TaskRecord[]> {
    const rows = await this.#call('listTasks', z.array(recordRowSchema), () =>
      asked(taskFilterSchema, filter),
    );
    return rows.map(recordOf);
  }

  counts(): Promise<TaskCounts[]> {
    return this.#call('countTasks', z.array(taskCountsSchema), () => ({}));
  }

  oldestReadyTime(): Promise<number | null> {
    return this.#call('oldestTask', z.number().nullable(), () => ({}));
  }

  recover(): Promise<number> {
    return this.#call('recoverTasks', z.number(), () => ({}));
  }

  async #settle<T>(
    operation: string,
    answer: z.ZodType<T>,
    { id, epoch }: TaskLease,
    payload: () => object,
    { durability = 'full' }: Durable,
  ): Promise<T> {
    try {
      const value = await this.#call(operation, answer, () => ({ ...payload(), id, epoch, durability }));
      this.#signals.forget({ id, epoch });
      return value;
    } catch (error) {
      // Whoever cannot say what came of a task must not keep it: its lease is renewed no more, and runs out.
      this.#call('letGoOfTask', z.boolean(), () => ({ id, epoch })).catch(() => {});
      throw error;
    }
  }
}

/** How the back ends name what limits hold for. */
export function scopeName(scope: LimitScope): string {
  if (scope === 'queue') return '';
  return scope === 'each-tenant' ? '*' : scope.tenant;
}
