import { queryObjects } from 'node:v8';
import { describe, expect, test } from 'vitest';
import { Bell } from '../../../extension/orchestrator/queue/redis/bell.ts';

describe('the bell', () => {
  test('a wait that is over leaves nothing behind, however long it does not ring', async () => {
    const bell = new Bell();
    const promises = () => Number(queryObjects(Promise, { format: 'count' }));
    const before = promises();
    const waits = 2_000;
    await Promise.all(Array.from({ length: waits }, () => bell.wait(bell.rings, 1)));
    expect(promises() - before).toBeLessThan(waits / 10);
    bell.ring();
  });

  test('a ring between the look and the wait is not missed, and one wakes all', async () => {
    const bell = new Bell();
    const { rings } = bell;
    const first = bell.wait(rings, 1_000_000);
    const second = bell.wait(rings, 1_000_000);
    bell.ring();
    await Promise.all([first, second, bell.wait(rings, 1_000_000)]);
    expect(bell.rings).toBe(rings + 1);
  });
});
