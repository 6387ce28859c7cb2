import { LabError } from '../../contracts/errors.ts';
import type { SagaEngine, StartRequest } from '../../orchestrator/saga/engine.ts';
import type { Caller } from '../caller.ts';
import type { TaskRecord, TaskRecords } from './taskRecords.ts';

/** Ids are short, for people to type: two that are drawn alike are rare, and so many in a row are no chance. */
const mostIds = 8;

/**
 * Writes a task and its run down under the id that the caller's request has, and answers the id: that of the
 * first time, and that it is not new, where the request has come before. Where another's task or run has the id, the next one is taken,
 * which is the same whenever the request comes again.
 * @throws LabError as `SagaEngine.create`, `conflict` where every id is taken
 */
export async function beginTask(
  services: { readonly engine: Pick<SagaEngine, 'create'>; readonly records: TaskRecords },
  start: Pick<StartRequest, 'name' | 'input' | 'gates' | 'turn'>,
  record: Omit<TaskRecord, 'origin'>,
  { newTaskId, origin, traceId }: Caller,
): Promise<{ readonly id: string; readonly isNew: boolean }> {
  const { engine, records } = services;
  for (let turn = 1; turn <= mostIds; turn += 1) {
    const id = turn === 1 ? newTaskId : `${newTaskId}.${turn}`;
    const accepted = await records.accept(id, { ...record, origin }, traceId);
    if (accepted === 'taken') continue;
    try {
      await engine.create({ ...start, id, traceId });
      return { id, isNew: true };
    } catch (error) {
      if (!LabError.is(error, 'journal.conflict')) throw error;
      // The same request was here before: its run is there already.
      if (accepted === 'known') return { id, isNew: false };
      // The run of somebody who came by another way.
      await records.withdraw(id, traceId);
    }
  }
  throw new LabError('conflict', `No free id was found for the task: ${newTaskId} and others are taken.`, {
    action: 'Send the request again.',
  });
}
