import type { SagaState } from '../../contracts/saga.ts';
import type { NewTask } from '../../contracts/tasks.ts';
import type { DomainEvent, DomainEvents } from './published.ts';

/** The task that a saga is to its user. */
function taskOf({ id, name }: Pick<SagaState, 'id' | 'name'>) {
  return { taskId: id, type: name };
}

/** A saga waits in the queue from now on. */
export function enqueuedEvent(
  saga: Pick<SagaState, 'id' | 'name'>,
  { priority = 0 }: Pick<NewTask, 'priority'>,
): DomainEvent {
  return { type: 'task.enqueued', data: { ...taskOf(saga), priority } };
}

/** What facts of a saga are to those who follow tasks. */
export const taskEvents: DomainEvents = (event, state) => {
  switch (event.type) {
    case 'saga.completed': {
      const milliseconds = event.time - state.startedTime;
      return [{ type: 'task.completed', data: { ...taskOf(state), milliseconds } }];
    }
    case 'saga.failed':
      return [{ type: 'task.failed', data: { ...taskOf(state), error: event.data.error, isFinal: true } }];
    case 'saga.step-retrying':
      return [{ type: 'task.failed', data: { ...taskOf(state), error: event.data.error, isFinal: false } }];
    default:
      return [];
  }
};
