import * as z from 'zod';
import { stepNameSchema } from '../../contracts/sagaPlaces.ts';
import { operation } from '../operation.ts';
import {
  dataChoiceSchema,
  deadlineSchema,
  delaySchema,
  paramsSchema,
  prioritySchema,
  promptSchema,
  settingsSchema,
  strategyChoiceSchema,
  taskSchema,
  toolSchema,
} from '../wire.ts';
import { startErrors } from './runTask.ts';

export const runTaskV2 = operation({
  name: 'run_task_v2',
  http: { method: 'POST', path: '/v2/run_task' },
  summary: 'Starts a task with settings, parameters and gates, and answers at once with the task.',
  scope: 'run',
  status: 202,
  params: z.strictObject({
    /** As in run_task. */
    tool: toolSchema,
    prompt: promptSchema.optional(),
    strategy: strategyChoiceSchema.optional(),
    data: dataChoiceSchema.optional(),
    params: paramsSchema.optional(),
    settings: settingsSchema.optional(),
    /** Steps to wait after; none for a task that waits nowhere. */
    gates: z.array(stepNameSchema).max(20).optional(),
    priority: prioritySchema.default(0),
    delay: delaySchema.optional(),
    deadline: deadlineSchema.optional(),
  }),
  result: taskSchema,
  errors: startErrors,
  run: (params, caller, { tasks }) => tasks.start(params, caller),
});
