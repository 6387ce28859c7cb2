import * as z from 'zod';
import { operation } from '../operation.ts';

const share = z.number().min(0).max(1).nullable();
const milliseconds = z.number().nonnegative();

export const analytics = operation({
  name: 'analytics',
  http: { method: 'GET', path: '/v1/analytics' },
  summary: 'Figures of the tasks that came to rest in the last hour; null where there were none.',
  scope: 'read',
  params: z.strictObject({}),
  result: z.object({
    /** Tasks a minute. */
    throughput: z.number().nonnegative(),
    /** Share of the workers' time that was worked, since this program began. */
    utilization: share,
    /** Share of the tasks that did not fail. */
    success_rate: share,
    /** Milliseconds from start to rest. */
    latency: z.object({ p50: milliseconds, p95: milliseconds, p99: milliseconds }).nullable(),
    tasks: z.number().int().nonnegative(),
    window_seconds: z.number().positive(),
  }),
  errors: [],
  async run(_params, _caller, { work }) {
    const found = await work.statistics();
    return {
      throughput: found.throughput,
      utilization: found.utilisation,
      success_rate: found.successRate,
      latency: found.latency,
      tasks: found.tasks,
      window_seconds: found.windowMilliseconds / 1000,
    };
  },
});
