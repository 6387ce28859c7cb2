import { afterAll, onTestFinished } from 'vitest';
import { embeddedLog } from '../../../extension/orchestrator/events/embeddedLog.ts';
import type { EventLog } from '../../../extension/orchestrator/events/eventLog.ts';
import { redisLog } from '../../../extension/orchestrator/events/redis/redisLog.ts';
import { hasRedis, type RedisServer, startRedis } from '../../setup/redis.ts';
import { emptyFolderInMemory, openTestJournal } from '../../storage/lab.ts';

/** One place that keeps events; `open` opens it as another process would. */
export interface TestPlace {
  open(): Promise<EventLog>;
}

export interface TestBackEnd {
  readonly name: string;
  place(): Promise<TestPlace>;
}

const embedded: TestBackEnd = {
  name: 'embedded',
  place: async () => {
    const folder = emptyFolderInMemory();
    return {
      open: async () => {
        const log = embeddedLog({ journal: await openTestJournal(folder), lookMilliseconds: 5 });
        onTestFinished(() => log.close());
        return log;
      },
    };
  },
};

/** One server for all tests of a file; each place has a prefix of its own. */
let starting: Promise<RedisServer> | undefined;
let prefixes = 0;

const redis: TestBackEnd = {
  name: 'redis',
  place: async () => {
    starting ??= startRedis();
    const { url } = await starting;
    prefixes += 1;
    const prefix = `events-${prefixes}`;
    return {
      open: async () => {
        const log = await redisLog({ url, prefix });
        onTestFinished(() => log.close());
        return log;
      },
    };
  },
};

export function stopRedisAfterAll(): void {
  afterAll(async () => (await starting)?.stop());
}

/** Every back end keeps the same promises. */
export const backEnds: readonly TestBackEnd[] = hasRedis ? [embedded, redis] : [embedded];
