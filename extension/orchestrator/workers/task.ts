import type { ClaimedTask } from '../../contracts/tasks.ts';

/** What the work on a task sees and may do. */
export interface RunningTask
  extends Pick<
    ClaimedTask,
    'id' | 'type' | 'tenant' | 'priority' | 'payload' | 'checkpoint' | 'attempt' | 'deadline' | 'traceId'
  > {
  /** Aborted when the task was cancelled or lost, or the pool ends: stop at once, nothing of it counts any more. */
  readonly signal: AbortSignal;
  /**
   * Aborted when a more urgent task wants the place, or the pool ends: come to a point from which the work can go
   * on, and answer `yielded`. Work that is nearly done, or that cannot stop, may go on to its end.
   */
  readonly yieldWanted: AbortSignal;
  /** Keeps what the next attempt shall go on from. @throws LabError `task.stale`: stop */
  keep(checkpoint: unknown): Promise<void>;
}

export type TaskOutcome =
  /** `hasFailed`: it came to its end, which is no success; another attempt would change nothing. */
  | { readonly kind: 'done'; readonly result: unknown; readonly hasFailed?: boolean }
  /** To be gone on with later, from this checkpoint; from the one kept last where it is left out. */
  | { readonly kind: 'yielded'; readonly checkpoint?: unknown };

/** How one type of task is worked on. */
export interface TaskHandler {
  readonly type: string;
  /** May be run again, on any machine, after a crash at any instruction of it. */
  run(task: RunningTask): Promise<TaskOutcome>;
  /** Whether another attempt could only fail the same way; no by default. */
  isFinal?(error: unknown): boolean;
}
