import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { LabError, type LabErrorReason } from '../contracts/errors.ts';
import type { NewTask, TaskQueue, TaskRecord, TaskState } from '../contracts/tasks.ts';
import type { SagaEngine } from './saga/engine.ts';
import { recordError } from './saga/errorRecord.ts';
import type { Turn } from './saga/sagaLog.ts';
import type { PublishOfSaga, TurnQueue } from './toldTurns.ts';
import type { TaskHandler } from './workers/task.ts';

export const sagaTaskType = 'saga';
const payloadSchema = z.object({ sagaId: z.string() });

/** Reasons for which a saga may run at another time: another process has it, or the journal does not answer. */
const passing: readonly LabErrorReason[] = ['conflict', 'journal.unavailable', 'journal.conflict'];

/** The saga keeps count of its own attempts; here another one costs nothing but its wait. */
const endless = {
  maximumAttempts: 1000,
  backoff: { initialMilliseconds: 1000, maximumMilliseconds: 30_000 },
};

/** Ends of its process, one after the other at the same place, after which a saga is given up. */
const mostCrashes = 5;
/** Events that a saga may add between two crashes and still stand at one place: the start of the step. */
const longestStandstill = 2;

/** What the task remembers of attempts that nobody ended. */
const crashesSchema = z.object({
  /** Who works on it, as nobody else is called; null once they have told how it went. */
  by: z.string().nullable(),
  place: z.number(),
  inARow: z.number(),
});
type Crashes = z.infer<typeof crashesSchema>;
const noCrashes: Crashes = { by: null, place: 0, inARow: 0 };

function poisonError(sagaId: string, times: number): LabError {
  return new LabError('internal', `Run ${sagaId} has ended its process ${times} times at the same place.`, {
    action: 'See what it does there; Resume tries it again.',
  });
}

export interface SagaHandlerPorts {
  readonly engine: () => Promise<SagaEngine>;
  /** The name of this process, which no other has or had: who is called so has lost a lease, and has not crashed. */
  readonly self: string;
  readonly publish: PublishOfSaga;
}

/** Runs sagas until they wait for a decision or end; one that has to make room goes on where its journal stands. */
export function sagaHandler({ engine, self, publish }: SagaHandlerPorts): TaskHandler {
  const isFinal = (error: unknown): boolean => !LabError.is(error) || !passing.includes(error.reason);
  return {
    type: sagaTaskType,
    async run({ payload, checkpoint, keep, signal, yieldWanted, attempt }) {
      const { sagaId } = payloadSchema.parse(payload);
      const sagas = await engine();
      const crashes = crashesSchema.parse(checkpoint ?? noCrashes);
      const saga = await sagas.place(sagaId);
      const { sequence: place, name: type } = saga;
      const tellFailed = (error: unknown): Promise<void> => {
        const isLast = isFinal(error) || attempt >= endless.maximumAttempts;
        const data = { taskId: sagaId, type, error: recordError(error), isFinal: isLast };
        return publish(saga, { type: 'task.failed', data });
      };
      const hasMoved = place - crashes.place > longestStandstill;
      const hasCrashed = crashes.by !== null && crashes.by !== self;
      const inARow = hasMoved ? 0 : crashes.inARow + Number(hasCrashed);
      if (inARow >= mostCrashes) {
        const error = poisonError(sagaId, inARow);
        await tellFailed(error);
        // Who wishes for it again begins to count anew.
        await keep(noCrashes);
        throw error;
      }
      await Promise.all([
        keep({ by: self, place, inARow } satisfies Crashes),
        publish(saga, { type: 'task.started', data: { taskId: sagaId, type, attempt } }),
      ]);
      const view = await sagas.run(sagaId, AbortSignal.any([signal, yieldWanted])).catch(async (error) => {
        // It lives to tell: that was no crash.
        await Promise.all([keep(noCrashes), ...(signal.aborted ? [] : [tellFailed(error)])]);
        throw error;
      });
      if (view.state === 'interrupted' && yieldWanted.aborted) {
        return { kind: 'yielded', checkpoint: noCrashes };
      }
      return { kind: 'done', result: { state: view.state }, hasFailed: view.state === 'failed' };
    },
    isFinal,
  };
}

/** A saga's turn in the queue: it waits to be worked on, or is. */
export interface SagaTurn {
  readonly id: string;
  readonly taskId: string;
  readonly priority: number;
  readonly state: 'waiting' | 'running';
}

const page = 1000;

/** All turns that have not come to their end: those at work, then the others by priority and age. */
export async function sagaTurns(queue: TaskQueue): Promise<SagaTurn[]> {
  const tasks: TaskRecord[] = [];
  // In the order that a task goes, so that one which moves meanwhile is met twice rather than not at all.
  for (const state of ['delayed', 'waiting', 'running'] as const) {
    for (let isLast = false, before: string | undefined; !isLast; ) {
      const found = await queue.list({
        state,
        type: sagaTaskType,
        limit: page,
        ...(before !== undefined && { before }),
      });
      tasks.push(...found);
      before = found.at(-1)?.id;
      isLast = found.length < page;
    }
  }
  return [...new Map(tasks.map((task) => [task.id, task])).values()]
    .sort((a, b) => b.priority - a.priority || a.createdTime - b.createdTime)
    .map(turnOf)
    .sort((a, b) => Number(b.state === 'running') - Number(a.state === 'running'));
}

function turnOf({ id, priority, state, payload }: TaskRecord): SagaTurn {
  const { sagaId } = payloadSchema.parse(payload);
  return { id: sagaId, taskId: id, priority, state: state === 'running' ? 'running' : 'waiting' };
}

/** Between two looks at all turns, for those that ask for one which another process may have enqueued. */
const leastBetweenLooks = 100;
const mostKnownTurns = 10_000;

/** Looks single turns up, at the cost of one task and not of all that wait. */
export interface TurnLookup {
  /** To be told of the task that a saga's turn was enqueued as. */
  note(sagaId: string, taskId: string): void;
  /** The turn as it stands, whoever has enqueued it; null for a saga that neither waits for its turn nor has it. */
  find(sagaId: string): Promise<SagaTurn | null>;
}

export interface TurnLookupPorts {
  readonly queue: () => Promise<TaskQueue>;
  /** Milliseconds, only forward. */
  readonly clock: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}

export function turnLookup({ queue, clock, sleep }: TurnLookupPorts): TurnLookup {
  const known = new Map<string, string>();
  let look: { readonly counts: string; readonly taskIds: ReadonlyMap<string, string> } | undefined;
  let lookedTime = Number.NEGATIVE_INFINITY;
  let next: Promise<ReadonlyMap<string, string>> | undefined;
  // Every move of a task changes the counts, since what came to its end is counted on.
  const countsOf = async (opened: TaskQueue): Promise<string> => JSON.stringify(await opened.counts());
  const lookSoon = async (): Promise<ReadonlyMap<string, string>> => {
    await sleep(Math.max(0, lookedTime + leastBetweenLooks - clock()));
    // Whoever asks from here on may have to see what happens from here on.
    next = undefined;
    lookedTime = clock();
    const opened = await queue();
    const counts = await countsOf(opened);
    const turns = await sagaTurns(opened);
    // Of several turns of one saga the one at work counts, which comes first.
    const taskIds = new Map(turns.toReversed().map(({ id, taskId }) => [id, taskId]));
    look = { counts, taskIds };
    return taskIds;
  };
  const lookAtAll = async (): Promise<ReadonlyMap<string, string>> => {
    const counts = await countsOf(await queue());
    if (look?.counts === counts) return look.taskIds;
    next ??= lookSoon();
    return next;
  };
  const standing = async (taskId: string | undefined): Promise<SagaTurn | null> => {
    if (taskId === undefined) return null;
    const task = await (await queue()).get(taskId);
    const isOver = task === null || hasEnded(task.state) || task.state === 'dead';
    return isOver ? null : turnOf(task);
  };
  return {
    note(sagaId, taskId) {
      known.delete(sagaId);
      known.set(sagaId, taskId);
      for (const oldest of known.keys()) {
        if (known.size <= mostKnownTurns) break;
        known.delete(oldest);
      }
    },
    async find(sagaId) {
      const taskId = known.get(sagaId);
      const own = await standing(taskId);
      if (own !== null) return own;
      if (known.get(sagaId) === taskId) known.delete(sagaId);
      return standing((await lookAtAll()).get(sagaId));
    },
  };
}
export type TurnOptions = Pick<NewTask, 'priority' | 'tenant' | 'notBefore' | 'deadline'>;
type TurnSaga = Parameters<Turn>[0];

/**
 * Names a saga's turn. `sequence`, the number of its events, tells it from one before a decision: of several wishes
 * for the same turn the first one counts, until it has come to its end.
 */
function keyOf({ id, sequence }: TurnSaga): string {
  return `saga/${id}/${sequence}`;
}

function turnTask({ id: sagaId, traceId }: TurnSaga, options: TurnOptions): NewTask {
  return { ...options, ...endless, type: sagaTaskType, payload: { sagaId }, traceId };
}

/** The saga that a task of the queue is a turn of. */
export function sagaOf({ payload }: Pick<TaskRecord, 'payload'>): string {
  return payloadSchema.parse(payload).sagaId;
}

/** Whether a task is the turn of a saga as it stands, which has then not moved since it was enqueued. */
export function isTurnOf({ idempotencyKey }: Pick<TaskRecord, 'idempotencyKey'>, saga: TurnSaga): boolean {
  return idempotencyKey !== null && `${idempotencyKey}/`.startsWith(`${keyOf(saga)}/`);
}

/** The turn of a saga that is about to be written down or decided on, for the same transaction; and its task's id. */
export function newTurn(options: TurnOptions): { readonly taskId: string; readonly turn: Turn } {
  const taskId = randomUUID();
  const turn: Turn = (saga) => ({ ...turnTask(saga, options), id: taskId, idempotencyKey: keyOf(saga) });
  return { taskId, turn };
}

/**
 * Has a saga run by whoever works on the queue. Answers the id of the task, which may have been there before.
 */
export async function enqueueSaga(queue: TurnQueue, saga: TurnSaga, options: TurnOptions): Promise<string> {
  const { priority = 0 } = options;
  const turn = keyOf(saga);
  const task = turnTask(saga, options);
  for (let idempotencyKey = turn; ; ) {
    const [enqueued] = await queue.enqueue([{ ...task, idempotencyKey }]);
    if (enqueued === undefined) throw new Error('the queue answered for no task');
    if (enqueued.isNew) return enqueued.id;
    const known = await queue.get(enqueued.id);
    if (known?.state === 'dead') {
      // Given up, and now wished for again: it is no letter to look at any more.
      await queue.replay(known.id);
      return known.id;
    }
    if (known !== null && !hasEnded(known.state)) {
      if (known.state !== 'running' && priority > known.priority) await queue.setPriority(known.id, priority);
      return known.id;
    }
    // Stopped before the saga moved: what is wished for now is another task.
    idempotencyKey = `${turn}/${enqueued.id}`;
  }
}

function hasEnded(state: TaskState): boolean {
  return state === 'done' || state === 'cancelled';
}
