import { z } from 'zod';
import { LabError, type LabErrorReason } from '../contracts/errors.ts';
import type { NewTask, TaskQueue } from '../contracts/tasks.ts';
import type { SagaEngine } from './saga/engine.ts';
import type { TaskHandler } from './workers/task.ts';

const sagaTaskType = 'saga';
const payloadSchema = z.object({ sagaId: z.string() });

/** Reasons for which a saga may run at another time: another process has it, or the journal does not answer. */
const passing: readonly LabErrorReason[] = ['conflict', 'journal.unavailable', 'journal.conflict'];

/** The saga keeps count of its own attempts; here another one costs nothing but its wait. */
const endless = {
  maximumAttempts: 1000,
  backoff: { initialMilliseconds: 1000, maximumMilliseconds: 30_000 },
};

/** Runs sagas until they wait for a decision or end; one that has to make room goes on where its journal stands. */
export function sagaHandler(engine: () => Promise<SagaEngine>): TaskHandler {
  return {
    type: sagaTaskType,
    async run({ payload, signal, yieldWanted }) {
      const { sagaId } = payloadSchema.parse(payload);
      const view = await (await engine()).run(sagaId, AbortSignal.any([signal, yieldWanted]));
      if (view.state === 'interrupted' && yieldWanted.aborted) return { kind: 'yielded' };
      return { kind: 'done', result: { state: view.state } };
    },
    isFinal: (error) => !LabError.is(error) || !passing.includes(error.reason),
  };
}

/**
 * Has a saga run by whoever works on the queue. `sequence`, the number of its events, tells this turn of it from
 * one before a decision: of several wishes for the same turn the first one counts.
 */
export async function enqueueSaga(
  queue: TaskQueue,
  saga: { readonly id: string; readonly sequence: number; readonly traceId: string },
  options: Pick<NewTask, 'priority' | 'tenant'>,
): Promise<string> {
  const { id: sagaId, sequence, traceId } = saga;
  const task: NewTask = {
    ...options,
    ...endless,
    type: sagaTaskType,
    payload: { sagaId },
    traceId,
    idempotencyKey: `saga/${sagaId}/${sequence}`,
  };
  const [enqueued] = await queue.enqueue([task]);
  if (enqueued === undefined) throw new Error('the queue answered for no task');
  return enqueued.id;
}
