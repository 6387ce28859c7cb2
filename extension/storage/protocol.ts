import * as z from 'zod';
import { contentHashSchema, streamNameSchema } from '../contracts/journal.ts';
import { durabilitySchema, taskLeaseSchema } from '../contracts/tasks.ts';
import { evaluationSchema, trialSchema } from '../contracts/trials.ts';
import { taskMessageSchema } from './tasks/taskProtocol.ts';

/** Messages between the journal's port and its worker thread. `data` and `snapshot` are canonical JSON text. */

/** What does not fit is an artefact. */
const maximumJsonLength = 8_000_000;
const maximumArtefactBytes = 256_000_000;

const jsonTextSchema = z.string().max(maximumJsonLength);

const newEventsSchema = z
  .array(
    z.object({
      type: z.string().min(1).max(100),
      version: z.number().int().positive(),
      time: z.number().int(),
      traceId: z.string().max(200),
      data: jsonTextSchema,
    }),
  )
  .min(1);
export const appendRequestSchema = z.object({
  stream: streamNameSchema,
  expectedSequence: z.number().int().nonnegative().nullable(),
  lease: z.object({ name: z.string(), epoch: z.number().int().positive(), release: z.boolean() }).nullable(),
  events: newEventsSchema,
  also: z.object({ stream: streamNameSchema, events: newEventsSchema }).nullable(),
  snapshot: jsonTextSchema.nullable(),
  durability: durabilitySchema.optional(),
  artefacts: z.array(contentHashSchema),
  tasks: z.array(taskMessageSchema),
  areTasksNew: z.boolean(),
});
export type AppendMessage = z.infer<typeof appendRequestSchema>;

export const readRequestSchema = z.object({
  stream: streamNameSchema,
  fromSequence: z.number().int().positive(),
});
export const readResponseSchema = z.object({
  events: z.array(
    z.object({
      stream: z.string(),
      sequence: z.number().int().positive(),
      type: z.string(),
      version: z.number().int(),
      time: z.number(),
      traceId: z.string(),
      data: z.string(),
      hash: z.string(),
    }),
  ),
  more: z.boolean(),
});

export const kindRequestSchema = z.object({ kind: z.string() });
export const snapshotsResponseSchema = z.array(
  z.object({ stream: z.string(), sequence: z.number().int(), data: z.string() }),
);

export const putArtefactRequestSchema = z.object({
  content: z.instanceof(Uint8Array).refine((content) => content.byteLength <= maximumArtefactBytes, {
    message: `an artefact may have ${maximumArtefactBytes} bytes at most`,
  }),
});
export const hashRequestSchema = z.object({ hash: contentHashSchema });
export const bytesResponseSchema = z.instanceof(Uint8Array);

const leaseNameSchema = z.string().min(1).max(200);
export const leaseNameRequestSchema = z.object({ name: leaseNameSchema });
export const acquireLeaseRequestSchema = z.object({
  name: leaseNameSchema,
  milliseconds: z.number().int().min(100),
});
export const releaseLeaseRequestSchema = z.object({
  name: leaseNameSchema,
  epoch: z.number().int().positive(),
});
export const streamRequestSchema = z.object({ stream: streamNameSchema });

/** Parameters are canonical JSON text, so that equal ones are equal text. */
export const recordTrialsRequestSchema = z.object({
  evaluation: evaluationSchema.extend({ trials: z.array(trialSchema.extend({ params: jsonTextSchema })) }),
  time: z.number().int(),
});
export type EvaluationMessage = z.infer<typeof recordTrialsRequestSchema>['evaluation'];
export const nothingRequestSchema = z.object({});

/** What was asked for in one turn. */
export const requestsSchema = z.array(
  z.object({
    id: z.number().int(),
    operation: z.string(),
    payload: z.unknown(),
  }),
);
export type JournalRequest = z.infer<typeof requestsSchema>[number];

export const workerErrorSchema = z.object({
  reason: z.enum([
    'journal.unavailable',
    'journal.corrupt',
    'journal.conflict',
    'queue.full',
    'task.stale',
    'task.state',
    'not-found',
    'usage',
    'internal',
  ]),
  message: z.string(),
  action: z.string().nullable(),
});
export type WorkerError = z.infer<typeof workerErrorSchema>;

const workerMessageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('unusable'), error: workerErrorSchema }),
  z.object({ kind: z.literal('answer'), id: z.number().int(), value: z.unknown() }),
  z.object({ kind: z.literal('refusal'), id: z.number().int(), error: workerErrorSchema }),
  z.object({ kind: z.literal('lease-lost'), name: z.string(), epoch: z.number().int() }),
  z.object({ kind: z.literal('task-lost'), lease: taskLeaseSchema }),
]);
export type WorkerMessage = z.infer<typeof workerMessageSchema>;
export const workerMessagesSchema = z.array(workerMessageSchema);

/** `location`: file URL of the database; `memory`: of the wire. */
export const workerDataSchema = z.object({ location: z.url(), memory: z.instanceof(SharedArrayBuffer) });
