import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seededRandom } from '../../extension/backtest/random.ts';
import { openJournal } from '../../extension/storage/openJournal.ts';
import { call, newFolder, program, writeMarket } from '../cli/program.ts';

const wantedKills = 100;
const random = seededRandom(20_260_101);

let folder: Awaited<ReturnType<typeof newFolder>>;
beforeAll(async () => {
  folder = await newFolder();
});
afterAll(() => folder.remove());

let kills = 0;

/** Runs a command and kills it at a random moment; the state that it tells when it came to its end before. */
async function callAndKill(...args: string[]): Promise<string | null> {
  const killAfter = 120 + Math.floor(random() * 2000);
  const answer = await call([...args, '--json'], { folder: folder.path, killAfter });
  if (answer.signal === null) {
    expect(answer.code, answer.stderr).toBe(0);
    return (JSON.parse(answer.stdout) as { state: string }).state;
  }
  kills++;
  return null;
}

async function listRuns(): Promise<{ id: string; state: string }[]> {
  const { stdout } = await call(['status', '--json'], { folder: folder.path });
  return (JSON.parse(stdout) as { runs: { id: string; state: string }[] }).runs;
}

test('100 kills at random moments of the pipeline: every run ends once and nothing is done twice', {
  timeout: 1_800_000,
}, async () => {
  const data = await writeMarket(folder.path, 400);
  const ended = new Set<string>();
  while (kills < wantedKills || ended.size < 3) {
    await callAndKill('run', '--data', data);
    for (const { id } of await listRuns()) {
      if (ended.has(id)) continue;
      for (let state: string | null = null; state !== 'completed'; ) {
        const command = state === 'waiting-for-review' ? 'approve' : 'resume';
        state = await callAndKill(command, id);
        // A decision may have been written down before the kill: then there is nothing left to decide.
        if (command === 'approve') state ??= (await stateOf(id)) ?? null;
      }
      ended.add(id);
    }
  }

  const journal = await openJournal({
    folder: join(folder.path, '.strategy-lab'),
    workerUrl: new URL('journalWorker.js', pathToFileURL(program)),
  });
  try {
    for (const id of ended) {
      const stream = `saga/${id}`;
      const events = await journal.read(stream);
      const count = (type: string, step?: string): number =>
        events.filter(
          (event) =>
            event.type === type && (step === undefined || (event.data as { step: string }).step === step),
        ).length;
      for (const step of [
        'reason',
        'code',
        'guard',
        'sandbox',
        'optimise',
        'backtest',
        'review',
        'deploy',
        'monitor',
      ]) {
        expect(count('saga.step-completed', step), `${step} of ${id}`).toBe(1);
      }
      expect(count('saga.completed')).toBe(1);
      expect(count('saga.decided')).toBe(1);
      expect((await journal.verifyChain(stream)).brokenAt).toBeNull();
    }
    // A step that was cut off and run again has evaluated twice, and counts once.
    const evaluations = 3 * ended.size;
    expect(await journal.trials.verify()).toEqual({ events: evaluations, brokenAt: null });
    const window = { markets: [{ venue: 'file', symbol: 'TES/TUSD' }], from: 0, to: Date.UTC(2100, 0) };
    const afterFirst = await journal.trials.count({ ...window, upTo: 3 });
    expect(afterFirst.trials).toBeGreaterThan(3);
    // All runs had the same idea and the same data: they tried the same.
    expect((await journal.trials.count(window)).trials).toBe(afterFirst.trials);
  } finally {
    await journal.close();
  }
  const strategies = (await readdir(join(folder.path, 'strategies'))).filter((name) => name.endsWith('.ts'));
  expect(strategies).toHaveLength(ended.size);
  const reports = (await readdir(join(folder.path, '.strategy-lab', 'reports'))).filter((name) =>
    name.endsWith('.html'),
  );
  expect(reports).toHaveLength(ended.size);
  expect(kills).toBeGreaterThanOrEqual(wantedKills);
});

async function stateOf(id: string): Promise<string | undefined> {
  return (await listRuns()).find((run) => run.id === id)?.state;
}
