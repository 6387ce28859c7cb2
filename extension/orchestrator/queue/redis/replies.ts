import { z } from 'zod';
import { LabError } from '../../../contracts/errors.ts';
import { type TaskCounts, type TaskState, taskStateSchema } from '../../../contracts/tasks.ts';
import { staleLease, taskNotFound, wrongState } from '../../../storage/tasks/taskErrors.ts';
import { type ClaimedRow, type RecordRow, recordRowSchema } from '../../../storage/tasks/taskRows.ts';

const textsSchema = z.array(z.string());
export const flatHashSchema = textsSchema;
const statusSchema = textsSchema.min(1);
export const enqueueReplySchema = z.array(
  z.union([
    z.tuple([z.literal('full'), z.string(), z.string()]),
    z.tuple([z.literal('ok')], z.union([z.string(), z.number()])),
  ]),
);
export type EnqueueReply = z.infer<typeof enqueueReplySchema>[number];
const claimedSchema = z.tuple([
  z.string(),
  z.string(),
  z.coerce.number(),
  z.string(),
  z.coerce.number(),
  z.coerce.number(),
  z.coerce.number(),
  z.string(),
  z.string(),
  z.string(),
  z.string(),
  z.coerce.number(),
]);
export const claimReplySchema = z.tuple([z.string()], claimedSchema);
export const completeReplySchema = z.array(statusSchema);

/** A claimed task as the claim's script tells it. */
export function claimedRow(told: z.infer<typeof claimedSchema>): ClaimedRow {
  const [
    id,
    tenant,
    priority,
    type,
    epoch,
    attempts,
    created,
    deadline,
    traceId,
    payload,
    checkpoint,
    ready,
  ] = told;
  return {
    id,
    tenant,
    priority,
    type,
    epoch,
    attempts,
    created,
    ready,
    deadline: deadline === '' ? null : Number(deadline),
    trace_id: traceId,
    payload,
    checkpoint: checkpoint === '' ? null : checkpoint,
  };
}

const numbers = [
  'priority',
  'ready',
  'created',
  'deadline',
  'attempts',
  'maximum_attempts',
  'backoff_initial',
  'backoff_maximum',
  'epoch',
  'lease_expires',
  'finished',
] as const;
const texts = ['worker', 'dead_reason', 'error', 'idempotency_key', 'checkpoint', 'result'] as const;

/** A task from its hash as the server tells it: names and values in turn. */
export function rowOfHash(id: string, hash: readonly string[]): RecordRow {
  const values: Record<string, string | number | null> = { id };
  for (const name of texts) values[name] = null;
  for (const name of numbers) values[name] = null;
  for (let index = 0; index < hash.length; index += 2) values[hash[index] ?? ''] = hash[index + 1] ?? null;
  for (const name of [...numbers, ...texts]) if (values[name] === '') values[name] = null;
  for (const name of numbers) if (values[name] !== null) values[name] = Number(values[name]);
  return recordRowSchema.parse(values);
}

/** Counts from the fields `c|TENANT|PRIORITY|TYPE|STATE` of the book. */
export function countsOfHash(hash: Readonly<Record<string, string>>): TaskCounts[] {
  const lines = new Map<string, TaskCounts>();
  for (const [field, value] of Object.entries(hash)) {
    const [kind, tenant = '', priority = '', type = '', state] = field.split('|');
    if (kind !== 'c') continue;
    const name = `${tenant}|${priority}|${type}`;
    const none = { waiting: 0, delayed: 0, running: 0, done: 0, dead: 0, cancelled: 0 };
    const line = lines.get(name) ?? { tenant, priority: Number(priority), type, ...none };
    lines.set(name, { ...line, [taskStateSchema.parse(state)]: Number(value) });
  }
  return [...lines.values()];
}

/** The first word of an answer about the task `id`. Throws what the answer refuses. */
export function wordOf(reply: unknown, id: string, epoch: number, what: string): string {
  const [word = '', detail = '', found = ''] = statusSchema.parse(reply);
  if (word === 'stale') {
    const state = detail === 'gone' ? null : { state: stateOf(detail), epoch: Number(found) };
    throw staleLease(id, epoch, state);
  }
  if (word === 'unknown') throw taskNotFound(id);
  if (word === 'state') throw wrongState(id, stateOf(detail), what);
  return word;
}

export function queueFull(tenant: string, most: string): LabError {
  const where = tenant === '' ? 'The task queue' : `The task queue of ${tenant}`;
  return new LabError('queue.full', `${where} holds its ${most} waiting tasks and takes no more.`, {
    action: 'Try again when some of them are done, or raise the limit.',
  });
}

function stateOf(text: string): TaskState {
  return taskStateSchema.parse(text);
}
