import * as z from 'zod';
import { LabError } from '../../contracts/errors.ts';
import { type NewTask, newTaskSchema, taskJsonSchema } from '../../contracts/tasks.ts';
import { canonicalJson } from '../canonicalJson.ts';
import { newTaskId } from './taskId.ts';
import type { TaskMessage } from './taskProtocol.ts';

/* What is asked of a queue, as both back ends take it. */

/** What fits its schema. @throws LabError `usage` */
export function asked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new LabError('usage', `The queue cannot take this: ${z.prettifyError(parsed.error)}.`);
}

export function taskMessage(task: NewTask): TaskMessage {
  const parsed = asked(newTaskSchema, task);
  return { ...parsed, id: parsed.id ?? newTaskId(Date.now()), payload: taskJson(task.payload) };
}

/** What a task keeps: its payload, a checkpoint, its result. @throws LabError `usage` for what is too large */
export function taskJson(value: unknown): string {
  return asked(taskJsonSchema, canonicalJson(value));
}

export function jsonOrNull(value: unknown): string | null {
  return value === undefined ? null : taskJson(value);
}
