import * as z from 'zod';
import { taskLeaseSchema } from '../../../contracts/tasks.ts';

/** Messages between the queue and the thread that renews its leases. */
export const heartbeatDataSchema = z.object({
  url: z.string(),
  prefix: z.string(),
  made: z.string(),
  consumer: z.string(),
  /** Of the box of orders. */
  memory: z.instanceof(SharedArrayBuffer),
});

export const heartbeatOrdersSchema = z.array(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('hold'), lease: taskLeaseSchema, milliseconds: z.number() }),
    z.object({ kind: z.literal('drop'), lease: taskLeaseSchema }),
    z.object({ kind: z.literal('close') }),
  ]),
);
export type HeartbeatOrder = z.infer<typeof heartbeatOrdersSchema>[number];

/** Leases that are over. */
export const heartbeatNewsSchema = z.array(taskLeaseSchema);
