import { describe, expect, test } from 'vitest';
import { backEnds } from './backEnds.ts';
import { claimOne, drain, names, work } from './claims.ts';

describe.each(backEnds)('limits, $name', ({ open }) => {
  test('above the bound nothing of a batch is taken in, and what waits stays', async () => {
    const { queue } = await open();
    await queue.setLimits('queue', { mostWaiting: 3, mostRunning: null });
    await queue.enqueue(work(['1', '2']));
    await expect(queue.enqueue(work(['3', '4']))).rejects.toMatchObject({ reason: 'queue.full' });
    await queue.enqueue(work(['3']));
    await expect(queue.enqueue(work(['4'], { notBefore: 2e12 }))).rejects.toMatchObject({
      reason: 'queue.full',
    });
    expect(await drain(queue)).toEqual(['1', '2', '3']);
    await queue.enqueue(work(['4']));
    expect(await drain(queue)).toEqual(['4']);
  });

  test('a task that is there already is not refused when the queue is full', async () => {
    const { queue } = await open();
    await queue.setLimits('queue', { mostWaiting: 1, mostRunning: null });
    const [first] = await queue.enqueue(work(['1'], { idempotencyKey: 'key' }));
    expect(await queue.enqueue(work(['1'], { idempotencyKey: 'key' }))).toEqual([
      { id: first?.id, isNew: false },
    ]);
  });

  test('a tenant has no more waiting than it may, others are not touched', async () => {
    const { queue } = await open();
    await queue.setLimits('each-tenant', { mostWaiting: 2, mostRunning: null });
    await queue.setLimits({ tenant: 'guest' }, { mostWaiting: 1, mostRunning: null });
    await queue.enqueue(work(['1', '2'], { tenant: 'member' }));
    await queue.enqueue(work(['1'], { tenant: 'guest' }));
    for (const tenant of ['member', 'guest']) {
      await expect(queue.enqueue(work(['more'], { tenant }))).rejects.toMatchObject({ reason: 'queue.full' });
    }
    await queue.setLimits({ tenant: 'guest' }, { mostWaiting: null, mostRunning: null });
    await queue.enqueue(work(['2'], { tenant: 'guest' }));
  });

  test('a tenant has no more running than it may, and the next starts when one of its own ends', async () => {
    const { queue } = await open();
    await queue.setLimits('each-tenant', { mostWaiting: null, mostRunning: 2 });
    await queue.enqueue(work(names('a', 5), { tenant: 'a' }));
    await queue.enqueue(work(names('b', 1), { tenant: 'b' }));
    const claimed = await queue.claim({ worker: 'tester', types: ['work'], count: 10 });
    expect(claimed.map(({ payload }) => payload).sort()).toEqual(['a0', 'a1', 'b0']);
    const claim = () => queue.claim({ worker: 'tester', types: ['work'], count: 10 });
    const of = (name: string) => {
      const found = claimed.find(({ payload }) => payload === name);
      if (found === undefined) throw new Error(`${name} was not claimed`);
      return found;
    };
    await queue.complete(of('b0'), null);
    expect(await claim()).toEqual([]);
    await queue.yield(of('a0'));
    expect((await claim()).map(({ payload }) => payload)).toEqual(['a0']);
    await queue.complete(of('a1'), null);
    expect((await claim()).map(({ payload }) => payload)).toEqual(['a2']);
    await queue.setLimits({ tenant: 'a' }, { mostWaiting: null, mostRunning: 3 });
    expect((await claim()).map(({ payload }) => payload)).toEqual(['a3']);
  });

  test('the queue as a whole has no more running than it may', async () => {
    const { queue } = await open();
    await queue.setLimits('queue', { mostWaiting: null, mostRunning: 2 });
    await queue.enqueue(work(names('a', 5)));
    const claimed = await queue.claim({ worker: 'tester', types: ['work'], count: 10 });
    expect(claimed).toHaveLength(2);
    const [first] = claimed;
    if (first !== undefined) await queue.fail(first, { error: 'No.', retry: false });
    expect(await queue.claim({ worker: 'tester', types: ['work'], count: 10 })).toHaveLength(1);
  });

  test('while the queue is paused no process is given a task, and what runs goes on', async () => {
    const { queue, openAgain } = await open();
    const other = await openAgain();
    await queue.enqueue(work(['1', '2']));
    const running = await claimOne(queue);
    await queue.pause();
    expect(await other.isPaused()).toBe(true);
    expect(await drain(other)).toEqual([]);
    await queue.complete(running, null);
    await other.resume();
    expect(await drain(queue)).toEqual(['2']);
  });

  test('what is too large or no task at all is refused as wrong use, and what was claimed is not lost by it', async () => {
    const { queue } = await open();
    const refused = { reason: 'usage' };
    const large = 'x'.repeat(999_999);
    await expect(queue.enqueue([{ type: 'work', payload: large }])).rejects.toMatchObject(refused);
    await expect(queue.enqueue([{ type: 'two words', payload: 1 }])).rejects.toMatchObject(refused);
    await expect(queue.enqueue(work(['1'], { priority: 101 }))).rejects.toMatchObject(refused);
    await expect(queue.claim({ worker: 'tester', types: ['work'], count: 0 })).rejects.toMatchObject(refused);
    await expect(queue.list({ state: 'waiting', limit: 0 })).rejects.toMatchObject(refused);
    const limits = { mostWaiting: 0, mostRunning: null };
    await expect(queue.setLimits('queue', limits)).rejects.toMatchObject(refused);
    const [task] = await queue.enqueue([{ type: 'work', payload: large.slice(1) }]);
    await expect(queue.setPriority(task?.id ?? '', 101)).rejects.toMatchObject(refused);
    const claimed = await claimOne(queue);
    await expect(queue.checkpoint(claimed, large)).rejects.toMatchObject(refused);
    await queue.checkpoint(claimed, large.slice(1));
    await expect(queue.complete(claimed, large)).rejects.toMatchObject(refused);
    await queue.complete(claimed, large.slice(1));
    expect((await queue.get(claimed.id))?.result).toBe(large.slice(1));
  });

  test('counts are those of the tasks, by tenant, priority and type', async () => {
    const { queue } = await open();
    await queue.enqueue(work(names('a', 3), { tenant: 'a', priority: 3 }));
    await queue.enqueue(work(['later'], { tenant: 'a', priority: 3, notBefore: 2e12 }));
    await queue.enqueue(work(['b'], { tenant: 'b' }));
    await queue.complete(await claimOne(queue), null);
    await claimOne(queue);
    const line = { type: 'work', dead: 0, cancelled: 0 };
    expect((await queue.counts()).sort((a, b) => b.priority - a.priority)).toEqual([
      { ...line, tenant: 'a', priority: 3, waiting: 1, delayed: 1, running: 1, done: 1 },
      { ...line, tenant: 'b', priority: 0, waiting: 1, delayed: 0, running: 0, done: 0 },
    ]);
  });
});
