import { LabError } from '../../contracts/errors.ts';
import { contentHashSchema } from '../../contracts/journal.ts';
import { stepNameSchema } from '../../contracts/sagaPlaces.ts';
import type { Caller } from '../caller.ts';
import {
  bySchema,
  commentSchema,
  promptSchema,
  strategySourceSchema,
  type Task,
  taskIdSchema,
} from '../wire.ts';

/** What every decision at a gate takes. */
export const decisionFields = {
  task_id: taskIdSchema,
  /** The gate that is meant; refused where the task waits at another. */
  at: stepNameSchema.optional(),
  comment: commentSchema.optional(),
  by: bySchema.optional(),
  /** Hash of the evidence that was seen; refused where other evidence stands by now. */
  evidence_hash: contentHashSchema.optional(),
};

/** What a fix changes: the idea or the strategy, one of the two. */
export const patchFields = {
  idea: promptSchema.optional(),
  source: strategySourceSchema.optional(),
};

export const decisionErrors = [
  'usage',
  'not-found',
  'saga.state',
  'conflict',
  'strategy.guard',
  'queue.full',
] as const;

interface DecisionParams {
  readonly at?: string | undefined;
  readonly comment?: string | undefined;
  readonly by?: string | undefined;
  readonly evidence_hash?: string | undefined;
}

/** Who and why, as the journal keeps it: whose token it was is always told. */
export function decided({ at, comment, by, evidence_hash }: DecisionParams, caller: Caller) {
  const token = `token of ${caller.tenant}`;
  return {
    ...(at !== undefined && { at }),
    comment: comment ?? null,
    by: by === undefined ? token : `${by} (${token})`,
    ...(evidence_hash !== undefined && { evidence: evidence_hash }),
  };
}

/** @throws LabError `usage` where it is not one of the two */
export function patchOf({ idea, source }: { idea?: string | undefined; source?: string | undefined }) {
  if ((idea === undefined) === (source === undefined)) {
    throw new LabError('usage', 'A fix takes idea or source, one of the two.', {
      action: 'Give the changed idea, or the strategy as you edited it.',
    });
  }
  return idea === undefined ? { source } : { idea };
}

export function standing({ task_id, trace_id, state }: Task) {
  return { task_id, trace_id, state };
}
