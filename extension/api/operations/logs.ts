import * as z from 'zod';
import { operation } from '../operation.ts';
import { logAnswerSchema, logLimitSchema, traceIdSchema } from '../wire.ts';

export const logs = operation({
  name: 'logs',
  http: { method: 'GET', path: '/v1/logs' },
  summary: 'Tells what happened under a trace id, in all its tasks; the last lines count.',
  scope: 'read',
  weight: 10,
  params: z.strictObject({ trace_id: traceIdSchema, limit: logLimitSchema }),
  result: logAnswerSchema,
  errors: [],
  async run({ trace_id, limit }, caller, { tasks }) {
    return { lines: (await tasks.logOfTrace(trace_id, caller)).slice(-limit) };
  },
});
