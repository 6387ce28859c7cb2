import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { LabError } from '../../../extension/contracts/errors.ts';
import type { TaskQueue } from '../../../extension/contracts/tasks.ts';
import { openRedisQueue } from '../../../extension/orchestrator/queue/redis/redisQueue.ts';
import { isAlive } from '../../setup/processes.ts';
import { hasRedis, startRedis } from '../../setup/redis.ts';
import { openTestJournal } from '../../storage/lab.ts';
import { drain } from '../queue/claims.ts';
import { heartbeatUrl } from '../queue/redis.ts';
import { stateOfLab, stateOfRedis } from './finalState.ts';
import { canMount, smallDisk } from './smallDisk.ts';

/** Enqueues large tasks until one is refused; answers the ids that were acknowledged, and the refusal. */
async function fill(
  queue: TaskQueue,
  isEnough = () => false,
): Promise<{ ids: string[]; refusal: LabError | null }> {
  const ids: string[] = [];
  while (!isEnough()) {
    try {
      const payload = `${ids.length} ${'x'.repeat(100_000)}`;
      const [task] = await queue.enqueue([{ type: 'work', payload }]);
      if (task !== undefined) ids.push(task.id);
    } catch (error) {
      if (!LabError.is(error)) throw error;
      return { ids, refusal: error };
    }
  }
  return { ids, refusal: null };
}

const idsOf = (tasks: readonly { readonly id: string }[]) => tasks.map(({ id }) => id).sort();

test.skipIf(!canMount)(
  'a full disk is told of; what was acknowledged stays, and it goes on when there is room',
  async () => {
    const { folder, grow } = smallDisk(6);
    const { tasks: queue } = await openTestJournal(folder);
    const { ids, refusal } = await fill(queue);
    expect(refusal).toMatchObject({
      reason: 'journal.unavailable',
      message: expect.stringMatching(/disk.*full/),
      action: expect.stringContaining('has room'),
    });
    expect(ids.length).toBeGreaterThan(10);
    expect(idsOf(stateOfLab(folder).tasks)).toEqual(ids.toSorted());
    // Again and again: no refusal leaves half of anything behind.
    for (let again = 0; again < 3; again += 1)
      expect((await fill(queue)).refusal?.reason).toBe('journal.unavailable');
    grow(64);
    const [late] = await queue.enqueue([{ type: 'work', payload: 'late' }]);
    expect(late).toMatchObject({ isNew: true });
    const state = stateOfLab(folder);
    expect(await drain(queue)).toHaveLength(state.tasks.length);
    const done = stateOfLab(folder);
    expect(done.tasks.map((task) => task.state)).toEqual(state.tasks.map(() => 'done'));
    expect(done.counts.map(({ state: name, count }) => `${name} ${count}`)).toContain(
      `done ${state.tasks.length}`,
    );
  },
);

describe.skipIf(!hasRedis)('the queue on a Redis server', () => {
  test('a server whose memory is full takes no more and says so; what it has is worked on, and it goes on when there is room', async () => {
    const server = await startRedis('always');
    onTestFinished(() => server.stop());
    const raw = new Redis(server.url);
    onTestFinished(() => raw.disconnect());
    const queue = await openRedisQueue({ url: server.url, prefix: 'full', heartbeatUrl });
    onTestFinished(() => queue.close());
    const used = Number(/used_memory:(\d+)/.exec(await raw.info('memory'))?.[1]);
    await raw.config('SET', 'maxmemory', String(used + 3_000_000), 'maxmemory-policy', 'noeviction');
    const { ids, refusal } = await fill(queue);
    expect(refusal).toMatchObject({
      reason: 'queue.unavailable',
      message: expect.stringContaining('maxmemory'),
    });
    expect(ids.length).toBeGreaterThan(10);
    const full = await stateOfRedis(server.url, 'full', null);
    expect(idsOf(full.tasks)).toEqual(ids.toSorted());
    expect(full.counts).toMatchObject([{ state: 'waiting', count: ids.length }]);
    // Also by a worker that comes only now.
    const worker = await openRedisQueue({ url: server.url, prefix: 'full', heartbeatUrl });
    onTestFinished(() => worker.close());
    expect(await drain(worker)).toHaveLength(ids.length);
    await raw.config('SET', 'maxmemory', '0');
    expect(await queue.enqueue([{ type: 'work', payload: 'late' }])).toMatchObject([{ isNew: true }]);
    expect(await drain(queue)).toEqual(['late']);
  });

  test.skipIf(!canMount)(
    'a server that ends because its disk is full has lost nothing, and calls under way go on after it',
    async () => {
      const { folder, grow } = smallDisk(6);
      const server = await startRedis('always', {}, folder);
      onTestFinished(() => server.stop());
      const queue = await openRedisQueue({ url: server.url, prefix: 'full', heartbeatUrl });
      onTestFinished(() => queue.close());
      let isRoomy = false;
      const filling = fill(queue, () => isRoomy);
      while (isAlive(server.pid)) await delay(10);
      grow(64);
      isRoomy = true;
      await server.start();
      const { ids, refusal } = await filling;
      expect(refusal).toBeNull();
      expect(idsOf((await stateOfRedis(server.url, 'full', null)).tasks)).toEqual(ids.toSorted());
      expect(await drain(queue)).toHaveLength(ids.length);
    },
  );
});
