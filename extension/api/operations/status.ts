import * as z from 'zod';
import { operation } from '../operation.ts';

export const status = operation({
  name: 'status',
  http: { method: 'GET', path: '/v1/status' },
  summary: 'Tells how many tasks wait and are at work, and how long tasks took.',
  scope: 'read',
  params: z.strictObject({}),
  result: z.object({
    /** Tasks that wait for a worker. */
    queue_depth: z.number().int().nonnegative(),
    /** Tasks at work. */
    active_workers: z.number().int().nonnegative(),
    /** Milliseconds from start to rest of the last hour's tasks; null where there were none. */
    latency_p95: z.number().nonnegative().nullable(),
    workers: z.number().int().positive(),
    paused: z.boolean(),
  }),
  errors: [],
  async run(_params, _caller, { work }) {
    const { queueDepth, activeWorkers, workers, isPaused } = await work.reading();
    const { latency } = await work.statistics();
    return {
      queue_depth: queueDepth,
      active_workers: activeWorkers,
      latency_p95: latency?.p95 ?? null,
      workers,
      paused: isPaused,
    };
  },
});
