import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import type { Durability } from '../../extension/contracts/tasks.ts';
import type { SagaDefinition } from '../../extension/orchestrator/saga/definition.ts';
import { SagaEngine } from '../../extension/orchestrator/saga/engine.ts';
import { openJournal } from '../../extension/storage/openJournal.ts';
import type { BenchGroup, BenchResult } from './bench.ts';

/*
 * Sagas of three steps without work of their own, created and run to their ends through the engine, many at once and
 * one by one; beside it the bare inserts of as many events as these sagas have, one transaction a saga.
 */
const sagas = 1500;
const rounds = 3;
const atOnce = 100;
const workerUrl = new URL('../../extension/storage/journalWorker.ts', import.meta.url);

const definition: SagaDefinition<unknown> = {
  name: 'three',
  version: 1,
  inputSchema: z.object({ number: z.number() }),
  gates: [],
  steps: ['a', 'b', 'c'].map((name) => ({
    name,
    resultSchema: z.object({ name: z.string() }),
    run: () => Promise.resolve({ name }),
    compensate: () => Promise.resolve(),
  })),
  onFix: (_, input) => Promise.resolve({ input, restartAt: 'a' }),
};
const eventsOfASaga = 8;

async function perSecond(count: number, work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (1000 * count) / (performance.now() - start);
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'strategy-lab-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Best rate of sagas a second over the rounds, each in a new lab. */
async function engineRate(durability: Durability, count: number, lanes: number): Promise<number> {
  let best = 0;
  for (let round = 0; round < rounds; round += 1) {
    const rate = await inFolder(async (folder) => {
      const journal = await openJournal({ folder, workerUrl });
      const engine = new SagaEngine({
        journal,
        definitions: [definition],
        clock: Date.now,
        newId: randomUUID,
        durability,
      });
      let next = 0;
      const lane = async () => {
        while (next < count) {
          next += 1;
          const { state } = await engine.run(await engine.create({ name: 'three', input: { number: next } }));
          if (state !== 'completed') throw new Error(`a saga ended ${state}`);
        }
      };
      const measured = await perSecond(count, async () => {
        await Promise.all(Array.from({ length: lanes }, lane));
      });
      await journal.close();
      return measured;
    });
    best = Math.max(best, rate);
  }
  return best;
}

/** The same events by hand, one transaction a saga. */
function bareRate(durability: Durability, count: number): Promise<number> {
  return inFolder(async (folder) => {
    const database = new DatabaseSync(join(folder, 'bare.sqlite'));
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${durability};
      CREATE TABLE events (position INTEGER PRIMARY KEY, stream TEXT, sequence INTEGER, data TEXT)`);
    const insert = database.prepare('INSERT INTO events (stream, sequence, data) VALUES (?, ?, ?)');
    const data = JSON.stringify({ step: 'a', generation: 1, result: { name: 'a' }, artefacts: [] });
    const rate = await perSecond(count, async () => {
      for (let saga = 0; saga < count; saga += 1) {
        database.exec('BEGIN');
        for (let event = 1; event <= eventsOfASaga; event += 1) insert.run(`saga/${saga}`, event, data);
        database.exec('COMMIT');
      }
    });
    database.close();
    return rate;
  });
}

async function run(): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  for (const durability of ['full', 'normal'] as const) {
    const reference = await bareRate(durability, sagas);
    const cases = [
      { name: `${atOnce} at once`, count: sagas, lanes: atOnce },
      { name: 'one by one', count: sagas / 5, lanes: 1 },
    ];
    for (const { name, count, lanes } of cases) {
      const value = await engineRate(durability, count, lanes);
      results.push({
        name: `sagas of three steps, ${durability} durability, ${name}, against bare inserts`,
        value,
        unit: 'sagas/s',
        reference,
        ratio: value / reference,
      });
    }
  }
  return results;
}

export const group: BenchGroup = { name: 'saga', run };
