import * as z from 'zod';
import { operation } from '../operation.ts';
import { taskIdSchema, taskSchema } from '../wire.ts';

export const getTask = operation({
  name: 'get_task',
  http: { method: 'GET', path: '/v2/tasks/{task_id}' },
  summary: 'Tells how a task stands and what came of it.',
  scope: 'read',
  params: z.strictObject({ task_id: taskIdSchema }),
  result: taskSchema,
  errors: ['not-found'],
  run: ({ task_id }, caller, { tasks }) => tasks.view(task_id, caller),
});
