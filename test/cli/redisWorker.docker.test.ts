import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { openRedisQueue } from '../../extension/orchestrator/queue/redis/redisQueue.ts';
import { heartbeatUrl } from '../orchestrator/queue/redis.ts';
import { hasRedis, startRedis } from '../setup/redis.ts';
import { newFolder, program, writeMarket } from './program.ts';

const environment = { ...process.env, STRATEGY_LAB_BUBBLEWRAP: '/nowhere/bwrap' };
const patience = { timeout: 120_000, interval: 50 };

test.skipIf(!hasRedis)(
  'a worker of a Redis server runs searches of both languages in containers, in a lab of its own',
  async () => {
    const server = await startRedis();
    onTestFinished(() => server.stop());
    const queue = await openRedisQueue({ url: server.url, prefix: 'strategy-lab', heartbeatUrl });
    onTestFinished(() => queue.close());
    await queue.pause();
    const folder = await newFolder();
    onTestFinished(() => folder.remove());
    const market = await writeMarket(folder.path, 400);
    const inState = async (state: 'waiting' | 'done') => (await queue.list({ state })).length;
    for (const [count, ending] of ['ts', 'py'].entries()) {
      const name = `averageCross.strategy.${ending}`;
      await copyFile(join(import.meta.dirname, '../strategies/pairs', name), join(folder.path, name));
      const search = ['optimize', name, '--data', market, '--level', 'container', '--values', 'fast=3,5'];
      const host = spawn(process.execPath, [program, ...search, '--redis', server.url], {
        cwd: folder.path,
        env: environment,
        stdio: 'ignore',
      });
      onTestFinished(() => void host.kill('SIGKILL'));
      await expect.poll(() => inState('waiting'), patience).toBe(count + 1);
      // So that nobody but the worker is left to run it.
      host.kill('SIGKILL');
    }
    const home = await newFolder();
    onTestFinished(() => home.remove());
    const worker = spawn(process.execPath, [program, 'worker', '--redis', server.url, '--json'], {
      cwd: home.path,
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void worker.kill('SIGKILL'));
    const [line = ''] = (await once(createInterface({ input: worker.stdout }), 'line')) as string[];
    const { levels } = JSON.parse(line) as { levels: Record<string, string> };
    expect(Object.keys(levels)).toEqual(['javascript', 'python']);
    for (const level of Object.values(levels)) expect(['gvisor', 'container']).toContain(level);
    await queue.resume();
    await expect.poll(() => inState('done'), patience).toBe(2);
    const answers = (await queue.list({ state: 'done' })).map(({ result }) => result);
    expect(answers).toEqual([
      expect.objectContaining({ kind: 'ran' }),
      expect.objectContaining({ kind: 'ran' }),
    ]);
    worker.kill('SIGTERM');
    expect(await once(worker, 'exit')).toEqual([0, null]);
  },
  300_000,
);
