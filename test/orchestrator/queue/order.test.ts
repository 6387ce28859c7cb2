import { describe, expect, test } from 'vitest';
import { ageingStepMilliseconds } from '../../../extension/contracts/tasks.ts';
import { backEnds } from './backEnds.ts';
import { claimOne, drain, names, work } from './claims.ts';

describe.each(backEnds)('order, $name', ({ open }) => {
  test('the higher priority comes first, and of equal ones the one that came first', async () => {
    const { queue } = await open();
    await queue.enqueue([
      ...work(['low 1', 'low 2']),
      ...work(['high 1', 'high 2'], { priority: 10 }),
      ...work(['middle'], { priority: 5 }),
    ]);
    expect(await drain(queue)).toEqual(['high 1', 'high 2', 'middle', 'low 1', 'low 2']);
  });

  test('a high task behind 1,000 low ones that have waited for long is the next, and may be claimed alone', async () => {
    const { queue, advance } = await open();
    await queue.enqueue(work(names('low ', 1000)));
    expect(await drain(queue, 2)).toEqual(['low 0', 'low 1']);
    advance(9 * ageingStepMilliseconds);
    await queue.enqueue(work(['high'], { priority: 10 }));
    expect((await claimOne(queue, { band: 'high' })).payload).toBe('high');
    expect(await queue.claim({ worker: 'tester', types: ['work'], band: 'high' })).toEqual([]);
  });

  test('the lowest priority is passed over for 100 steps of ageing at most, however much else comes', async () => {
    const { queue, advance } = await open();
    await queue.enqueue(work(['low']));
    const step = 10_000;
    let waited = 0;
    for (;;) {
      await queue.enqueue(work(['high', 'high'], { priority: 100 }));
      const [claimed] = await drain(queue, 1);
      if (claimed === 'low') break;
      advance(step);
      waited += step;
    }
    expect(waited).toBeGreaterThan(50 * ageingStepMilliseconds);
    expect(waited).toBeLessThanOrEqual(100 * ageingStepMilliseconds + 2 * step);
  });

  test('a tenant with thousands of tasks does not keep one with a single task waiting', async () => {
    const { queue, advance } = await open();
    await queue.enqueue(work(names('many ', 3000), { tenant: 'large' }));
    advance(60_000);
    expect(await drain(queue, 3)).toEqual(['many 0', 'many 1', 'many 2']);
    await queue.enqueue(work(['single'], { tenant: 'small' }));
    expect((await drain(queue, 2)).slice(0, 2)).toContain('single');
  });

  test('tenants of one priority take turns, whatever each has waiting', async () => {
    const { queue } = await open();
    await queue.enqueue(work(names('a', 50), { tenant: 'a' }));
    await queue.enqueue(work(names('b', 20), { tenant: 'b' }));
    await queue.enqueue(work(names('c', 20), { tenant: 'c' }));
    const first = (await drain(queue, 60)) as string[];
    for (const tenant of ['a', 'b', 'c']) {
      expect(first.filter((name) => name.startsWith(tenant))).toHaveLength(20);
    }
  });

  test('types of one tenant share a line: the older task comes first', async () => {
    const { queue } = await open();
    const types = ['work', 'other'];
    for (const type of ['work', 'other', 'other', 'work']) await queue.enqueue([{ type, payload: type }]);
    const claimed = await queue.claim({ worker: 'tester', types, count: 4 });
    expect(claimed.map(({ type }) => type)).toEqual(['work', 'other', 'other', 'work']);
  });

  test('a priority that is changed while a task waits counts at once', async () => {
    const { queue } = await open();
    const [, second] = await queue.enqueue(work(['first', 'second', 'third']));
    await queue.setPriority(second?.id ?? '', 7);
    expect(await drain(queue)).toEqual(['second', 'first', 'third']);
    await expect(queue.setPriority(second?.id ?? '', 1)).rejects.toMatchObject({ reason: 'task.state' });
    await expect(queue.setPriority('no-such-task', 1)).rejects.toMatchObject({ reason: 'not-found' });
  });

  test('a worker is given tasks of its types alone', async () => {
    const { queue } = await open();
    await queue.enqueue([{ type: 'other', payload: null, priority: 100 }, ...work(['mine'])]);
    expect(await drain(queue)).toEqual(['mine']);
  });
});
