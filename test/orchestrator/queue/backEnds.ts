import { hasRedis } from '../../setup/redis.ts';
import type { TestBackEnd } from './backEnd.ts';
import { embedded } from './embedded.ts';
import { redis, stopRedisAfterAll } from './redis.ts';

/** Every back end that there is here; each keeps the same promises. */
export const backEnds: readonly TestBackEnd[] = hasRedis ? [embedded, redis] : [embedded];

stopRedisAfterAll();
