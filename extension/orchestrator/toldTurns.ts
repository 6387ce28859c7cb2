import { randomUUID } from 'node:crypto';
import { LabError } from '../contracts/errors.ts';
import type { Journal } from '../contracts/journal.ts';
import type { SagaState } from '../contracts/saga.ts';
import type { Enqueued, NewTask, TaskQueue } from '../contracts/tasks.ts';
import { type DomainEvent, keptEventOf, publishedStream } from './events/published.ts';
import { enqueuedEvent } from './events/taskEvents.ts';

/** Where turns of sagas are kept, and what is told of them. */
export interface TurnPorts {
  readonly journal: Pick<Journal, 'append'> & { readonly tasks: TaskQueue };
  readonly clock: () => number;
}

export type PublishOfSaga = (saga: Pick<SagaState, 'id' | 'traceId'>, event: DomainEvent) => Promise<void>;

/** What is needed of a queue to put the turn of a saga into it. */
export type TurnQueue = Pick<TaskQueue, 'enqueue' | 'get' | 'replay' | 'setPriority'>;

/** The journal's queue, for turns of a saga, of which it keeps an event: of a new one in the same transaction. */
export function toldQueue(ports: TurnPorts, saga: Pick<SagaState, 'id' | 'name' | 'traceId'>): TurnQueue {
  const { journal, clock } = ports;
  const { tasks: queue } = journal;
  const enqueueNew = async (task: NewTask): Promise<Enqueued | null> => {
    const id = randomUUID();
    const events = [keptEventOf(saga, enqueuedEvent(saga, task), clock())];
    try {
      await journal.append({
        stream: publishedStream,
        events,
        tasks: [{ ...task, id }],
        areTasksNew: true,
      });
      return { id, isNew: true };
    } catch (error) {
      if (!LabError.is(error, 'journal.conflict')) throw error;
      return null;
    }
  };
  return {
    // What is there already is only named.
    enqueue: async (tasks) =>
      Promise.all(
        tasks.map(async (task) => (await enqueueNew(task)) ?? ((await queue.enqueue([task]))[0] as Enqueued)),
      ),
    get: (id) => queue.get(id),
    async replay(id) {
      await queue.replay(id);
      const task = await queue.get(id);
      await publishOfSagas(ports)(saga, enqueuedEvent(saga, task ?? {}));
    },
    setPriority: (...change) => queue.setPriority(...change),
  };
}

/** Keeps events of turns of sagas. One that has to be told again, as its process was killed, is there twice. */
export function publishOfSagas({ journal, clock }: TurnPorts): PublishOfSaga {
  return async (saga, event) => {
    const events = [keptEventOf(saga, event, clock())];
    await journal.append({ stream: publishedStream, events, durability: 'normal' });
  };
}
