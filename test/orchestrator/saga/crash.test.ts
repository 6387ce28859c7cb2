import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Journal } from '../../../extension/contracts/journal.ts';
import { SagaEngine } from '../../../extension/orchestrator/saga/engine.ts';
import { emptyFolder, emptyFolderInMemory, openTestJournal, workerUrl } from '../../storage/lab.ts';
import { crashDefinition, drive, effectsOf, kindOf, kinds } from './crashScenario.ts';
import { dyingJournal } from './dyingJournal.ts';

/** Checks that a saga ended once, as its kind says, and that each effect was made and undone once. */
async function expectEndedRightly(
  journal: Journal,
  engine: SagaEngine,
  folder: string,
  id: string,
  number: number,
) {
  const kind = kindOf(number);
  const view = await engine.view(id);
  const { standing, undone, calls } = effectsOf(folder, id);
  const what = `saga ${number} (${id})`;
  expect(view.state, what).toBe(kind.state);
  expect(Object.keys(standing), what).toEqual(kind.standing);
  expect(Object.keys(undone), what).toEqual(kind.undone);
  expect(
    view.decisions.map(({ action }) => action),
    what,
  ).toEqual(kind.decisions.map(({ action }) => action));
  expect(
    view.compensations.map(({ status }) => status),
    what,
  ).toEqual(kind.undone.map(() => 'completed'));
  expect(await journal.verifyChain(`saga/${id}`), what).toMatchObject({ brokenAt: null });

  const events = await journal.read(`saga/${id}`);
  const ends = events.filter(({ type }) => ['saga.completed', 'saga.failed', 'saga.rejected'].includes(type));
  expect(ends, what).toHaveLength(1);
  expect(ends[0]?.sequence, what).toBe(events.length);
  for (const { name, generation, attempts, earlier } of view.steps) {
    for (const run of [{ generation, attempts }, ...earlier]) {
      expect(calls[`${name}-${run.generation}`] ?? 0, what).toBeLessThanOrEqual(run.attempts);
    }
  }
  const results = Object.values(await engine.results(id));
  if (kind.state !== 'completed') return view;
  expect(results.at(-1), what).toMatchObject({ text: kind.text });
  // What the journal says of an effect is what the effect is.
  expect(
    results.map((result) => Object(result).effect),
    what,
  ).toEqual(Object.values(standing));
  return view;
}

function engineOn(journal: Journal, folder: string): SagaEngine {
  return new SagaEngine({
    journal,
    definitions: [crashDefinition(folder)],
    clock: Date.now,
    newId: randomUUID,
  });
}

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

test.each(
  kinds.map((kind, number) => [number, kind.state, kind.decisions.map(({ action }) => action).join(', ')]),
)('saga %i (%s; %s) ends the same wherever the process dies between two writes', async (number) => {
  const journal = await openTestJournal(emptyFolderInMemory());
  const folder = join(emptyFolderInMemory(), 'effects');
  const healthy = engineOn(journal, folder);
  let deaths = 0;
  for (const moment of ['before', 'after'] as const) {
    for (let at = 1; ; at += 1) {
      const id = await healthy.create({
        name: 'crash',
        input: { number, text: '' },
        gates: kindOf(number).gates,
      });
      const { dying, died, leases } = dyingJournal(journal, at, moment);
      await drive(engineOn(dying, folder), id, number).catch(() => {});
      // The system would see that the holder's process is gone; here it is the test's own.
      for (const lease of leases) await journal.releaseLease(lease);
      if (!died()) break;
      deaths += 1;
      await drive(healthy, id, number);
      await expectEndedRightly(journal, healthy, folder, id, number);
    }
  }
  expect(deaths).toBeGreaterThan(30);
});

const bundles = { child: '', worker: '' };

beforeAll(async () => {
  // Bundled, as in the product: a process is at work sooner, so more of the kills hit work.
  const outdir = mkdtempSync(join(tmpdir(), 'strategy-lab-bundles-'));
  const entry = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  await build({
    entryPoints: { child: entry('./crashChild.ts'), worker: fileURLToPath(workerUrl) },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
  bundles.child = join(outdir, 'child.mjs');
  bundles.worker = pathToFileURL(join(outdir, 'worker.mjs')).href;
  return () => rmSync(outdir, { recursive: true });
});

/** A process that takes the sagas of the lab to their ends; `heard` tells its lines. */
function startChild(folder: string, count: number, mode: 'create' | 'join') {
  const child: ChildProcess = spawn(
    process.execPath,
    [bundles.child, folder, bundles.worker, String(count), mode],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  let heard = '';
  child.stdout?.on('data', (data) => {
    heard += data;
  });
  const said = async (word: string) => {
    while (!heard.includes(word) && child.exitCode === null && child.signalCode === null) {
      await Promise.race([once(child.stdout ?? child, 'data'), once(child, 'close')]);
    }
    return heard.includes(word);
  };
  return { child, said };
}

test('a process killed sixty times at random moments loses nothing and does nothing twice', async () => {
  const folder = emptyFolder();
  const random = seededRandom(20_260_101);
  for (let kill = 0; kill < 60; kill += 1) {
    const { child, said } = startChild(folder, 100_000, 'create');
    // Every fifth is killed anywhere from its very start, the others while they work.
    const early = kill % 5 === 0;
    if (!early) expect(await said('working')).toBe(true);
    await delay(random() * (early ? 300 : 100));
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  expect(await startChild(folder, 100_000, 'join').said('finished')).toBe(true);

  const journal = await openTestJournal(folder);
  const engine = engineOn(journal, join(folder, 'effects'));
  let repeated = 0;
  const sagas = await engine.list();
  for (const { id, input } of sagas) {
    const { number } = crashDefinition(join(folder, 'effects')).inputSchema.parse(input);
    const view = await expectEndedRightly(journal, engine, join(folder, 'effects'), id, number);
    const runs = view.steps.flatMap((step) => [step, ...step.earlier]);
    repeated += runs.filter(({ attempts }) => attempts > 1).length;
  }
  expect(sagas.length).toBeGreaterThan(5);
  // Without steps that were cut off and run again, the kills would have proved nothing.
  expect(repeated).toBeGreaterThan(5);
}, 240_000);

test('three processes that want the same sagas run each of them once', async () => {
  const folder = emptyFolder();
  const effects = join(folder, 'effects');
  const journal = await openTestJournal(folder);
  const engine = engineOn(journal, effects);
  for (let number = 0; number < 15; number += 1) {
    await engine.create({ name: 'crash', input: { number, text: '' }, gates: kindOf(number).gates });
  }
  const children = [1, 2, 3].map(() => startChild(folder, 15, 'join'));
  for (const { said } of children) expect(await said('finished')).toBe(true);
  for (const { id, input } of await engine.list()) {
    const { number } = crashDefinition(effects).inputSchema.parse(input);
    const view = await expectEndedRightly(journal, engine, effects, id, number);
    expect(view.steps.filter(({ attempts }) => attempts > 1)).toEqual([]);
  }
});

test('a saga that another process runs is refused with the name of that process', async () => {
  const folder = emptyFolder();
  const journal = await openTestJournal(folder);
  const other = await openTestJournal(folder);
  const effects = join(folder, 'effects');
  const id = await engineOn(journal, effects).create({ name: 'crash', input: { number: 0, text: '' } });
  const outcome = await other.acquireLease(`saga/${id}`, 60_000);
  expect(outcome.held).toBe(true);
  await expect(engineOn(journal, effects).run(id)).rejects.toMatchObject({
    reason: 'conflict',
    message: expect.stringContaining(`process ${process.pid}`),
  });
  expect((await engineOn(journal, effects).view(id)).state).toBe('running');
});

/** Makes a lease look as if its holder had slept past its time. */
async function expireLease(folder: string, journal: Journal, name: string): Promise<void> {
  const database = new DatabaseSync(join(folder, 'journal.sqlite'), { timeout: 5000 });
  for (let free = false; !free; ) {
    database.prepare('UPDATE leases SET expires = 0 WHERE name = ?').run(name);
    const outcome = await journal.acquireLease(name, 5000);
    if (outcome.held) await journal.releaseLease(outcome.lease);
    free = outcome.held;
  }
  database.close();
}

test('the result of a process that was thought dead and is not is refused', async () => {
  const folder = emptyFolder();
  const journal = await openTestJournal(folder);
  const other = await openTestJournal(folder);
  const effects = join(folder, 'effects');
  const definition = crashDefinition(effects);
  const [reached, stolen] = [new EventEmitter(), new EventEmitter()];
  const steps = definition.steps.map((step) => ({
    ...step,
    run: async (context: Parameters<typeof step.run>[0]) => {
      if (step.name === 'c') {
        reached.emit('now');
        await once(stolen, 'now');
      }
      return step.run(context);
    },
  }));
  const options = { clock: Date.now, newId: randomUUID, leaseMilliseconds: 600 };
  const slow = new SagaEngine({ ...options, journal, definitions: [{ ...definition, steps }] });
  const id = await slow.create({ name: 'crash', input: { number: 0, text: '' } });
  const atStepC = once(reached, 'now');
  const slowRun = slow.run(id);
  await atStepC;
  await expireLease(folder, other, `saga/${id}`);
  const view = await engineOn(other, effects).run(id);
  stolen.emit('now');
  await expect(slowRun).rejects.toMatchObject({ reason: 'conflict' });
  expect(view.state).toBe('completed');
  expect(await engineOn(other, effects).view(id)).toEqual(view);
  expect((await journal.verifyChain(`saga/${id}`)).brokenAt).toBeNull();
});
