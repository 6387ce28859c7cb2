import * as z from 'zod';
import { parkedEventSchema } from '../../contracts/events.ts';

const positionSchema = z.number().int().nonnegative();
const groupSchema = z.string().min(1).max(100);

export const groupRequestSchema = z.object({ group: groupSchema });
export const readAllRequestSchema = z.object({
  after: positionSchema,
  limit: z.number().int().positive().max(1000),
});
export const positionRequestSchema = z.object({ time: z.number() });
export const advanceRequestSchema = z.object({
  group: groupSchema,
  /** Where the group must stand now; null where it must not be there. */
  from: positionSchema.nullable(),
  to: positionSchema,
  parked: z.array(parkedEventSchema.extend({ position: positionSchema })),
});
export const unparkRequestSchema = z.object({ group: groupSchema, position: positionSchema });

export const pauseEventsRequestSchema = z.object({ isPaused: z.boolean() });

/** Events of all streams, in the order of their positions. */
export const placedRowsSchema = z.array(
  z.object({
    position: positionSchema,
    stream: z.string(),
    type: z.string(),
    version: z.number().int(),
    time: z.number(),
    traceId: z.string(),
    data: z.string(),
  }),
);
export const parkedRowsSchema = z.array(advanceRequestSchema.shape.parked.element);
export const positionAnswerSchema = positionSchema.nullable();
