import * as z from 'zod';
import { operation } from '../operation.ts';
import { decidedSchema } from '../wire.ts';
import { decided, decisionErrors, decisionFields, patchFields, patchOf, standing } from './decision.ts';

export const inject = operation({
  name: 'inject',
  http: { method: 'POST', path: '/v1/inject' },
  summary: 'Gives a task that waits at a gate a changed idea or strategy, with which it goes on.',
  scope: 'decide',
  params: z.strictObject({ ...decisionFields, ...patchFields }),
  result: decidedSchema,
  errors: decisionErrors,
  async run(params, caller, { tasks }) {
    const decision = { action: 'fix', patch: patchOf(params), ...decided(params, caller) } as const;
    return standing(await tasks.decide(params.task_id, decision, caller));
  },
});
