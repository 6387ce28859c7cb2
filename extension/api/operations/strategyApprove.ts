import * as z from 'zod';
import { operation } from '../operation.ts';
import { decidedSchema } from '../wire.ts';
import { decided, decisionErrors, decisionFields, standing } from './decision.ts';

export const strategyApprove = operation({
  name: 'strategy_approve',
  http: { method: 'POST', path: '/v1/strategy/approve' },
  summary: 'Approves what a task shows at its gate, so that it goes on to paper; nothing is traded by it.',
  scope: 'decide',
  params: z.strictObject(decisionFields),
  result: decidedSchema,
  errors: decisionErrors,
  async run(params, caller, { tasks }) {
    return standing(
      await tasks.decide(params.task_id, { action: 'approve', ...decided(params, caller) }, caller),
    );
  },
});
