import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { backEnds } from './backEnds.ts';
import { claimOne, drain, work } from './claims.ts';
import { embedded } from './embedded.ts';

const patient = { waitMilliseconds: 50_000 };

describe.each(backEnds)('waiting for a task, $name', ({ open }) => {
  test('a claim that waits is given what comes, be it from another process', async () => {
    const { queue, openAgain } = await open();
    const other = await openAgain();
    for (const from of [queue, other]) {
      const claim = claimOne(queue, patient);
      await from.enqueue(work(['here']));
      await queue.complete(await claim, null);
    }
  });

  test('how long the longest waits is told over all lines, and of what is delayed only once it is due', async () => {
    const { queue, now, advance } = await open();
    expect(await queue.oldestReadyTime()).toBeNull();
    const begun = now();
    await queue.enqueue(work(['late'], { notBefore: begun + 1000, tenant: 'other' }));
    expect(await queue.oldestReadyTime()).toBeNull();
    advance(5000);
    await queue.enqueue(work(['now'], { priority: 50 }));
    await queue.recover();
    expect(await queue.oldestReadyTime()).toBe(begun + 1000);
    expect((await drain(queue)).sort()).toEqual(['late', 'now']);
    expect(await queue.oldestReadyTime()).toBeNull();
  });

  test('of several claims that wait each task goes to one', async () => {
    const { queue } = await open();
    const claims = Array.from({ length: 5 }, () => claimOne(queue, patient));
    await queue.enqueue(work(['1', '2', '3', '4', '5']));
    const payloads = (await Promise.all(claims)).map(({ payload }) => payload);
    expect(payloads.sort()).toEqual(['1', '2', '3', '4', '5']);
  });

  test('a claim that waits is given what a pause, a limit or another worker held back', async () => {
    const { queue } = await open();
    await queue.pause();
    await queue.enqueue(work(['1', '2']));
    const first = claimOne(queue, patient);
    await queue.resume();
    const running = await first;
    await queue.setLimits('each-tenant', { mostRunning: 1, mostWaiting: null });
    const second = claimOne(queue, patient);
    await queue.complete(running, null);
    const held = await second;
    const third = claimOne(queue, patient);
    await queue.yield(held);
    expect((await third).payload).toBe('2');
  });

  test('a claim that is called off, or whose time is over, is given nothing, and takes nothing', async () => {
    const { queue } = await open();
    const stop = new AbortController();
    const claim = queue.claim({ worker: 'tester', types: ['work'], ...patient }, stop.signal);
    stop.abort();
    expect(await claim).toEqual([]);
    expect(await queue.claim({ worker: 'tester', types: ['work'] }, stop.signal)).toEqual([]);
    expect(await queue.claim({ worker: 'tester', types: ['work'], waitMilliseconds: 20 })).toEqual([]);
    await queue.enqueue(work(['there']));
    expect(await drain(queue)).toEqual(['there']);
  });
});

test('a worker that waits for more hears at once that another process has cancelled what it works on', async () => {
  const { queue, openAgain } = await embedded.open();
  const other = await openAgain();
  await queue.enqueue(work(['task', 'other']));
  const [task, kept] = [await claimOne(queue), await claimOne(queue)];
  const waiting = claimOne(queue, patient);
  const told = once(task.lost, 'abort');
  const begun = performance.now();
  expect(await other.cancel(task.id)).toBe(true);
  await told;
  expect(performance.now() - begun).toBeLessThan(1000);
  expect(kept.lost.aborted).toBe(false);
  await queue.complete(kept, null);
  await other.enqueue(work(['more']));
  expect((await waiting).payload).toBe('more');
});
