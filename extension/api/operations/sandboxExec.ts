import * as z from 'zod';
import { strategyLanguageSchema } from '../../contracts/strategyLanguage.ts';
import { operation } from '../operation.ts';
import {
  dataChoiceSchema,
  findingsSchema,
  paramsSchema,
  settingsSchema,
  strategySourceSchema,
  taskIdSchema,
  taskResultSchema,
  taskSchema,
  traceIdSchema,
} from '../wire.ts';
import { startErrors } from './runTask.ts';

/** Longest time that an answer is waited for. The task goes on after it. */
const mostWaitMilliseconds = 240_000;
const usualWaitMilliseconds = 60_000;

export const sandboxExec = operation({
  name: 'sandbox_exec',
  http: { method: 'POST', path: '/v1/sandbox_exec' },
  summary:
    'Backtests a strategy in the sandbox on stored data and waits for the result, as the host settled it; what Guardian refuses is not run.',
  scope: 'run',
  params: z.strictObject({
    source: strategySourceSchema,
    language: strategyLanguageSchema.default('javascript'),
    context: dataChoiceSchema.optional(),
    params: paramsSchema.optional(),
    settings: settingsSchema.optional(),
    /** How long to wait for the result. */
    timeout_ms: z.number().int().min(0).max(mostWaitMilliseconds).default(usualWaitMilliseconds),
  }),
  result: z.object({
    /** Null where Guardian refused the code. */
    task_id: taskIdSchema.nullable(),
    trace_id: traceIdSchema,
    /** `refused` by Guardian, else the state of the task: `running` where the time was over first. */
    state: z.string(),
    guardian: z.object({ verdict: z.enum(['pass', 'refuse']), findings: findingsSchema }),
    result: taskResultSchema.nullable(),
    error: taskSchema.shape.error,
  }),
  errors: startErrors,
  async run({ source, language, context, params, settings, timeout_ms }, caller, { tasks, guard }) {
    const findings = [...guard(source, language)];
    if (findings.some(({ severity }) => severity === 'error')) {
      return {
        task_id: null,
        trace_id: caller.traceId,
        state: 'refused',
        guardian: { verdict: 'refuse' as const, findings },
        result: null,
        error: null,
      };
    }
    const strategy = { source, language };
    // Whoever waits for an answer is served before those who do not.
    const request = { tool: 'backtest', priority: 5, strategy, data: context, params, settings };
    const { task_id, trace_id } = await tasks.start(request, caller);
    await tasks.atRest(task_id, timeout_ms, caller);
    const task = await tasks.view(task_id, caller);
    return {
      task_id,
      trace_id,
      state: task.state,
      guardian: { verdict: 'pass' as const, findings },
      result: task.result,
      error: task.error,
    };
  },
});
