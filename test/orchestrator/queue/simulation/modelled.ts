import * as z from 'zod';
import {
  claimTasksSchema,
  enqueueTasksSchema,
  extendTasksSchema,
  failTaskSchema,
} from '../../../../extension/storage/tasks/taskProtocol.ts';
import type { ModelQueue } from '../model.ts';

/** What was asked of the store, as it goes to the journal's thread. */
export interface Operation {
  readonly name: string;
  readonly payload: unknown;
}

export type Expected = { readonly value: unknown } | { readonly refusal: string };

const leaseSchema = z.object({ id: z.string(), epoch: z.number(), checkpoint: z.string().nullish() });
const changeSchema = z.object({ id: z.string(), priority: z.number().optional() });

/** Does to the model what is about to be done to the store; null for what changes and tells nothing. */
export function applyToModel(model: ModelQueue, { name, payload }: Operation): Expected | null {
  const refusedOr = (answer: unknown): Expected =>
    typeof answer === 'string' && answer.startsWith('task.')
      ? { refusal: answer }
      : { value: answer ?? null };
  switch (name) {
    case 'enqueueTasks':
      return {
        value: enqueueTasksSchema.parse(payload).tasks.map((task) =>
          model.enqueue({
            ...task,
            delay: (task.notBefore ?? 0) - model.now,
            deadlineAfter: task.deadline === undefined ? undefined : task.deadline - model.now,
            backoff: task.backoff.initialMilliseconds,
            key: task.idempotencyKey,
          }),
        ),
      };
    case 'claimTasks': {
      const { types, count, band, leaseMilliseconds } = claimTasksSchema.parse(payload);
      return { value: model.claim(types, count, band === 'high', leaseMilliseconds) };
    }
    case 'extendTasks': {
      const { leases, milliseconds } = extendTasksSchema.parse(payload);
      return { value: leases.filter((lease) => !model.extend(lease, milliseconds)) };
    }
    case 'completeTask':
      return refusedOr(model.complete(leaseSchema.parse(payload)));
    case 'failTask': {
      const { error, retry, ...lease } = failTaskSchema.parse(payload);
      return refusedOr(model.fail(lease, error, retry));
    }
    case 'checkpointTask': {
      const { checkpoint, ...lease } = leaseSchema.parse(payload);
      return refusedOr(model.checkpoint(lease, checkpoint));
    }
    case 'yieldTask': {
      const { checkpoint, ...lease } = leaseSchema.parse(payload);
      return refusedOr(model.yield(lease, checkpoint));
    }
    case 'cancelTask':
      return { value: model.cancel(changeSchema.parse(payload).id) };
    case 'setTaskPriority': {
      const { id, priority = 0 } = changeSchema.parse(payload);
      return refusedOr(model.setPriority(id, priority));
    }
    case 'replayTask':
      return refusedOr(model.replay(changeSchema.parse(payload).id));
    case 'recoverTasks':
      return { value: model.recover() };
    default:
      return null;
  }
}
