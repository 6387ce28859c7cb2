import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { hasRedis } from '../../setup/redis.ts';
import { problemsOf } from './checker.ts';
import { buildPrograms, type Programs } from './processes.ts';
import { type ChaosResult, runChaos } from './run.ts';

/** Over both back ends; STRATEGY_LAB_CHAOS_KILLS=1000 makes it a long run. */
const kills = Math.ceil(Number(process.env['STRATEGY_LAB_CHAOS_KILLS'] ?? 100) / 2);
/** Of the victims and moments; what a process is at then is the system's own chance. */
const seed = Number(process.env['STRATEGY_LAB_CHAOS_SEED'] ?? Date.now() % 1_000_000);

let programs: Programs;
beforeAll(async () => {
  programs = await buildPrograms();
  return () => programs.remove();
});

describe.each([
  ['embedded', true],
  ['redis', hasRedis],
] as const)('%s', (backEnd, isThere) => {
  test.skipIf(!isThere)(
    `whatever is killed at any moment: nothing is lost, nothing counts twice, and what is undone is undone whole (${kills} kills, STRATEGY_LAB_CHAOS_SEED=${seed})`,
    async () => {
      const result = await runChaos({ backEnd, kills, seed, programs });
      const problems = problemsOf(result.history, result.state);
      const kept = problems.length === 0 ? '' : keep(result, backEnd, problems);
      expect(problems, `seed ${seed}, all of it in ${kept}`).toEqual([]);
      expect(result.complaints).toBe('');
      expectReached(result);
    },
    120_000 + kills * 3000,
  );
});

/** Kills that hit no work, and work that came to one end alone, would prove nothing. */
function expectReached({ history, state, killed }: ChaosResult): void {
  const { tasks, events } = state;
  const ofState = (name: string) => tasks.filter((task) => task.state === name).length;
  for (const end of ['done', 'dead', 'cancelled']) expect(ofState(end), end).toBeGreaterThan(0);
  const dead = new Set(tasks.map(({ deadReason }) => deadReason));
  const sagas = new Set(events.map(({ type }) => type));
  for (const end of ['completed', 'failed', 'cancelled', 'compensation-completed']) {
    expect(sagas).toContain(`saga.${end}`);
  }
  expect(dead).toContain('failed');
  expect(Math.min(...Object.values(killed))).toBeGreaterThan(0);
  // Claims whose worker told nothing of them any more.
  const settled = new Set(
    history.flatMap((record) =>
      record.kind === 'asked' && record.how !== 'checkpoint' ? `${record.id} ${record.epoch}` : [],
    ),
  );
  const cutOff = history.filter(
    (record) => record.kind === 'claimed' && !settled.has(`${record.id} ${record.epoch}`),
  );
  expect(cutOff.length).toBeGreaterThan(kills / 2);
  expect(history.filter(({ kind }) => kind === 'refused').length, 'late results').toBeGreaterThan(0);
  expect(history.filter(({ kind }) => kind === 'leads').length).toBeGreaterThan(kills / 10);
}

/** Where the history of a run that went wrong can be looked at. */
function keep(result: ChaosResult, backEnd: string, problems: readonly string[]): string {
  const folder = join(import.meta.dirname, '../../../.cache');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `chaos-${backEnd}-${seed}.json`);
  writeFileSync(file, JSON.stringify({ problems, ...result }, null, 1));
  return file;
}
