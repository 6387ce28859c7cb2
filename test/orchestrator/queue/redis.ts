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
  runs: 80,
  async open(): Promise<TestQueue> {
    starting ??= startRedis();
    const { url } = await starting;
    prefixes += 1;
    const prefix = `test-${prefixes}`;
    let now = 1_700_000_000_000;
    const open = async () => openRedisQueue({ url, prefix, heartbeatUrl, clock: () => now });
    const opened = [await open()];
    const close = async () => {
      for (const queue of opened.splice(0)) await queue.close();
    };
    onTestFinished(close);
    const [queue] = opened;
    if (queue === undefined) throw new Error('there is no queue');
    return {
      queue,
      close,
      now: () => now,
      advance: (milliseconds) => {
        now += milliseconds;
      },
      openAgain: async () => {
        const again = await open();
        opened.push(again);
        return again;
      },
    };
  },
};

export function stopRedisAfterAll(): void {
  afterAll(async () => (await starting)?.stop());
}
