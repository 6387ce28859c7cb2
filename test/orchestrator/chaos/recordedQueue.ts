import { LabError } from '../../../extension/contracts/errors.ts';
import type {
  ClaimedTask,
  Durable,
  NewTask,
  TaskLease,
  TaskQueue,
} from '../../../extension/contracts/tasks.ts';
import type { Note, Settlement, WishedTask } from './history.ts';

export interface RecordingOptions {
  /** Of all claims. */
  readonly leaseMilliseconds: number;
  /** Names calls, and tasks without a name of their own. */
  readonly newId: () => string;
}

/**
 * A queue whose calls are noted before they are made and after they were answered. A claimed task's payload also
 * tells its epoch, and a result the call that gave it.
 */
export function recordedQueue(
  queue: TaskQueue,
  note: Note,
  { leaseMilliseconds, newId }: RecordingOptions,
): TaskQueue {
  const settle = async <T>(
    how: Settlement,
    { id, epoch }: TaskLease,
    { part = 0, error = null }: { readonly part?: number; readonly error?: string | null },
    run: (call: string) => Promise<T>,
  ): Promise<T> => {
    const call = newId();
    note({ kind: 'asked', call, how, id, epoch, part, error });
    try {
      const value = await run(call);
      note({ kind: 'accepted', call });
      return value;
    } catch (failure) {
      // Of any other failure nobody knows whether it came before or after.
      if (LabError.is(failure, 'task.stale')) note({ kind: 'refused', call, reason: failure.reason });
      throw failure;
    }
  };
  const recorded: Partial<TaskQueue> = {
    enqueue: (tasks, options) => {
      const named = tasks.map((task) => ({ ...task, id: task.id ?? newId() }));
      return enqueueNoted(queue, note, newId(), named, options);
    },
    async claim(request, signal) {
      const claimed = await queue.claim({ ...request, leaseMilliseconds }, signal);
      return claimed.map((task): ClaimedTask => {
        const { id, epoch, checkpoint } = task;
        note({ kind: 'claimed', id, epoch, part: partOf(checkpoint) });
        return { ...task, payload: { ...Object(task.payload), epoch } };
      });
    },
    complete: (lease, result, options) =>
      settle('complete', lease, {}, (call) => queue.complete(lease, { call, value: result }, options)),
    fail: (lease, failure, options) =>
      settle('fail', lease, { error: failure.error }, () => queue.fail(lease, failure, options)),
    checkpoint: (lease, data, options) =>
      settle('checkpoint', lease, { part: partOf(data) }, () => queue.checkpoint(lease, data, options)),
    yield: (lease, checkpoint, options) =>
      settle('yield', lease, { part: partOf(checkpoint) }, () => queue.yield(lease, checkpoint, options)),
    async cancel(id, options) {
      note({ kind: 'cancel-asked', id });
      const isCancelled = await queue.cancel(id, options);
      if (isCancelled) note({ kind: 'cancelled', id });
      return isCancelled;
    },
    async replay(id, options) {
      note({ kind: 'replay-asked', id });
      await queue.replay(id, options);
    },
  };
  return new Proxy(queue, {
    get(target, name) {
      const own = Reflect.get(recorded, name);
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

export type NamedTask = NewTask & { readonly id: string };

/** Enqueues under the name `call`, which a later process uses again when this one dies before the answer. */
export async function enqueueNoted(
  queue: TaskQueue,
  note: Note,
  call: string,
  tasks: readonly NamedTask[],
  options?: Durable,
) {
  note({ kind: 'wished', call, tasks: tasks.map(wishOf) });
  const answers = await queue.enqueue(tasks, options);
  note({ kind: 'acknowledged', call, answers });
  return answers;
}

function wishOf(task: NamedTask): WishedTask {
  const { id, tenant = 'local', idempotencyKey: key = null, maximumAttempts = 5, deadline } = task;
  return { id, tenant, key, maximumAttempts, hasDeadline: deadline !== undefined };
}

function partOf(checkpoint: unknown): number {
  return Number(Object(checkpoint).part ?? 0);
}
