import * as z from 'zod';
import { operation } from '../operation.ts';
import {
  dataChoiceSchema,
  deadlineSchema,
  delaySchema,
  prioritySchema,
  promptSchema,
  strategyChoiceSchema,
  taskIdSchema,
  toolSchema,
  traceIdSchema,
} from '../wire.ts';

/** What starting a task may refuse with. */
export const startErrors = [
  'usage',
  'not-found',
  'data.missing',
  'data.empty',
  'data.time',
  'strategy.guard',
  'queue.full',
] as const;

export const runTask = operation({
  name: 'run_task',
  http: { method: 'POST', path: '/v1/run_task' },
  summary: 'Starts a task and answers at once; its id is the id of its run in the lab.',
  scope: 'run',
  status: 202,
  params: z.strictObject({
    /** `reasoning`, `coding` or `generate` for an idea; `backtest`, `optimise`, `walk-forward` or `stress` for a strategy. */
    tool: toolSchema.default('generate'),
    /** The idea, in English or Russian. */
    prompt: promptSchema.optional(),
    priority: prioritySchema.default(0),
    context: z
      .strictObject({ ...dataChoiceSchema.shape, strategy: strategyChoiceSchema.optional() })
      .optional(),
    delay: delaySchema.optional(),
    deadline: deadlineSchema.optional(),
  }),
  result: z.object({
    task_id: taskIdSchema,
    trace_id: traceIdSchema,
    state: z.string(),
  }),
  errors: startErrors,
  async run({ context, ...request }, caller, { tasks }) {
    const { strategy, ...data } = context ?? {};
    const task = await tasks.start({ ...request, strategy, ...(context !== undefined && { data }) }, caller);
    return { task_id: task.task_id, trace_id: task.trace_id, state: task.state };
  },
});
