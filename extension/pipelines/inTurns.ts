import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Computation } from '../evaluation/statistics/progress.ts';

/** Drives a computation to its end and lets others work in between. */
export async function inTurns<Result>(
  computation: Computation<Result>,
  signal: AbortSignal,
): Promise<Result> {
  for (;;) {
    const step = computation.next();
    if (step.done) return step.value;
    await nextTurn();
    signal.throwIfAborted();
  }
}
