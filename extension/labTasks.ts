import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { LabError } from './contracts/errors.ts';
import type { Observe, QueueReading } from './contracts/observation.ts';
import type { TaskQueue } from './contracts/tasks.ts';
import type { Logger } from './observability/log/logger.ts';
import type { AmbientTrace } from './observability/trace/ambient.ts';
import { taskSpanId } from './observability/trace/observedSpans.ts';
import { isLed } from './orchestrator/leadership.ts';
import { missedTurns } from './orchestrator/missedTurns.ts';
import type { SagaEngine } from './orchestrator/saga/engine.ts';
import { sagaKind, type Turn } from './orchestrator/saga/sagaLog.ts';
import {
  enqueueSaga,
  newTurn,
  type SagaTurn,
  sagaHandler,
  sagaTurns,
  type TurnOptions,
  turnLookup,
} from './orchestrator/sagaTasks.ts';
import { TaskHost } from './orchestrator/taskHost.ts';
import { publishOfSagas, toldQueue } from './orchestrator/toldTurns.ts';
import { defaultScalingPolicy, type ScalingPolicy } from './orchestrator/workers/autoscaler.ts';
import type { TaskSample } from './orchestrator/workers/loadWindow.ts';
import type { TaskHandler } from './orchestrator/workers/task.ts';
import type { LabJournal } from './storage/openJournal.ts';

export interface TaskParts {
  readonly journal: () => Promise<LabJournal>;
  readonly sagas: () => Promise<SagaEngine>;
  readonly clock: () => number;
  readonly logger: Logger;
  readonly observe: Observe;
  readonly ambient: AmbientTrace;
  /** Hears that an attempt at a task in this process has come to its end. Must not throw. */
  readonly onAttempted: () => void;
}

/** The lab's durable queue, and this process's work on it. */
export interface LabTasks {
  readonly queue: () => Promise<TaskQueue>;
  /** The turn of a run that is about to be written down or decided on, for the same transaction. */
  readonly newTurn: (options: TurnOptions) => Promise<Turn>;
  /** Has a run gone on with by whoever works on the queue. Answers the id of the task. @throws LabError `not-found` */
  readonly enqueueRun: (sagaId: string, options?: TurnOptions) => Promise<string>;
  /** Runs whose turn waits or is at work, whoever works on it: those at work, then in their order. */
  readonly turns: () => Promise<SagaTurn[]>;
  /** The turn of one run; null for one that neither waits for its turn nor has it. */
  readonly turnOf: (sagaId: string) => Promise<SagaTurn | null>;
  /** Runs that the queue has while there is somebody who works on it. */
  readonly queued: () => Promise<ReadonlySet<string>>;
  /** The same of one run, as `turnOf` finds it. */
  readonly isQueued: (sagaId: string) => Promise<boolean>;
  /** Takes a run's turn away from who has it, or will; false when nobody does. The run can be gone on with later. */
  readonly stopRun: (sagaId: string) => Promise<boolean>;
  /**
   * Changes how soon a run that waits has its turn.
   * @throws LabError `saga.state` for one that does not wait, `not-found`
   */
  readonly setPriority: (sagaId: string, priority: number) => Promise<void>;
  /** Changes with every event of a run, every move of a task and a pause, in whatever process. */
  readonly mark: () => Promise<string>;
  /**
   * Begins to work on tasks in this process; the same host for every call, and the policy of the latest call
   * that gives one.
   */
  readonly work: (policy?: ScalingPolicy) => Promise<TaskHost>;
  /** What the queue holds; null where no journal is open. */
  readonly read: () => Promise<QueueReading | null>;
  /** Gives back what is at work. */
  readonly close: () => Promise<void>;
}

export function labTasks(parts: TaskParts): LabTasks {
  const { journal, sagas, clock, logger, observe, ambient, onAttempted } = parts;
  let host: Promise<TaskHost> | undefined;
  let wanted = defaultScalingPolicy;
  const queue = async (): Promise<TaskQueue> => (await journal()).tasks;
  const turns = async (): Promise<SagaTurn[]> => sagaTurns(await queue());
  const lookup = turnLookup({ queue, clock: () => performance.now(), sleep: delay });
  const open = async (policy: ScalingPolicy): Promise<TaskHost> => {
    const kept = await journal();
    // Another may lead, and look again only after a while. What fails here is repeated by who leads.
    await kept.tasks.recover().catch(() => 0);
    const publish = publishOfSagas({ journal: kept, clock });
    const handler = sagaHandler({ engine: sagas, self: randomUUID(), publish });
    return new TaskHost({
      journal: kept,
      queue: kept.tasks,
      handlers: [atItsPlace(handler, ambient)],
      name: `${hostname()}/${process.pid}`,
      policy,
      clock,
      log: (level, message) => (level === 'info' ? logger.info(message) : logger.warn(message)),
      alsoLead: missedTurns({ queue: kept.tasks, engine: sagas, publish }),
      onLeadChange: (change, recoverySeconds) => observe({ kind: 'lease-changed', change, recoverySeconds }),
      onSample: (sample) => {
        observeSample(observe, sample);
        onAttempted();
      },
      sleep: (milliseconds, signal) => delay(milliseconds, undefined, { signal }).catch(() => undefined),
    });
  };
  return {
    queue,
    newTurn: async (options) => (saga) => {
      const { taskId, turn } = newTurn(options);
      lookup.note(saga.id, taskId);
      return turn(saga);
    },
    async enqueueRun(sagaId, options = {}) {
      const saga = await (await sagas()).place(sagaId);
      const taskId = await enqueueSaga(toldQueue({ journal: await journal(), clock }, saga), saga, options);
      lookup.note(sagaId, taskId);
      return taskId;
    },
    turns,
    turnOf: lookup.find,
    async queued() {
      return (await isLed(await journal())) ? new Set((await turns()).map(({ id }) => id)) : new Set();
    },
    async isQueued(sagaId) {
      return (await isLed(await journal())) && (await lookup.find(sagaId)) !== null;
    },
    async stopRun(sagaId) {
      const own = (await turns()).filter(({ id }) => id === sagaId);
      const stopped = await Promise.all(own.map(async ({ taskId }) => (await queue()).cancel(taskId)));
      return stopped.includes(true);
    },
    async setPriority(sagaId, priority) {
      const { state } = await (await sagas()).view(sagaId);
      const turn = await lookup.find(sagaId);
      if (turn?.state !== 'waiting') throw notWaiting(sagaId, turn === null ? state : 'running');
      await (await queue()).setPriority(turn.taskId, priority).catch((error: unknown) => {
        throw LabError.is(error, 'task.state') ? notWaiting(sagaId, 'running') : error;
      });
    },
    async mark() {
      const kept = await journal();
      const { tasks: work } = kept;
      return JSON.stringify(await Promise.all([kept.streams(sagaKind), work.counts(), work.isPaused()]));
    },
    async work(policy) {
      const isNew = host === undefined;
      wanted = policy ?? wanted;
      host ??= open(wanted);
      host.catch(() => {
        host = undefined;
      });
      const opened = await host;
      if (!isNew && policy !== undefined) opened.pool.follow(policy);
      return opened;
    },
    async read() {
      const opened = await queue();
      const [counts, oldestReadyTime, isPaused, workers] = await Promise.all([
        opened.counts(),
        opened.oldestReadyTime(),
        opened.isPaused(),
        host?.then(({ pool }) => pool.status),
      ]);
      return { ...readingOf(counts, workers ?? { workers: 0, active: 0 }), oldestReadyTime, isPaused };
    },
    async close() {
      await (await host?.catch(() => undefined))?.close();
    },
  };
}

function notWaiting(sagaId: string, state: string): LabError {
  const why = state === 'running' ? 'it has been started already' : `it is ${state}`;
  return new LabError('saga.state', `Run ${sagaId} does not wait for its turn: ${why}.`, {
    action: 'Give a priority to a run that waits.',
  });
}

/** The handler, with all that it does a part of the span of its attempt. */
function atItsPlace(handler: TaskHandler, ambient: AmbientTrace): TaskHandler {
  return {
    ...handler,
    run(task) {
      const { id, attempt, traceId, priority } = task;
      const place = { traceId, spanId: taskSpanId(traceId, id, attempt) };
      return ambient.runTask(place, priority, () => handler.run(task));
    },
  };
}

function readingOf(
  counts: Awaited<ReturnType<TaskQueue['counts']>>,
  { workers, active }: { readonly workers: number; readonly active: number },
): Omit<QueueReading, 'oldestReadyTime' | 'isPaused'> {
  const sum = (state: 'running' | 'dead'): number => counts.reduce((total, row) => total + row[state], 0);
  return {
    depths: counts.map(({ priority, tenant, waiting }) => ({ priority, tenant, tasks: waiting })),
    running: sum('running'),
    deadLetters: sum('dead'),
    workers: { active, total: workers },
  };
}

const statusOf = {
  done: 'completed',
  unsuccessful: 'unsuccessful',
  yielded: 'yielded',
  retry: 'failed',
  dead: 'dead',
} as const;

/** Tells of an attempt at a task that this process has made. */
export function observeSample(observe: Observe, sample: TaskSample): void {
  const { outcome, id: taskId, type: taskType, tenant, priority, attempt, traceId } = sample;
  // What became of it is for who has it now to tell, or for who cancelled it.
  if (outcome === 'dropped') return;
  const { readyTime, startedTime, endedTime } = sample;
  observe({
    kind: 'task-ended',
    taskId,
    taskType,
    tenant,
    priority,
    status: statusOf[outcome],
    attempt,
    readyTime,
    startedTime,
    endedTime,
    trace: { traceId, spanId: null },
  });
}
