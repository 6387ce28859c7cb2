import * as z from 'zod';
import { operation } from '../operation.ts';
import { prioritySchema, taskIdSchema, taskSchema } from '../wire.ts';

export const setPriority = operation({
  name: 'set_priority',
  http: { method: 'POST', path: '/v2/set_priority' },
  summary: 'Changes the priority of a task that waits for a worker, and answers with the task.',
  scope: 'run',
  params: z.strictObject({ task_id: taskIdSchema, priority: prioritySchema }),
  result: taskSchema,
  errors: ['not-found', 'saga.state'],
  run: ({ task_id, priority }, caller, { tasks }) => tasks.setPriority(task_id, priority, caller),
});
