import type { SagaEvent } from '../../contracts/saga.ts';
import type { Results } from './stepReading.ts';
import { runKey } from './trace.ts';

/** The results of a run of a step and of those that it stood beside, by step. */
export type ResultsByRun = ReadonlyMap<string, Results>;

/**
 * For each run of a step, its own result and those of the other steps while it counted, the latest of
 * each: what came of an earlier pass is told by that pass alone. Pure.
 */
export function resultsByRun(steps: readonly string[], events: readonly SagaEvent[]): ResultsByRun {
  const byRun = new Map<string, Record<string, unknown>>();
  /** The run of each step that counts, by step. */
  const current = new Map<string, string>();
  const supersede = (index: number) => {
    for (const step of steps.slice(index)) current.delete(step);
  };
  for (const { type, data } of events) {
    if (type === 'saga.step-started') {
      const key = runKey(data.step, data.generation);
      current.set(data.step, key);
      if (!byRun.has(key)) byRun.set(key, {});
    } else if (type === 'saga.step-completed') {
      const own = byRun.get(runKey(data.step, data.generation));
      for (const [step, key] of current) {
        const other = byRun.get(key);
        if (other === undefined || own === undefined) continue;
        other[data.step] = data.result;
        if (step !== data.step && Object.hasOwn(other, step)) own[step] = other[step];
      }
    } else if (type === 'saga.restarted') supersede(steps.indexOf(data.from));
    else if (type === 'saga.rolled-back') supersede(steps.indexOf(data.to) + 1);
  }
  return byRun;
}
