import type { ClaimedTask, ClaimRequest, NewTask, TaskQueue } from '../../../extension/contracts/tasks.ts';

/** Makes tasks of type `work` whose payloads are `names`. */
export function work(names: readonly string[], rest: Partial<NewTask> = {}): NewTask[] {
  return names.map((name) => ({ type: 'work', payload: name, ...rest }));
}

/** Claims one task of type `work`. Throws where there is none. */
export async function claimOne(queue: TaskQueue, rest: Partial<ClaimRequest> = {}): Promise<ClaimedTask> {
  const [task] = await queue.claim({ worker: 'tester', types: ['work'], ...rest });
  if (task === undefined) throw new Error('there is no task to claim');
  return task;
}

/** Payloads of up to `count` tasks, in the order in which they are given out; each is completed. */
export async function drain(queue: TaskQueue, count = 1000): Promise<unknown[]> {
  const payloads: unknown[] = [];
  while (payloads.length < count) {
    const [task] = await queue.claim({ worker: 'tester', types: ['work'] });
    if (task === undefined) break;
    payloads.push(task.payload);
    await queue.complete(task, null, { durability: 'normal' });
  }
  return payloads;
}

export function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}
