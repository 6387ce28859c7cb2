import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Pace } from '../../../extension/editor/panels/pace.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a thousand requests in a second are about ten times work, the first at once and the last not lost', async () => {
  let requests = 0;
  const seen: number[] = [];
  const pace = new Pace(100, () => void seen.push(requests));
  for (; requests < 1000; requests += 1) {
    pace.request();
    await vi.advanceTimersByTimeAsync(1);
  }
  await vi.advanceTimersByTimeAsync(200);
  expect(seen[0]).toBe(0);
  expect(seen.length).toBeGreaterThanOrEqual(9);
  expect(seen.length).toBeLessThanOrEqual(12);
  expect(seen.at(-1)).toBeGreaterThan(900);
});

test('work that takes longer than the pace is never done twice at a time, and is done again for what came meanwhile', async () => {
  let [working, most, done] = [0, 0, 0];
  const pace = new Pace(100, async () => {
    working += 1;
    most = Math.max(most, working);
    await new Promise((resolve) => setTimeout(resolve, 350));
    working -= 1;
    done += 1;
  });
  for (let index = 0; index < 10; index += 1) {
    pace.request();
    await vi.advanceTimersByTimeAsync(50);
  }
  await vi.advanceTimersByTimeAsync(2000);
  expect([most, done]).toEqual([1, 3]);
});

test('nothing is done once it is disposed', async () => {
  let done = 0;
  const pace = new Pace(100, () => {
    done += 1;
  });
  pace.request();
  pace.request();
  pace.dispose();
  pace.request();
  await vi.advanceTimersByTimeAsync(1000);
  expect(done).toBe(1);
});
