import * as z from 'zod';
import { LabError } from '../../contracts/errors.ts';
import { type Decision, decisionActions } from '../../contracts/saga.ts';
import { stepNameSchema } from '../../contracts/sagaPlaces.ts';
import type { Caller } from '../caller.ts';
import { operation } from '../operation.ts';
import { decidedSchema } from '../wire.ts';
import { decided, decisionErrors, decisionFields, patchFields, patchOf, standing } from './decision.ts';

const paramsSchema = z.strictObject({
  ...decisionFields,
  action: z.enum(decisionActions),
  /** The step to go back to, for a rollback. */
  to: stepNameSchema.optional(),
  /** What a fix changes. */
  ...patchFields,
});

export const feedback = operation({
  name: 'feedback',
  http: { method: 'POST', path: '/v1/feedback' },
  summary: 'Says at the gate where a task waits what becomes of it: approve, reject, fix or rollback.',
  scope: 'decide',
  params: paramsSchema,
  result: decidedSchema,
  errors: decisionErrors,
  async run(params, caller, { tasks }) {
    return standing(await tasks.decide(params.task_id, decisionOf(params, caller), caller));
  },
});

function decisionOf(params: z.output<typeof paramsSchema>, caller: Caller): Decision {
  const { action, to, idea, source } = params;
  const common = decided(params, caller);
  if (action === 'fix') return { action, patch: patchOf(params), ...common };
  if (idea !== undefined || source !== undefined) throw misplaced('idea and source are for a fix alone.');
  if (action !== 'rollback') {
    if (to !== undefined) throw misplaced('to is for a rollback alone.');
    return { action, ...common };
  }
  if (to === undefined) throw misplaced('A rollback takes the step to go back to.');
  return { action, to, ...common };
}

function misplaced(message: string): LabError {
  return new LabError('usage', message, { action: 'See the description of feedback in /openapi.json.' });
}
