import * as z from 'zod';
import {
  backoffSchema,
  claimRequestSchema,
  durabilitySchema,
  newTaskSchema,
  prioritySchema,
  taskFilterSchema,
  taskIdSchema,
  taskJsonSchema,
  taskLeaseSchema,
  taskLimitsSchema,
} from '../../contracts/tasks.ts';

/** Messages of the task queue between the journal's port and its thread. JSON travels as text. */
export const taskMessageSchema = newTaskSchema.extend({
  id: taskIdSchema,
  payload: taskJsonSchema,
  priority: prioritySchema,
  tenant: newTaskSchema.shape.tenant.unwrap(),
  maximumAttempts: newTaskSchema.shape.maximumAttempts.unwrap(),
  backoff: backoffSchema,
  traceId: newTaskSchema.shape.traceId.unwrap(),
});
export type TaskMessage = z.infer<typeof taskMessageSchema>;

export const enqueueTasksSchema = z.object({
  tasks: z.array(taskMessageSchema),
  durability: durabilitySchema,
});
export const claimTasksSchema = claimRequestSchema.extend({
  /** Names the claim, for `stopClaim`. */
  ticket: z.number().int(),
});
export type ClaimMessage = z.infer<typeof claimTasksSchema>;
export const stopClaimSchema = z.object({ ticket: z.number().int() });
export const extendTasksSchema = z.object({
  leases: z.array(taskLeaseSchema).max(10_000),
  milliseconds: z.number().int().min(100),
});
export const completeTaskSchema = taskLeaseSchema.extend({
  result: taskJsonSchema.nullable(),
  durability: durabilitySchema,
});
export const failTaskSchema = taskLeaseSchema.extend({
  error: z.string().max(10_000),
  retry: z.boolean(),
  durability: durabilitySchema,
});
/** A checkpoint of null stays as it was. */
export const checkpointTaskSchema = taskLeaseSchema.extend({
  checkpoint: taskJsonSchema.nullable(),
  durability: durabilitySchema,
});
export const taskChangeSchema = z.object({ id: taskIdSchema, durability: durabilitySchema });
export const setPrioritySchema = taskChangeSchema.extend({ priority: prioritySchema });
export const pauseTasksSchema = z.object({ isPaused: z.boolean() });
/** `scope`: a tenant, '*' or ''; see `task_tenants`. */
export const limitTasksSchema = z.object({ scope: z.string().max(100), limits: taskLimitsSchema });
export const taskIdRequestSchema = z.object({ id: taskIdSchema });
export const listTasksSchema = taskFilterSchema;
