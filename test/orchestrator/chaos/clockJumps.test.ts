import { describe, expect, test } from 'vitest';
import { backEnds } from '../queue/backEnds.ts';
import { claimOne, drain, work } from '../queue/claims.ts';

const hour = 3_600_000;
const leaseMilliseconds = 15_000;

describe.each(backEnds)('$name', ({ open }) => {
  test('a clock that jumps ahead ends leases: who works on hears of it, and the task is done once', async () => {
    const { queue, advance } = await open();
    await queue.enqueue([...work(['running']), ...work(['running too'])]);
    const [first, second] = await queue.claim({ worker: 'early', types: ['work'], count: 2 });
    if (first === undefined || second === undefined) throw new Error('two tasks were expected');
    advance(5 * hour);
    // A heartbeat before anybody looked: its worker is alive.
    expect(await queue.extend([second], leaseMilliseconds)).toEqual([]);
    expect(await queue.recover()).toBe(1);
    const again = await claimOne(queue);
    expect(again).toMatchObject({ id: first.id, attempt: 2 });
    await expect(queue.complete(first, 'late')).rejects.toMatchObject({ reason: 'task.stale' });
    await queue.complete(again, 'in time');
    await queue.complete(second, 'in time too');
    expect(await queue.get(first.id)).toMatchObject({ state: 'done', result: 'in time' });
    expect(await queue.get(second.id)).toMatchObject({ state: 'done', result: 'in time too' });
  });

  test('a clock that jumps back ends no lease, and those renewed after it are judged by it', async () => {
    const { queue, advance } = await open();
    await queue.enqueue(work(['one', 'two']));
    const [first, second] = await queue.claim({ worker: 'w', types: ['work'], count: 2, leaseMilliseconds });
    if (first === undefined || second === undefined) throw new Error('two tasks were expected');
    advance(-5 * hour);
    expect(await queue.recover()).toBe(0);
    await queue.complete(first, 'done');
    expect(await queue.extend([second], leaseMilliseconds)).toEqual([]);
    advance(leaseMilliseconds - 1);
    expect(await queue.recover()).toBe(0);
    advance(1);
    expect(await queue.recover()).toBe(1);
    await expect(queue.complete(second, 'late')).rejects.toMatchObject({ reason: 'task.stale' });
  });

  test('what waits and what is delayed outlives every jump and is given out once', async () => {
    const { queue, now, advance } = await open();
    await queue.enqueue([
      ...work(['waiting']),
      ...work(['in an hour'], { notBefore: now() + hour }),
      ...work(['in three hours'], { notBefore: now() + 3 * hour }),
    ]);
    advance(-5 * hour);
    await queue.recover();
    expect(await drain(queue)).toEqual(['waiting']);
    advance(7 * hour);
    expect(await drain(queue)).toEqual(['in an hour']);
    advance(-8 * hour);
    await queue.recover();
    expect(await drain(queue)).toEqual([]);
    advance(10 * hour);
    expect(await drain(queue)).toEqual(['in three hours']);
    expect(await queue.list({ state: 'dead' })).toEqual([]);
  });
});
