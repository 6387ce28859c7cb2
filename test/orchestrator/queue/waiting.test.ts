import { describe, expect, test, vi } from 'vitest';
import { recoveryMilliseconds } from '../../../extension/contracts/tasks.ts';
import { keepRecovering } from '../../../extension/orchestrator/queue/keepRecovering.ts';
import { backEnds } from './backEnds.ts';
import { claimOne, drain, work } from './claims.ts';

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

test('work of a worker that dies just after its heartbeat is found within 30 seconds', async () => {
  vi.useFakeTimers();
  try {
    const diedAt = Date.now();
    let foundAt = Number.NaN;
    const recover = async () => {
      const isOver = Date.now() >= diedAt + recoveryMilliseconds.lease;
      if (isOver && Number.isNaN(foundAt)) foundAt = Date.now();
      return isOver ? 1 : 0;
    };
    const stop = keepRecovering({ queue: { recover }, onError: () => expect.unreachable() });
    await vi.advanceTimersByTimeAsync(60_000);
    stop();
    expect(foundAt - diedAt).toBeLessThanOrEqual(recoveryMilliseconds.lease + recoveryMilliseconds.scan);
    expect(recoveryMilliseconds.lease + recoveryMilliseconds.scan).toBeLessThan(30_000);
    expect(recoveryMilliseconds.heartbeat * 3).toBeLessThanOrEqual(recoveryMilliseconds.lease);
  } finally {
    vi.useRealTimers();
  }
});

test('a look for lost work that fails is told of and made again', async () => {
  vi.useFakeTimers();
  try {
    const onError = vi.fn();
    const recover = vi.fn(async () => {
      throw new Error('no connection');
    });
    const stop = keepRecovering({ queue: { recover }, onError });
    await vi.advanceTimersByTimeAsync(2 * recoveryMilliseconds.scan);
    stop();
    await vi.advanceTimersByTimeAsync(5 * recoveryMilliseconds.scan);
    expect(onError).toHaveBeenCalledTimes(3);
    expect(recover).toHaveBeenCalledTimes(3);
  } finally {
    vi.useRealTimers();
  }
});
