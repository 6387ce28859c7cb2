import * as z from 'zod';
import {
  type ClaimedTask,
  deadReasonSchema,
  type TaskRecord,
  taskStateSchema,
} from '../../contracts/tasks.ts';

/** Columns of a task that its reader sees; JSON stays text until it is out of the journal's thread. */
export const recordColumns = `id, tenant, priority, type, state, ready, created, deadline, attempts, maximum_attempts,
  backoff_initial, backoff_maximum, epoch, worker, lease_expires, finished, dead_reason, error, trace_id,
  idempotency_key, payload, checkpoint, result`;

export const recordRowSchema = z.object({
  id: z.string(),
  tenant: z.string(),
  priority: z.number(),
  type: z.string(),
  state: taskStateSchema,
  ready: z.number(),
  created: z.number(),
  deadline: z.number().nullable(),
  attempts: z.number(),
  maximum_attempts: z.number(),
  backoff_initial: z.number(),
  backoff_maximum: z.number(),
  epoch: z.number(),
  worker: z.string().nullable(),
  lease_expires: z.number().nullable(),
  finished: z.number().nullable(),
  dead_reason: deadReasonSchema.nullable(),
  error: z.string().nullable(),
  trace_id: z.string(),
  idempotency_key: z.string().nullable(),
  payload: z.string(),
  checkpoint: z.string().nullable(),
  result: z.string().nullable(),
});
export type RecordRow = z.infer<typeof recordRowSchema>;

export function recordOf(row: RecordRow): TaskRecord {
  return {
    id: row.id,
    type: row.type,
    tenant: row.tenant,
    priority: row.priority,
    state: row.state,
    payload: JSON.parse(row.payload),
    createdTime: row.created,
    readyTime: row.ready,
    deadline: row.deadline,
    attempts: row.attempts,
    maximumAttempts: row.maximum_attempts,
    backoff: { initialMilliseconds: row.backoff_initial, maximumMilliseconds: row.backoff_maximum },
    epoch: row.epoch,
    worker: row.worker,
    leaseExpires: row.lease_expires,
    checkpoint: fromJson(row.checkpoint),
    result: fromJson(row.result),
    error: row.error,
    deadReason: row.dead_reason,
    finishedTime: row.finished,
    traceId: row.trace_id,
    idempotencyKey: row.idempotency_key,
  };
}

function fromJson(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}

/** A task as a claim finds it. */
export const claimedRowSchema = recordRowSchema.pick({
  id: true,
  tenant: true,
  priority: true,
  type: true,
  epoch: true,
  attempts: true,
  created: true,
  ready: true,
  deadline: true,
  trace_id: true,
  payload: true,
  checkpoint: true,
});
export type ClaimedRow = z.infer<typeof claimedRowSchema>;
export const claimedColumns =
  'id, tenant, priority, type, epoch, attempts, created, ready, deadline, trace_id, payload, checkpoint';

/** The task as its worker gets it. */
export function claimedOf(row: ClaimedRow, lost: AbortSignal): ClaimedTask {
  return {
    id: row.id,
    epoch: row.epoch,
    type: row.type,
    tenant: row.tenant,
    priority: row.priority,
    payload: JSON.parse(row.payload),
    checkpoint: fromJson(row.checkpoint),
    attempt: row.attempts,
    createdTime: row.created,
    readyTime: row.ready,
    deadline: row.deadline,
    traceId: row.trace_id,
    lost,
  };
}
