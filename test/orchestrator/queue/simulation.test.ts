import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { simulate } from './simulation/simulate.ts';

/** How many seeds are tried; STRATEGY_LAB_SIMULATION_SEEDS=10000 makes it a long run. */
const seeds = Number(process.env['STRATEGY_LAB_SIMULATION_SEEDS'] ?? 1000);

// Time is the simulation's alone.
beforeEach(
  () => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] }),
);
afterEach(() => void vi.useRealTimers());

test(
  'whatever dies, stalls, jumps in time, is cancelled or reordered: the queue answers as its model does, loses nothing and takes nothing twice',
  async () => {
    const problems: string[] = [];
    const seen = new Map<string, number>();
    const count = (what: string, by = 1) => seen.set(what, (seen.get(what) ?? 0) + by);
    for (let seed = 1; seed <= seeds; seed += 1) {
      const {
        problems: found,
        tasks,
        history,
        disturbances,
      } = await simulate(seed).catch((error) => {
        throw new Error(`seed ${seed}`, { cause: error });
      });
      vi.clearAllTimers();
      problems.push(...found);
      for (const { state, deadReason } of tasks) count(deadReason ?? state);
      for (const { kind } of history) count(kind);
      for (const [what, times] of Object.entries(disturbances)) count(what, times);
    }
    expect(problems).toEqual([]);
    // A simulation that does not get there would prove nothing.
    for (const what of [
      'done',
      'cancelled',
      'failed',
      'lost',
      'deadline',
      'refused',
      'deaths',
      'stalls',
      'jumps',
    ]) {
      expect(seen.get(what), what).toBeGreaterThan(seeds / 10);
    }
  },
  seeds * 500,
);

test('equal seeds give equal histories of the queue', async () => {
  for (const seed of [3, 5, 8, 13])
    expect((await simulate(seed)).history).toEqual((await simulate(seed)).history);
});
