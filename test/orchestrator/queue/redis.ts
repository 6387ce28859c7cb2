import { afterAll, onTestFinished } from 'vitest';
import { openRedisQueue } from '../../../extension/orchestrator/queue/redis/redisQueue.ts';
import { type RedisServer, startRedis } from '../../setup/redis.ts';
import type { TestBackEnd, TestQueue } from './backEnd.ts';

export const heartbeatUrl = new URL(
  '../../../extension/orchestrator/queue/redis/heartbeatWorker.ts',
  import.meta.url,
);

/** One server for all tests of a file; each has a prefix of its own. */
let starting: Promise<RedisServer> | undefined;
let prefixes = 0;

export const redis: TestBackEnd = {
  name: 'redis',
  runs: 60,
  async open(): Promise<TestQueue> {
    starting ??= startRedis();
    const { url } = await starting;
    prefixes += 1;
    const prefix = `test-${prefixes}`;
    let now = 1_700_000_000_000;
    const open = async () => {
      const queue = await openRedisQueue({ url, prefix, heartbeatUrl, clock: () => now });
      const close = () => queue.close();
      onTestFinished(close);
      return queue;
    };
    return {
      queue: await open(),
      now: () => now,
      advance: (milliseconds) => {
        now += milliseconds;
      },
      openAgain: open,
    };
  },
};

export function stopRedisAfterAll(): void {
  afterAll(async () => (await starting)?.stop());
}
