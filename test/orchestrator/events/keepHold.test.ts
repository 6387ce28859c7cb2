import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { holdMilliseconds, keepHold } from '../../../extension/orchestrator/events/redis/keepHold.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const released = async () => {};
const held = (renew: () => Promise<boolean>) => keepHold('group', performance.now(), renew, released);

describe('a hold of a group on a Redis server', () => {
  test('that does not answer is lost when its time is over, not when the answer comes', async () => {
    const hold = held(() => new Promise(() => {}));
    await vi.advanceTimersByTimeAsync(holdMilliseconds - 1);
    expect(hold.lost.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(hold.lost.aborted).toBe(true);
  });

  test('that fails for a while is kept, and lost at once where another has it', async () => {
    let answer = async () => true;
    const hold = held(() => answer());
    await vi.advanceTimersByTimeAsync(10 * holdMilliseconds);
    answer = () => Promise.reject(new Error('cut'));
    await vi.advanceTimersByTimeAsync(0.6 * holdMilliseconds);
    answer = async () => true;
    await vi.advanceTimersByTimeAsync(10 * holdMilliseconds);
    expect(hold.lost.aborted).toBe(false);
    answer = async () => false;
    await vi.advanceTimersByTimeAsync(0.5 * holdMilliseconds);
    expect(hold.lost.aborted).toBe(true);
  });

  test('that was asked for long ago is good only for what is left of its time', async () => {
    const begun = performance.now();
    await vi.advanceTimersByTimeAsync(holdMilliseconds - 1);
    const hold = keepHold('group', begun, () => new Promise(() => {}), released);
    await vi.advanceTimersByTimeAsync(1);
    expect(hold.lost.aborted).toBe(true);
  });

  test('that was released is not lost after it', async () => {
    const hold = held(async () => true);
    await hold.release();
    await vi.advanceTimersByTimeAsync(10 * holdMilliseconds);
    expect(hold.lost.aborted).toBe(false);
  });
});
