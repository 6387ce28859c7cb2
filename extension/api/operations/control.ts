import * as z from 'zod';
import { LabError } from '../../contracts/errors.ts';
import { operation } from '../operation.ts';
import { taskIdSchema } from '../wire.ts';

/** Most tasks at work at one time. */
const mostWorkers = 16;

export const control = operation({
  name: 'control',
  http: { method: 'POST', path: '/v1/control' },
  summary:
    'Changes how many tasks are at work, or holds and lets go: a pause starts nothing more, and what is at work goes on. With a task, pauses or resumes that one alone.',
  scope: 'run',
  params: z.strictObject({
    action: z.enum(['scale', 'pause', 'resume']),
    /** For scale. */
    workers: z.number().int().min(1).max(mostWorkers).optional(),
    task_id: taskIdSchema.optional(),
  }),
  result: z.object({
    workers: z.number().int().positive(),
    paused: z.boolean(),
    queue_depth: z.number().int().nonnegative(),
    active_workers: z.number().int().nonnegative(),
    /** Of the task, where one was named. */
    state: z.string().nullable(),
  }),
  errors: ['usage', 'not-found', 'saga.state', 'conflict', 'api.forbidden', 'queue.full'],
  async run({ action, workers, task_id }, caller, { tasks, work }) {
    if ((action === 'scale') !== (workers !== undefined) || (action === 'scale' && task_id !== undefined)) {
      throw new LabError(
        'usage',
        'workers is for scale, and scale needs it; task_id is for pause and resume.',
        {
          action: 'Give {"action": "scale", "workers": 4}, or {"action": "pause", "task_id": "..."}.',
        },
      );
    }
    let state: string | null = null;
    if (task_id !== undefined) {
      const task = action === 'pause' ? tasks.stop(task_id, caller) : tasks.goOn(task_id, caller);
      ({ state } = await task);
    } else if (!caller.scopes.has('control')) {
      throw new LabError('api.forbidden', 'This token may not change how the whole lab works.', {
        action: 'Name one of your tasks, or use the token of who owns the lab.',
      });
    } else if (workers !== undefined) await work.scale(workers);
    else if (action === 'pause') await work.pause();
    else await work.resume();
    const reading = await work.reading();
    return {
      workers: reading.workers,
      paused: reading.isPaused,
      queue_depth: reading.queueDepth,
      active_workers: reading.activeWorkers,
      state,
    };
  },
});
