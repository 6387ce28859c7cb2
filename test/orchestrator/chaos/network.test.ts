import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { seededRandom } from '../../../extension/backtest/random.ts';
import { openRedisQueue } from '../../../extension/orchestrator/queue/redis/redisQueue.ts';
import { fixedWorkers } from '../../../extension/orchestrator/workers/autoscaler.ts';
import { WorkerPool } from '../../../extension/orchestrator/workers/workerPool.ts';
import { hasRedis, startRedis } from '../../setup/redis.ts';
import { claimOne, work } from '../queue/claims.ts';
import { heartbeatUrl } from '../queue/redis.ts';
import { problemsOf } from './checker.ts';
import { stateOfRedis } from './finalState.ts';
import type { HistoryRecord, Note } from './history.ts';
import { openProxy } from './proxy.ts';
import { recordedQueue } from './recordedQueue.ts';
import { taskByChance, workHandler } from './work.ts';

const prefix = 'network';
const recording = { leaseMilliseconds: 500, newId: randomUUID };
const sleep = (milliseconds: number, signal: AbortSignal) =>
  delay(milliseconds / 20, undefined, { signal }).catch(() => undefined);

/** A server, a queue that reaches it directly, and one behind a network that can be disturbed. */
async function disturbed() {
  const server = await startRedis('always');
  onTestFinished(() => server.stop());
  const proxy = await openProxy(server.url);
  onTestFinished(() => proxy.close());
  const direct = await openRedisQueue({ url: server.url, prefix, heartbeatUrl });
  onTestFinished(() => direct.close());
  const far = await openRedisQueue({ url: proxy.url, prefix, heartbeatUrl });
  onTestFinished(() => far.close());
  return { server, proxy, direct, far };
}

describe.skipIf(!hasRedis)('a network between worker and server', () => {
  test('that cuts, stalls, swallows answers and half-closes: work goes on after each, and nothing counts twice', async () => {
    const { server, proxy, direct, far } = await disturbed();
    const history: HistoryRecord[] = [];
    const noteAs =
      (by: string): Note =>
      (fact) =>
        void history.push({ ...fact, by, pid: process.pid });
    const random = seededRandom(20_261_126);
    const client = recordedQueue(direct, noteAs('client'), recording);
    const pool = new WorkerPool({
      queue: recordedQueue(far, noteAs('worker'), recording),
      handlers: [workHandler(noteAs('worker'))],
      name: 'far',
      policy: fixedWorkers(4),
      clock: Date.now,
      log: () => undefined,
      sleep,
    });
    onTestFinished(() => pool.close(0));
    const ended = async () => (await direct.counts()).reduce((sum, { done, dead }) => sum + done + dead, 0);
    const faults = [
      () => proxy.cut(),
      () => proxy.halfClose(),
      async () => {
        proxy.swallowAnswers();
        await delay(30);
        proxy.cut();
      },
      async () => {
        proxy.stall();
        await delay(2 * recording.leaseMilliseconds);
        await direct.recover();
        proxy.release();
      },
    ];
    let wished = 0;
    for (let round = 0; round < 8; round += 1) {
      const before = await ended();
      const tasks = Array.from({ length: 15 }, () => taskByChance(random, randomUUID(), undefined));
      wished += (await client.enqueue(tasks)).length;
      while ((await ended()) < before + 3) await direct.recover();
      await faults[round % faults.length]?.();
    }
    while ((await ended()) < wished) {
      await direct.recover();
      await delay(20);
    }
    const state = await stateOfRedis(server.url, prefix, null);
    expect(problemsOf(history, state)).toEqual([]);
    expect(new Set(state.tasks.map((task) => task.state))).toContain('done');
  });

  test('that stalls past a lease and then delivers: the late result is refused', async () => {
    const { proxy, direct, far } = await disturbed();
    await direct.enqueue(work(['task']));
    const task = await claimOne(far, { leaseMilliseconds: 300 });
    proxy.stall();
    const late = far.complete(task, 'late').catch((error: unknown) => error);
    while ((await direct.recover()) === 0) await delay(20);
    const again = await claimOne(direct);
    proxy.release();
    expect(await late).toMatchObject({ reason: 'task.stale' });
    await direct.complete(again, 'in time');
    expect(await direct.get(task.id)).toMatchObject({ state: 'done', result: 'in time' });
  });
});
