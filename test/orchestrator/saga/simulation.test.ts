import { expect, test } from 'vitest';
import { simulate } from './simulation/simulate.ts';

/** How many seeds are tried; STRATEGY_LAB_SIMULATION_SEEDS=10000 makes it a long run. */
const seeds = Number(process.env['STRATEGY_LAB_SIMULATION_SEEDS'] ?? 1000);

test(
  'whatever dies, stalls, fails, is slow or is cancelled: nothing is lost, nothing takes effect twice, and what is undone is undone whole and in reverse',
  async () => {
    const problems: string[] = [];
    const ends = new Map<string, number>();
    const types = new Set<string>();
    let deaths = 0;
    for (let seed = 1; seed <= seeds; seed += 1) {
      const simulated = await simulate(seed).catch((error) => {
        throw new Error(`seed ${seed}`, { cause: error });
      });
      problems.push(...simulated.problems);
      for (const end of simulated.ends) ends.set(end, (ends.get(end) ?? 0) + 1);
      for (const type of simulated.types) types.add(type);
      deaths += simulated.deaths;
    }
    expect(problems).toEqual([]);
    // A simulation that does not get there would prove nothing.
    for (const end of ['saga.completed', 'saga.failed', 'saga.rejected', 'saga.cancelled']) {
      expect(ends.get(end), end).toBeGreaterThan(seeds / 50);
    }
    for (const type of [
      'step-retrying',
      'step-stopped',
      'children-awaited',
      'compensation-failed',
      'rolled-back',
      'restarted',
    ]) {
      expect(types).toContain(`saga.${type}`);
    }
    expect(deaths).toBeGreaterThan(seeds / 2);
  },
  seeds * 200,
);

test('equal seeds give equal histories', async () => {
  for (const seed of [3, 5, 8, 13]) {
    expect((await simulate(seed)).history).toBe((await simulate(seed)).history);
  }
});
