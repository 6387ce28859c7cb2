import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { taskLeaseSchema } from '../../../extension/contracts/tasks.ts';
import { hasRedis, startRedis } from '../../setup/redis.ts';
import { emptyFolder } from '../../storage/lab.ts';
import { claimOne, work } from './claims.ts';
import { openReal } from './realQueue.ts';

const script = fileURLToPath(new URL('./holdTask.ts', import.meta.url));

/** Where queues of each kind can be opened. */
const places: Record<string, () => Promise<string>> = {
  embedded: async () => emptyFolder(),
  redis: async () => {
    const server = await startRedis();
    onTestFinished(() => server.stop());
    return server.url;
  },
};
const kinds = hasRedis ? ['embedded', 'redis'] : ['embedded'];

async function open(kind: string, place: string) {
  const { queue, close } = await openReal(kind, place);
  onTestFinished(close);
  return queue;
}

describe.each(kinds)('workers, %s', (kind) => {
  test('a worker whose thread is busy for long keeps its tasks, the first and those that follow', async () => {
    const place = (await places[kind]?.()) ?? '';
    const [queue, other] = [await open(kind, place), await open(kind, place)];
    await queue.enqueue(work(['first', 'second']));
    const leaseMilliseconds = 1_500;
    const first = await claimOne(queue, { leaseMilliseconds });
    const until = async () => (await queue.get(first.id))?.leaseExpires;
    const begin = await until();
    await vi.waitFor(async () => expect(await until()).toBeGreaterThan(begin ?? 0), 5_000);
    const second = await claimOne(queue, { leaseMilliseconds });
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4_000);
    expect(await other.recover()).toBe(0);
    for (const task of [first, second]) {
      expect(task.lost.aborted).toBe(false);
      await queue.complete(task, 'done');
    }
  });

  test('the work of a killed process goes on at once, however long its lease was for', async () => {
    const place = (await places[kind]?.()) ?? '';
    const queue = await open(kind, place);
    await queue.enqueue(work(['task']));
    const child = spawn(process.execPath, [script, kind, place], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const { value: line } = await createInterface(child.stdout)[Symbol.asyncIterator]().next();
    const stale = taskLeaseSchema.parse(JSON.parse(line ?? 'null'));
    expect(await queue.recover()).toBe(0);
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    expect(await queue.recover()).toBe(1);
    const task = await claimOne(queue);
    expect(task).toMatchObject({ id: stale.id, attempt: 2 });
    await expect(queue.complete(stale, null)).rejects.toMatchObject({ reason: 'task.stale' });
    await queue.complete(task, null);
  });

  test('closing gives the work back at no cost of an attempt, and tells those who do it', async () => {
    const place = (await places[kind]?.()) ?? '';
    const first = await openReal(kind, place);
    await first.queue.enqueue(work(['task'], { maximumAttempts: 1 }));
    const task = await claimOne(first.queue);
    const waiting = first.queue.claim({ worker: 'tester', types: ['work'], waitMilliseconds: 50_000 });
    await first.close();
    expect(await waiting).toEqual([]);
    expect(task.lost.aborted).toBe(true);
    const second = await open(kind, place);
    expect(await claimOne(second)).toMatchObject({ id: task.id, attempt: 1 });
  });
});
