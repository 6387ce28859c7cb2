import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { openRedisQueue } from '../../extension/orchestrator/queue/redis/redisQueue.ts';
import { heartbeatUrl } from '../orchestrator/queue/redis.ts';
import { hasRedis, type RedisServer, startRedis } from '../setup/redis.ts';
import { call, crossing, newFolder, program, writeMarket, writeStrategy } from './program.ts';

const environment = {
  ...process.env,
  STRATEGY_LAB_DOCKER_SOCKET: '/nowhere/docker.sock',
  STRATEGY_LAB_BUBBLEWRAP: '/nowhere/bwrap',
};

let server: RedisServer;
let folder: Awaited<ReturnType<typeof newFolder>>;
let search: readonly string[];
beforeAll(async () => {
  if (!hasRedis) return;
  server = await startRedis();
  folder = await newFolder();
  const market = await writeMarket(folder.path, 600);
  const strategy = await writeStrategy(folder.path, 'cross', crossing);
  search = ['optimize', strategy, '--data', market, '--level', 'preview', '--values', 'fast=3,5,8', '--json'];
});
afterAll(async () => {
  await server?.stop();
  await folder?.remove();
});

const answerSchema = z.object({
  run: z.string(),
  params: z.unknown(),
  inSample: z.unknown(),
  outOfSample: z.unknown(),
  trials: z.array(z.unknown()).length(3),
});

/** What the search comes to, but for what names the run and its attempts. */
async function searched(...options: readonly string[]) {
  const { code, stdout, stderr } = await call([...search, ...options], { folder: folder.path });
  expect(code, stderr).toBe(0);
  const { run: _, ...choice } = answerSchema.parse(JSON.parse(stdout));
  return { choice, stderr };
}

let searchHere: ReturnType<typeof searched> | undefined;

/** The search without a server, made once for all tests that compare with it. */
function searchedHere(): ReturnType<typeof searched> {
  searchHere ??= searched();
  return searchHere;
}

const shownSchema = z.object({
  state: z.literal('waiting-for-review'),
  inSample: z.unknown(),
  outOfSample: z.unknown(),
  results: z.object({
    optimise: z.object({
      params: z.unknown(),
      optimisation: z.object({ trials: z.array(z.unknown()) }),
    }),
  }),
});

/** The same of the run that `status` lists first. */
async function latestRun() {
  const { stdout } = await call(['status', '--json'], { folder: folder.path });
  const { runs } = z.object({ runs: z.array(z.object({ id: z.string() })) }).parse(JSON.parse(stdout));
  const told = await call(['show', runs[0]?.id ?? '', '--json'], { folder: folder.path });
  const { inSample, outOfSample, results } = shownSchema.parse(JSON.parse(told.stdout));
  const { params, optimisation } = results.optimise;
  return { params, inSample, outOfSample, trials: optimisation.trials };
}

async function startWorker(): Promise<ChildProcess & { readonly told: unknown }> {
  const home = await newFolder();
  const args = ['worker', '--redis', server.url, '--level', 'preview', '--workers', '1', '--json'];
  const worker = spawn(process.execPath, [program, ...args], {
    cwd: home.path,
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(async () => {
    worker.kill('SIGKILL');
    await home.remove();
  });
  const [line = ''] = (await once(createInterface({ input: worker.stdout }), 'line')) as string[];
  return Object.assign(worker, { told: JSON.parse(line) as unknown });
}

async function openQueue(url = server.url) {
  const queue = await openRedisQueue({ url, prefix: 'strategy-lab', heartbeatUrl });
  onTestFinished(() => queue.close());
  const inState = async (state: 'waiting' | 'running' | 'done') => (await queue.list({ state })).length;
  return { queue, inState };
}

const patience = { timeout: 60_000, interval: 10 };

test.skipIf(!hasRedis)(
  'a search whose host and worker are killed is finished by others, and its work done once',
  async () => {
    const { queue, inState } = await openQueue();
    await queue.pause();
    const host = spawn(process.execPath, [program, ...search, '--redis', server.url], {
      cwd: folder.path,
      env: environment,
      stdio: 'ignore',
    });
    onTestFinished(() => void host.kill('SIGKILL'));
    await expect.poll(() => inState('waiting'), patience).toBe(1);
    host.kill('SIGKILL');
    const killed = await startWorker();
    expect(killed.told).toEqual({
      server: server.url,
      pid: killed.pid,
      workers: 1,
      levels: { javascript: 'preview' },
    });
    await queue.resume();
    await expect.poll(() => inState('running'), patience).toBe(1);
    killed.kill('SIGKILL');
    const other = await startWorker();
    await expect.poll(() => inState('done'), patience).toBe(1);
    const resumed = await call(['resume', '--redis', server.url], { folder: folder.path });
    expect(resumed.stderr).not.toContain('run here');
    const shared = await latestRun();
    expect(shared).toEqual((await searchedHere()).choice);
    // The one that the first host has asked for, and no other.
    expect(await inState('done')).toBe(1);
    other.kill('SIGTERM');
    expect(await once(other, 'exit')).toEqual([0, null]);
  },
  240_000,
);

test.skipIf(!hasRedis)(
  'a search whose Redis server goes away ends here, and says so',
  async () => {
    const own = await startRedis();
    onTestFinished(() => own.stop());
    const { queue, inState } = await openQueue(own.url);
    await queue.pause();
    const sharing = searched('--redis', own.url);
    await expect.poll(() => inState('waiting'), patience).toBe(1);
    await own.kill();
    const { choice, stderr } = await sharing;
    expect(stderr).toContain('Batches of a search run here alone');
    expect(choice).toEqual((await searchedHere()).choice);
  },
  240_000,
);

test.skipIf(!hasRedis)(
  'a server that is not there is told before any work, without its password',
  async () => {
    for (const verb of [search, ['worker', '--level', 'preview', '--json']]) {
      const args = [...verb, '--redis', 'redis://:secret@127.0.0.1:1'];
      const { code, stdout, stderr } = await call(args, { folder: folder.path });
      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({ error: { reason: 'queue.unavailable' } });
      expect(stdout + stderr).not.toContain('secret');
    }
  },
);

test.skipIf(!hasRedis)(
  'a worker without a sandbox of the level that it is to keep does not begin',
  async () => {
    const { code, stdout } = await call(['worker', '--redis', server.url, '--json'], { folder: folder.path });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { reason: 'sandbox.level' } });
  },
);
