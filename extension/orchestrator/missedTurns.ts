import { LabError } from '../contracts/errors.ts';
import type { TaskQueue, TaskRecord } from '../contracts/tasks.ts';
import type { SagaEngine } from './saga/engine.ts';
import { recordError } from './saga/errorRecord.ts';
import { isTurnOf, sagaOf, sagaTaskType } from './sagaTasks.ts';
import type { PublishOfSaga } from './toldTurns.ts';

export interface MissedTurnsPorts {
  readonly queue: Pick<TaskQueue, 'counts' | 'list' | 'replay'>;
  readonly engine: () => Promise<SagaEngine>;
  readonly publish: PublishOfSaga;
}

const page = 1000;

/**
 * Ends the sagas whose turns missed their deadlines: nothing of them has been done, and nobody begins it any more.
 * One that had begun in time, and then had to make room or lost its process, goes on. Answers what looks for them
 * once.
 */
export function missedTurns({ queue, engine, publish }: MissedTurnsPorts): () => Promise<void> {
  /** Dead letters that nothing is left to be done about. */
  const seen = new Set<string>();
  const end = async (task: TaskRecord): Promise<void> => {
    const sagas = await engine();
    const saga = await sagas.place(sagaOf(task));
    // Somebody may be at it, have ended it or wish for another turn.
    if ((await sagas.view(saga.id)).state !== 'interrupted') return;
    if (!isTurnOf(task, saga)) return queue.replay(task.id);
    const comment = 'It was not started before its deadline.';
    const error = recordError(new LabError('cancelled', comment, { action: 'Start it again.' }));
    await publish(saga, {
      type: 'task.failed',
      data: { taskId: saga.id, type: saga.name, error, isFinal: true },
    });
    await sagas.cancel(saga.id, { comment });
    await sagas.run(saga.id);
  };
  return async () => {
    for (const task of await missed(queue)) {
      if (seen.has(task.id)) continue;
      try {
        await end(task);
        seen.add(task.id);
      } catch (error) {
        // Who else is at it sees to it, or the next look does.
        if (!LabError.is(error, 'conflict') && !LabError.is(error, 'saga.state')) throw error;
      }
    }
  };
}

async function missed(queue: MissedTurnsPorts['queue']): Promise<TaskRecord[]> {
  const found: TaskRecord[] = [];
  const dead = (await queue.counts()).some((row) => row.type === sagaTaskType && row.dead > 0);
  for (let isLast = !dead, before: string | undefined; !isLast; ) {
    const options = { ...(before !== undefined && { before }), limit: page };
    const tasks = await queue.list({ state: 'dead', type: sagaTaskType, ...options });
    found.push(...tasks.filter(({ deadReason }) => deadReason === 'deadline'));
    before = tasks.at(-1)?.id;
    isLast = tasks.length < page;
  }
  return found;
}
