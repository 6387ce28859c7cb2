import * as z from 'zod';
import { LabError } from '../../../contracts/errors.ts';
import { type TaskCounts, type TaskState, taskStateSchema } from '../../../contracts/tasks.ts';
import { staleLease, taskNotFound, wrongState } from '../../../storage/tasks/taskErrors.ts';
import type { TaskMessage } from '../../../storage/tasks/taskProtocol.ts';
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
const number = z.coerce.number();
const claimedSchema = z.tuple([
  z.string(),
  z.string(),
  number,
  number,
  number,
  number,
  z.coerce.string(),
  z.string(),
  z.string(),
  z.string(),
]);
export const claimReplySchema = z.tuple([z.string()], claimedSchema);
export const completeReplySchema = z.array(statusSchema);

/** What stays of a task, as `load` of the library reads it too. */
function aboutOf(text: string) {
  const [seq, tenant = '', type = '', created, maximumAttempts, backoffInitial, backoffMaximum] =
    text.split('|');
  return {
    seq: Number(seq),
    tenant,
    type,
    created: Number(created),
    maximum_attempts: Number(maximumAttempts),
    backoff_initial: Number(backoffInitial),
    backoff_maximum: Number(backoffMaximum),
  };
}

/** The place of a task in the order of their coming, from what stays of it. */
export function seqOf(about: string): number {
  return aboutOf(about).seq;
}

/** A task as the words that the enqueue's script takes. */
export function wordsOf(task: TaskMessage): (string | number)[] {
  const { maximumAttempts, backoff } = task;
  return [
    task.id,
    task.tenant,
    task.type,
    task.priority,
    task.notBefore ?? '',
    task.deadline ?? '',
    `${maximumAttempts}|${backoff.initialMilliseconds}|${backoff.maximumMilliseconds}`,
    task.idempotencyKey ?? '',
    task.traceId,
    task.payload,
  ];
}

/** A claimed task as the claim's script tells it. */
export function claimedRow(told: z.infer<typeof claimedSchema>): ClaimedRow {
  const [id, about, priority, epoch, attempts, ready, deadline, payload, traceId, checkpoint] = told;
  const { tenant, type, created } = aboutOf(about);
  return {
    id,
    tenant,
    priority,
    type,
    epoch,
    attempts,
    created,
    ready,
    deadline: numberOrNull(deadline),
    trace_id: traceId,
    payload,
    checkpoint: checkpoint === '' ? null : checkpoint,
  };
}

/** A task from its hash as the server tells it: names and values in turn. */
export function rowOfHash(id: string, hash: readonly string[]): RecordRow {
  const values = new Map<string, string>();
  for (let index = 0; index < hash.length; index += 2) values.set(hash[index] ?? '', hash[index + 1] ?? '');
  const { seq: _, ...about } = aboutOf(values.get('about') ?? '');
  const [state, priority, ready, attempts, epoch, deadline, lease, , , finished, deadReason, ...worker] = (
    values.get('state') ?? ''
  ).split('|');
  return recordRowSchema.parse({
    ...about,
    id,
    state,
    priority: Number(priority),
    ready: Number(ready),
    attempts: Number(attempts),
    epoch: Number(epoch),
    deadline: numberOrNull(deadline),
    lease_expires: numberOrNull(lease),
    finished: numberOrNull(finished),
    dead_reason: deadReason === '' ? null : deadReason,
    // The only one with any characters.
    worker: worker.join('|') === '' ? null : worker.join('|'),
    trace_id: values.get('trace_id') ?? '',
    payload: values.get('payload'),
    error: values.get('error') ?? null,
    idempotency_key: values.get('idempotency_key') ?? null,
    checkpoint: values.get('checkpoint') ?? null,
    result: values.get('result') ?? null,
  });
}

function numberOrNull(text = ''): number | null {
  return text === '' ? null : Number(text);
}

const lineSchema = z.tuple([
  z.string(),
  number,
  z.string(),
  number,
  z.string(),
  number,
  number,
  number,
  number,
  number,
]);
export const linesReplySchema = z.array(lineSchema);

/** The counts of a line, and when its first task could have been started, as the script tells them. */
export function lineOf(told: z.infer<typeof lineSchema>): { counts: TaskCounts; ready: number | null } {
  const [tenant, priority, type, waiting, ready, delayed, running, done, dead, cancelled] = told;
  const counts = { tenant, priority, type, waiting, delayed, running, done, dead, cancelled };
  return { counts, ready: numberOrNull(ready) };
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
