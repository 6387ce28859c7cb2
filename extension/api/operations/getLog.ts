import * as z from 'zod';
import { stepNameSchema } from '../../contracts/sagaPlaces.ts';
import { operation } from '../operation.ts';
import { logAnswerSchema, logLimitSchema, taskIdSchema } from '../wire.ts';

export const getLog = operation({
  name: 'get_log',
  http: { method: 'GET', path: '/v1/get_log' },
  summary: 'Tells what happened in a task, reasoning and code generation among it; the last lines count.',
  scope: 'read',
  params: z.strictObject({
    task_id: taskIdSchema,
    /** Only of this step, such as `reason` or `code`. */
    step: stepNameSchema.optional(),
    limit: logLimitSchema,
  }),
  result: logAnswerSchema,
  errors: ['not-found'],
  async run({ task_id, step, limit }, caller, { tasks }) {
    const lines = await tasks.log(task_id, caller);
    return { lines: lines.filter((line) => step === undefined || line.step === step).slice(-limit) };
  },
});
