import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRedisQueue } from '../../extension/orchestrator/queue/redis/redisQueue.ts';
import { openJournal } from '../../extension/storage/openJournal.ts';
import { startRedis } from '../setup/redis.ts';
import type { BenchGroup, BenchResult } from './bench.ts';
import {
  bareCycle,
  bullCycle,
  bullWorker,
  cyclesOf,
  dispatchTimes,
  fill,
  queueCycle,
  queueWorkers,
} from './queueRuns.ts';

/*
 * The task queue through its port, on both back ends, beside SQLite driven by hand and BullMQ on the same Redis
 * server (append-only file, fsync each second). All take turns in one run; the fastest round of each counts.
 */
const rounds = 5;
const cycles = 1500;
const jobs = 4000;
const atOnce = 100;
const sizes = [1_000, 10_000, 100_000, 1_000_000];
const workerUrl = new URL('../../extension/storage/journalWorker.ts', import.meta.url);
const heartbeatUrl = new URL('../../extension/orchestrator/queue/redis/heartbeatWorker.ts', import.meta.url);

type Run = readonly [name: string, seconds: () => Promise<number>, count: number];

/** The best rate of each run, in units a second. */
async function bestRates(runs: readonly Run[]): Promise<Map<string, number>> {
  const best = new Map<string, number>();
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, seconds, count] of runs) {
      best.set(name, Math.max(best.get(name) ?? 0, count / (await seconds())));
    }
  }
  return best;
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

async function rates(folder: string, redisPath: string): Promise<BenchResult[]> {
  const journal = await openJournal({ folder: join(folder, 'rates'), workerUrl });
  const redis = await openRedisQueue({ url: redisPath, prefix: 'bench', heartbeatUrl });
  const bareNormal = bareCycle(join(folder, 'normal.sqlite'), 'normal');
  const bareFull = bareCycle(join(folder, 'full.sqlite'), 'full');
  const bull = await bullCycle(redisPath);
  const embedded = queueCycle(journal.tasks, 'normal');
  const cyclesIn = (cycle: () => Promise<void>, count: number, parallel: number) => () =>
    secondsOf(() => cyclesOf(cycle, count, parallel));
  const best = await bestRates([
    ['bare normal', cyclesIn(bareNormal.cycle, cycles, 1), cycles],
    ['embedded normal', cyclesIn(embedded, cycles, 1), cycles],
    ['bull', cyclesIn(bull.cycle, cycles, 1), cycles],
    ['redis', cyclesIn(queueCycle(redis, 'normal'), cycles, 1), cycles],
    ['bare full', cyclesIn(bareFull.cycle, cycles / 3, 1), cycles / 3],
    ['embedded full at once', cyclesIn(queueCycle(journal.tasks, 'full'), jobs, atOnce), jobs],
    ['embedded normal at once', cyclesIn(embedded, jobs, atOnce), jobs],
    ['bull at once', cyclesIn(bull.cycle, jobs, atOnce), jobs],
    ['redis at once', cyclesIn(queueCycle(redis, 'normal'), jobs, atOnce), jobs],
    ['bull workers', () => bullWorker(redisPath, jobs, atOnce), jobs],
    ['redis workers', () => queueWorkers(redis, jobs, atOnce), jobs],
    ['embedded workers', () => queueWorkers(journal.tasks, jobs, atOnce), jobs],
  ]);
  const [embeddedTimes, redisTimes] = [
    await dispatchTimes(journal.tasks, 1000),
    await dispatchTimes(redis, 1000),
  ];
  bareNormal.close();
  bareFull.close();
  await bull.close();
  await redis.close();
  await journal.close();
  const row = (name: string, run: string, against: string | null): BenchResult => {
    const value = best.get(run) ?? Number.NaN;
    const reference = against === null ? null : (best.get(against) ?? null);
    return { name, value, unit: 'cycles/s', reference, ratio: reference === null ? null : value / reference };
  };
  const time = (name: string, times: readonly number[], share: number): BenchResult => ({
    name,
    value: percentile(times, share),
    unit: 'ms',
    reference: null,
    ratio: null,
  });
  return [
    row('embedded, one by one, normal, against bare SQLite', 'embedded normal', 'bare normal'),
    row('embedded, one by one, normal, against BullMQ', 'embedded normal', 'bull'),
    row(
      'embedded, 100 in flight, full sync, against bare SQLite one by one',
      'embedded full at once',
      'bare full',
    ),
    row('embedded, 100 in flight, full sync, against BullMQ', 'embedded full at once', 'bull at once'),
    row('embedded, 100 in flight, normal, against BullMQ', 'embedded normal at once', 'bull at once'),
    row('embedded, workers that wait, against BullMQ', 'embedded workers', 'bull workers'),
    row('Redis, one by one, against BullMQ', 'redis', 'bull'),
    row('Redis, 100 in flight, against BullMQ', 'redis at once', 'bull at once'),
    row('Redis, workers that wait, against BullMQ', 'redis workers', 'bull workers'),
    time('dispatch to an idle worker, embedded, median', embeddedTimes, 0.5),
    time('dispatch to an idle worker, embedded, p99', embeddedTimes, 0.99),
    time('dispatch to an idle worker, Redis, median', redisTimes, 0.5),
    time('dispatch to an idle worker, Redis, p99', redisTimes, 0.99),
  ];
}

async function growth(folder: string): Promise<BenchResult[]> {
  const journal = await openJournal({ folder: join(folder, 'growth'), workerUrl });
  const cycle = queueCycle(journal.tasks, 'normal');
  const rows: BenchResult[] = [];
  let present = 0;
  let first: number | null = null;
  for (const size of sizes) {
    // One less than the bound, which each cycle goes up to.
    const target = Math.min(size, sizes.at(-1) ?? size) - 1;
    const seconds = await secondsOf(() => fill(journal.tasks, present, target));
    rows.push({
      name: `embedded, tasks put in by the thousand, up to ${size}`,
      value: (target - present) / seconds,
      unit: 'tasks/s',
      reference: null,
      ratio: null,
    });
    present = target;
    const best = await bestRates([['cycle', () => secondsOf(() => cyclesOf(cycle, cycles, 1)), cycles]]);
    const value = best.get('cycle') ?? Number.NaN;
    first ??= value;
    rows.push({
      name: `embedded, one by one, with ${size} tasks waiting`,
      value,
      unit: 'cycles/s',
      reference: first,
      ratio: value / first,
    });
  }
  await journal.close();
  return rows;
}

async function run(): Promise<BenchResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'strategy-lab-bench-'));
  const server = await startRedis();
  try {
    return [...(await rates(folder, server.url)), ...(await growth(folder))];
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

export const group: BenchGroup = { name: 'queue', run };
