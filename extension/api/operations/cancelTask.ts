import * as z from 'zod';
import { operation } from '../operation.ts';
import { bySchema, commentSchema, decidedSchema, taskIdSchema } from '../wire.ts';
import { decided, standing } from './decision.ts';

export const cancelTask = operation({
  name: 'cancel_task',
  http: { method: 'POST', path: '/v2/cancel_task' },
  summary:
    'Ends a task at any time: what is under way is stopped, and what it did is undone in reverse, after which it is cancelled.',
  scope: 'decide',
  params: z.strictObject({
    task_id: taskIdSchema,
    comment: commentSchema.optional(),
    by: bySchema.optional(),
  }),
  result: decidedSchema,
  errors: ['not-found', 'saga.state'],
  async run({ task_id, comment, by }, caller, { tasks }) {
    const { comment: why, by: who } = decided({ comment, by }, caller);
    return standing(await tasks.cancel(task_id, { comment: why, by: who }, caller));
  },
});
