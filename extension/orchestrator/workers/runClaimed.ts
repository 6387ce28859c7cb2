import { LabError } from '../../contracts/errors.ts';
import type { ClaimedTask, TaskQueue } from '../../contracts/tasks.ts';
import type { TaskSample } from './loadWindow.ts';
import type { RunningTask, TaskHandler, TaskOutcome } from './task.ts';

export interface ClaimedWork {
  readonly queue: TaskQueue;
  readonly handler: TaskHandler;
  readonly task: ClaimedTask;
  /** Aborted when the pool ends: the work is stopped and given back. */
  readonly stop: AbortSignal;
  readonly yieldWanted: AbortSignal;
  readonly log: (level: 'info' | 'warning', message: string) => void;
}

const longestError = 2000;

/** Works on a claimed task and tells the queue what came of it. Never rejects. */
export async function runClaimed(work: ClaimedWork): Promise<TaskSample['outcome']> {
  const { queue, handler, task, stop, yieldWanted, log } = work;
  const { lost } = task;
  const running: RunningTask = {
    ...task,
    signal: AbortSignal.any([lost, stop]),
    yieldWanted,
    keep: (checkpoint) => queue.checkpoint(task, checkpoint, { durability: 'normal' }),
  };
  try {
    const outcome = await attempt(work, running);
    if (lost.aborted) return 'dropped';
    if (outcome.kind === 'failed') {
      const retry = !(handler.isFinal?.(outcome.error) ?? false);
      const error = messageOf(outcome.error).slice(0, longestError);
      return await queue.fail(task, { error, retry });
    }
    if (outcome.kind === 'yielded') {
      await queue.yield(task, outcome.checkpoint);
      return 'yielded';
    }
    await queue.complete(task, outcome.result);
    return outcome.hasFailed === true ? 'unsuccessful' : 'done';
  } catch (error) {
    // What was done is done again by who gets the task next, or was done by who has it.
    if (!LabError.is(error, 'task.stale')) {
      log('warning', `What came of task ${task.id} could not be written down: ${messageOf(error)}`);
    }
    return 'dropped';
  }
}

type Attempt = TaskOutcome | { readonly kind: 'failed'; readonly error: unknown };

async function attempt({ handler, stop }: ClaimedWork, running: RunningTask): Promise<Attempt> {
  try {
    return await handler.run(running);
  } catch (error) {
    // Stopped with the pool, and by no fault of its own: it goes on where it was kept last.
    return stop.aborted ? { kind: 'yielded' } : { kind: 'failed', error };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
