import { setTimeout as delay } from 'node:timers/promises';
import { LabError } from '../../contracts/errors.ts';
import type { TaskQueue } from '../../contracts/tasks.ts';
import type { Turn } from '../../orchestrator/saga/sagaLog.ts';
import type { SagaTurn, TurnOptions } from '../../orchestrator/sagaTasks.ts';
import type { TaskHost } from '../../orchestrator/taskHost.ts';
import { fixedWorkers, type ScalingPolicy } from '../../orchestrator/workers/autoscaler.ts';
import { localTenant } from '../caller.ts';
import type { WorkReading } from '../ports.ts';
import type { GuestLimits } from './guestLimits.ts';

/** The lab's queue of runs, and this process's work on it. */
export interface RunTasks {
  readonly queue: () => Promise<TaskQueue>;
  readonly enqueueRun: (sagaId: string, options: { priority: number; tenant: string }) => Promise<string>;
  readonly newTurn: (options: TurnOptions) => Promise<Turn>;
  readonly turns: () => Promise<SagaTurn[]>;
  readonly turnOf: (sagaId: string) => Promise<SagaTurn | null>;
  readonly stopRun: (sagaId: string) => Promise<boolean>;
  readonly setPriority: (sagaId: string, priority: number) => Promise<void>;
  readonly work: (policy?: ScalingPolicy) => Promise<TaskHost>;
}

/** How often to look whether a task that somebody waits for has come to rest. */
const lookMilliseconds = 50;
const ended = new Set(['done', 'dead', 'cancelled']);

/** Tasks of the interface, as turns of runs in the lab's queue. */
export class WorkQueue {
  readonly #tasks: RunTasks;
  readonly #guests: GuestLimits;
  /** Tasks of each tenant that are about to be enqueued. */
  readonly #reserved = new Map<string, number>();

  constructor(tasks: RunTasks, guests: GuestLimits) {
    this.#tasks = tasks;
    this.#guests = guests;
  }

  /** The priority that a tenant's task gets who asks for this one. */
  priorityFor(tenant: string, wanted: number): number {
    return tenant === localTenant ? wanted : Math.min(wanted, this.#guests.highestPriority);
  }

  /**
   * Keeps a place for a task until it is enqueued, before anything of it is written down: the queue itself would
   * refuse it only once all else of it is there. Answers what gives the place back.
   * @throws LabError `queue.full`
   */
  async reserve(tenant: string): Promise<() => void> {
    if (tenant === localTenant) return () => {};
    const { mostWaiting } = this.#guests;
    const change = (by: number) => this.#reserved.set(tenant, (this.#reserved.get(tenant) ?? 0) + by);
    change(1);
    try {
      const own = (await (await this.#tasks.queue()).counts()).filter((row) => row.tenant === tenant);
      const waiting = own.reduce((sum, row) => sum + row.waiting + row.delayed, 0);
      if (waiting + (this.#reserved.get(tenant) ?? 0) > mostWaiting) throw noRoom(tenant, mostWaiting);
    } catch (error) {
      change(-1);
      throw error;
    }
    return () => change(-1);
  }

  async reading(): Promise<WorkReading> {
    const [queue, { pool }] = await Promise.all([this.#tasks.queue(), this.#tasks.work()]);
    const [counts, isPaused] = await Promise.all([queue.counts(), queue.isPaused()]);
    const waiting = counts.reduce((sum, row) => sum + row.waiting + row.delayed, 0);
    const { active, workers } = pool.status;
    return { queueDepth: waiting, activeWorkers: active, workers, isPaused };
  }

  /** Share of this process's workers' time that was worked of late, 0 to 1. */
  async utilisation(): Promise<number> {
    return (await this.#tasks.work()).pool.status.utilisation;
  }

  /** The tasks that wait for a worker or are at work, whoever works on them. */
  async states(): Promise<ReadonlyMap<string, SagaTurn['state']>> {
    return new Map((await this.#tasks.turns()).map(({ id, state }) => [id, state]));
  }

  /** How one task stands there; undefined for one that neither waits nor is at work. */
  async stateOf(id: string): Promise<SagaTurn['state'] | undefined> {
    return (await this.#tasks.turnOf(id))?.state;
  }

  /** The turn of a task that is about to be written down or decided on: it waits from then on. */
  turn(
    priority: number,
    tenant: string,
    times: Pick<TurnOptions, 'notBefore' | 'deadline'> = {},
  ): Promise<Turn> {
    return this.#tasks.newTurn({ priority: this.priorityFor(tenant, priority), tenant, ...times });
  }

  /** @throws LabError `saga.state` for a task that does not wait */
  setPriority(id: string, priority: number): Promise<void> {
    return this.#tasks.setPriority(id, priority);
  }

  /** Has a task gone on with; once, however often it is asked for. @throws LabError `queue.full` */
  async add(id: string, priority: number, tenant: string): Promise<void> {
    await this.#tasks.enqueueRun(id, { priority: this.priorityFor(tenant, priority), tenant });
  }

  /** Takes a task away from who has it, or will; false when nobody does. */
  stop(id: string): Promise<boolean> {
    return this.#tasks.stopRun(id);
  }

  /** Resolves once nobody is at a task any more, or `milliseconds` have passed, or the signal aborts. */
  async rested(id: string, milliseconds: number, signal: AbortSignal): Promise<void> {
    const turn = await this.#tasks.turnOf(id);
    if (turn === null) return;
    const queue = await this.#tasks.queue();
    const latest = performance.now() + milliseconds;
    while (performance.now() < latest && !signal.aborted) {
      const task = await queue.get(turn.taskId);
      if (task === null || ended.has(task.state)) return;
      await delay(lookMilliseconds, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Has so many workers from now on, whatever the load. */
  async scale(workers: number): Promise<void> {
    await this.#tasks.work(fixedWorkers(workers));
  }

  /** Nothing more is started, by any process on the lab; what is at work goes on. */
  async pause(): Promise<void> {
    await (await this.#tasks.queue()).pause();
  }

  async resume(): Promise<void> {
    await (await this.#tasks.queue()).resume();
  }
}

function noRoom(tenant: string, most: number): LabError {
  return new LabError('queue.full', `Of the tasks of ${tenant} at most ${most} may wait.`, {
    action: 'Send it again when some of them are done, or cancel some.',
  });
}
