import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { recoveryMilliseconds, type TaskLease, type TaskQueue } from '../../../extension/contracts/tasks.ts';
import { backEnds } from './backEnds.ts';
import { claimOne, drain, work } from './claims.ts';

/** What a worker may say of a task, each of which a stale one is refused. */
const words: [string, (queue: TaskQueue, lease: TaskLease) => Promise<unknown>][] = [
  ['complete', (queue, lease) => queue.complete(lease, 'stale')],
  ['fail', (queue, lease) => queue.fail(lease, { error: 'Stale.' })],
  ['checkpoint', (queue, lease) => queue.checkpoint(lease, 'stale')],
  ['yield', (queue, lease) => queue.yield(lease, 'stale')],
];

describe.each(backEnds)('attempts, $name', ({ open }) => {
  test.each(words)('a worker whose lease is over is refused its %s, and changes nothing', async (_, say) => {
    const { queue, advance } = await open();
    await queue.enqueue(work(['task']));
    const stale = await claimOne(queue);
    advance(recoveryMilliseconds.lease);
    expect(await queue.recover()).toBe(1);
    await expect(say(queue, stale)).rejects.toMatchObject({ reason: 'task.stale' });
    const fresh = await claimOne(queue);
    expect(fresh.epoch).toBeGreaterThan(stale.epoch);
    await expect(say(queue, stale)).rejects.toMatchObject({ reason: 'task.stale' });
    expect(await queue.extend([stale, fresh], 15_000)).toEqual([{ id: stale.id, epoch: stale.epoch }]);
    await queue.complete(fresh, 'good');
    await expect(say(queue, stale)).rejects.toMatchObject({ reason: 'task.stale' });
    expect(await queue.get(stale.id)).toMatchObject({ state: 'done', result: 'good', checkpoint: null });
  });

  test('a result that is told twice is taken once, and so is a failure', async () => {
    const { queue } = await open();
    await queue.enqueue(work(['good', 'bad']));
    const [good, bad] = [await claimOne(queue), await claimOne(queue)];
    await queue.complete(good, 1);
    await queue.complete(good, 1);
    expect(await queue.fail(bad, { error: 'Once.', retry: false })).toBe('dead');
    expect(await queue.fail(bad, { error: 'Once.', retry: false })).toBe('dead');
    const [counts] = await queue.counts();
    expect(counts).toMatchObject({ done: 1, dead: 1, running: 0 });
  });

  test('a claimed task tells when it could have been started, after its delay and after its backoff', async () => {
    const { queue, now, advance } = await open();
    const due = now() + 5000;
    const backoff = { initialMilliseconds: 2000, maximumMilliseconds: 2000 };
    await queue.enqueue(work(['task'], { notBefore: due, backoff }));
    advance(8000);
    const first = await claimOne(queue);
    expect(first).toMatchObject({ createdTime: due - 5000, readyTime: due });
    await queue.fail(first, { error: 'Once.' });
    advance(3000);
    expect((await claimOne(queue)).readyTime).toBe(due + 3000 + 2000);
  });

  test('a worker that cannot say what came of its task keeps it no longer', async () => {
    const { queue, advance } = await open();
    await queue.enqueue(work(['task']));
    const claimed = await claimOne(queue, { leaseMilliseconds: 200 });
    await expect(queue.complete(claimed, Number.NaN)).rejects.toThrow();
    advance(150);
    // Long enough for several heartbeats of a lease that is held.
    await delay(200);
    advance(100);
    expect(await queue.recover()).toBe(1);
    expect(await claimOne(queue)).toMatchObject({ payload: 'task', attempt: 2 });
  });

  test('an attempt hears that it is over when its own process claims the task again', async () => {
    const { queue, advance } = await open();
    await queue.enqueue(work(['task']));
    const first = await claimOne(queue);
    advance(recoveryMilliseconds.lease);
    await queue.recover();
    await claimOne(queue);
    await expect.poll(() => first.lost.aborted).toBe(true);
  });

  test('of two tasks of a tenant with one idempotency key there is only the first', async () => {
    const { queue } = await open();
    const [first, twin] = await queue.enqueue(work(['1', '2'], { idempotencyKey: 'key' }));
    expect(twin).toEqual({ id: first?.id, isNew: false });
    const [other] = await queue.enqueue(work(['3'], { idempotencyKey: 'key', tenant: 'other' }));
    expect(other?.isNew).toBe(true);
    expect((await drain(queue)).sort()).toEqual(['1', '3']);
    expect(await queue.enqueue(work(['4'], { idempotencyKey: 'key' }))).toEqual([
      { id: first?.id, isNew: false },
    ]);
    expect(
      await queue.enqueue([{ ...work(['5'])[0], type: 'work', payload: '5', id: first?.id ?? '' }]),
    ).toEqual([{ id: first?.id, isNew: false }]);
  });

  test('a failed task waits twice as long before each attempt, up to a bound, then it is a dead letter with its error', async () => {
    const { queue, advance } = await open();
    const backoff = { initialMilliseconds: 1_000, maximumMilliseconds: 3_000 };
    await queue.enqueue(work(['task'], { maximumAttempts: 4, backoff }));
    for (const wait of [1_000, 2_000, 3_000]) {
      expect(await queue.fail(await claimOne(queue), { error: `Before ${wait}.` })).toBe('retry');
      advance(wait - 1);
      expect(await drain(queue)).toEqual([]);
      advance(1);
    }
    expect(await queue.fail(await claimOne(queue), { error: 'The last.' })).toBe('dead');
    expect(await queue.list({ state: 'dead' })).toMatchObject([
      { attempts: 4, error: 'The last.', deadReason: 'failed', payload: 'task' },
    ]);
  });

  test('a dead letter that is replayed has all its attempts again and goes on from its checkpoint', async () => {
    const { queue } = await open();
    const [task] = await queue.enqueue(work(['task'], { maximumAttempts: 2 }));
    const id = task?.id ?? '';
    await expect(queue.replay(id)).rejects.toMatchObject({ reason: 'task.state' });
    const claimed = await claimOne(queue);
    await queue.checkpoint(claimed, { step: 3 });
    await queue.fail(claimed, { error: 'Hopeless.', retry: false });
    await queue.replay(id);
    expect(await queue.list({ state: 'dead' })).toEqual([]);
    expect(await claimOne(queue)).toMatchObject({ id, attempt: 1, checkpoint: { step: 3 } });
  });

  test('a task that yields comes back first, with its checkpoint, at no cost of an attempt', async () => {
    const { queue } = await open();
    await queue.enqueue(work(['first', 'second'], { maximumAttempts: 1 }));
    for (let round = 0; round < 3; round += 1) {
      const task = await claimOne(queue);
      expect(task).toMatchObject({
        payload: 'first',
        attempt: 1,
        checkpoint: round === 0 ? null : { round },
      });
      await queue.yield(task, { round: round + 1 });
    }
    const task = await claimOne(queue);
    await queue.yield(task);
    expect(await claimOne(queue)).toMatchObject({ payload: 'first', checkpoint: { round: 3 } });
  });

  test('work of a lost worker goes on with another, and a task that loses all its workers is a dead letter', async () => {
    const { queue, advance } = await open();
    await queue.enqueue(work(['poison'], { maximumAttempts: 2 }));
    await queue.checkpoint(await claimOne(queue), 'half');
    advance(recoveryMilliseconds.lease - 1);
    expect(await queue.recover()).toBe(0);
    advance(1);
    expect(await queue.recover()).toBe(1);
    expect(await claimOne(queue)).toMatchObject({ attempt: 2, checkpoint: 'half' });
    advance(recoveryMilliseconds.lease);
    expect(await queue.recover()).toBe(1);
    expect(await queue.list({ state: 'dead' })).toMatchObject([{ deadReason: 'lost', payload: 'poison' }]);
  });

  test('a lease that is extended in time is kept', async () => {
    const { queue, advance } = await open();
    await queue.enqueue(work(['task']));
    const task = await claimOne(queue);
    for (let beat = 0; beat < 5; beat += 1) {
      advance(recoveryMilliseconds.lease - 1);
      expect(await queue.extend([task], recoveryMilliseconds.lease)).toEqual([]);
      expect(await queue.recover()).toBe(0);
    }
    await queue.complete(task, null);
  });

  test('a delayed task is not started before its time, nor one past its deadline at all', async () => {
    const { queue, now, advance } = await open();
    await queue.enqueue(work(['later'], { notBefore: now() + 5_000 }));
    await queue.enqueue(work(['soon'], { deadline: now() + 3_000 }));
    await queue.enqueue(work(['too late'], { notBefore: now() + 4_000, deadline: now() + 3_000 }));
    advance(4_999);
    expect(await drain(queue)).toEqual([]);
    advance(1);
    expect(await drain(queue)).toEqual(['later']);
    await queue.recover();
    const dead = await queue.list({ state: 'dead' });
    expect(dead.map(({ payload, deadReason }) => [payload, deadReason])).toEqual([
      ['too late', 'deadline'],
      ['soon', 'deadline'],
    ]);
  });

  test('a cancelled task is not started, its worker learns of it, and one that has ended is not cancelled', async () => {
    const { queue } = await open();
    const [waiting, running] = await queue.enqueue([...work(['waits']), ...work(['runs'], { priority: 1 })]);
    const task = await claimOne(queue);
    expect(task.id).toBe(running?.id);
    const heard = new Promise((resolve) => task.lost.addEventListener('abort', resolve));
    expect(await queue.cancel(task.id)).toBe(true);
    await heard;
    await expect(queue.complete(task, null)).rejects.toMatchObject({ reason: 'task.stale' });
    expect(await queue.cancel(waiting?.id ?? '')).toBe(true);
    expect(await queue.cancel(waiting?.id ?? '')).toBe(false);
    expect(await drain(queue)).toEqual([]);
    await expect(queue.cancel('no-such-task')).rejects.toMatchObject({ reason: 'not-found' });
  });

  test('tasks are listed from the youngest on, page by page', async () => {
    const { queue } = await open();
    await queue.enqueue(work(['1', '2', '3', '4'], { traceId: 'trace' }));
    await queue.enqueue(work(['5'], { tenant: 'other' }));
    const page = await queue.list({ state: 'waiting', tenant: 'local', limit: 2 });
    expect(page).toMatchObject([{ payload: '4', traceId: 'trace' }, { payload: '3' }]);
    const next = await queue.list({ state: 'waiting', tenant: 'local', before: page[1]?.id ?? '' });
    expect(next.map(({ payload }) => payload)).toEqual(['2', '1']);
    expect(await queue.get('no-such-task')).toBeNull();
  });

  test('what is no task is refused', async () => {
    const { queue } = await open();
    await expect(queue.enqueue([{ type: 'work', payload: Number.NaN }])).rejects.toMatchObject({
      reason: 'usage',
    });
    await expect(queue.enqueue(work(['1'], { priority: 101 }))).rejects.toThrow();
    await expect(queue.enqueue(work(['1'], { tenant: '' }))).rejects.toThrow();
    expect(await queue.counts()).toEqual([]);
  });
});
