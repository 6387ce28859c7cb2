import { LabError } from '../../contracts/errors.ts';
import type { TaskState } from '../../contracts/tasks.ts';

export function taskNotFound(id: string): LabError {
  return new LabError('not-found', `There is no task ${id} in the queue.`, {
    action: 'Look at the list of tasks; what ended long ago is forgotten.',
  });
}

export function taskKnown(): LabError {
  return new LabError('journal.conflict', 'The queue has the task already.', {
    action: 'Look how that one stands.',
  });
}

export function wrongState(id: string, state: TaskState, what: string): LabError {
  return new LabError('task.state', `Task ${id} is ${state} and cannot be ${what}.`, {
    action: 'Look at it again.',
  });
}

export function staleLease(
  id: string,
  epoch: number,
  row: { state: TaskState; epoch: number } | null,
): LabError {
  const now = row === null ? 'it is not in the queue any more' : `it is ${row.state} with epoch ${row.epoch}`;
  return new LabError('task.stale', `The lease on task ${id} with epoch ${epoch} is over: ${now}.`, {
    action: 'Drop this work.',
  });
}
