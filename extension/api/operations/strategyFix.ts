import * as z from 'zod';
import { operation } from '../operation.ts';
import { decidedSchema, strategySourceSchema } from '../wire.ts';
import { decided, decisionErrors, decisionFields, standing } from './decision.ts';

export const strategyFix = operation({
  name: 'strategy_fix',
  http: { method: 'PUT', path: '/v1/strategy/fix' },
  summary: 'Puts an edited strategy in the place of that of a task that waits at a gate.',
  scope: 'decide',
  params: z.strictObject({ ...decisionFields, source: strategySourceSchema }),
  result: decidedSchema,
  errors: decisionErrors,
  async run(params, caller, { tasks }) {
    const { source } = params;
    const decision = { action: 'fix', patch: { source }, ...decided(params, caller) } as const;
    return standing(await tasks.decide(params.task_id, decision, caller));
  },
});
