import { createHash } from 'node:crypto';
import type { Redis, RedisOptions } from 'ioredis';
import { LabError } from '../../../contracts/errors.ts';
import { redisUrlSchema } from '../../../contracts/names.ts';
import { redisError } from './redisErrors.ts';
import { type ScriptName, scripts } from './scripts.ts';
import { checkServer, type RedisWarning } from './serverFacts.ts';

export interface RedisTarget {
  /** `redis://`, `rediss://`, or the path of a Unix socket. */
  readonly url: string;
  /** Queues of one server are told apart by it: 1 to 100 characters, no braces. */
  readonly prefix: string;
}

export interface RedisOpening extends RedisTarget {
  /** Hears once, at the opening, of settings of the server with which it may lose what it keeps. */
  readonly onWarning?: (warning: RedisWarning) => void;
}

const shas = new Map(
  [...scripts].map(([name, text]) => [name, createHash('sha1').update(text).digest('hex')]),
);

const longestPause = 2000;

/** Whether a connection is being closed: then it is not made again. */
interface Life {
  isEnding: boolean;
}

const optionsOf = (life: Life) =>
  ({
    retryStrategy: (times: number) => (life.isEnding ? null : Math.min(50 * times, longestPause)),
    // After a failover the old address may lead to a replica: the next command goes to where it leads by then.
    reconnectOnError: ({ message }: Error) => message.startsWith('READONLY'),
  }) satisfies RedisOptions;

/**
 * A connection that mends itself after a cut. Commands wait for that, twenty tries long, and those that were under
 * way are sent again: each script can be, as what it did once it answers the second time, or refuses as stale. That
 * is also why commands are not gathered into pipelines, which ioredis gives up with the connection.
 */
export class RedisConnection {
  readonly #redis: Redis;
  readonly #life: Life;
  readonly #prefix: string;
  readonly #place: string;
  /** What the queue's `made` must be; empty for whatever it is. */
  #made = '';

  private constructor(redis: Redis, life: Life, { url, prefix }: RedisTarget) {
    this.#redis = redis;
    this.#life = life;
    // The braces keep all keys of the queue in one slot of a cluster.
    this.#prefix = `{${prefix}}:`;
    this.#place = placeOf(url);
    // Each command that fails says so itself.
    redis.on('error', () => {});
  }

  /** One whose server may come later. Throws `usage` for an address or a prefix that cannot be one. */
  static async openLater(target: RedisTarget): Promise<RedisConnection> {
    checkTarget(target);
    const { default: RedisClient } = await import('ioredis');
    const life: Life = { isEnding: false };
    return new RedisConnection(new RedisClient(target.url, optionsOf(life)), life, target);
  }

  /** Throws `queue.unavailable` where there is no such server, or one that will not do; `usage` as `openLater`. */
  static async open({ onWarning, ...target }: RedisOpening): Promise<RedisConnection> {
    checkTarget(target);
    const { default: RedisClient } = await import('ioredis');
    const life: Life = { isEnding: false };
    const redis = new RedisClient(target.url, { ...optionsOf(life), lazyConnect: true });
    let reason: unknown;
    redis.once('error', (error) => {
      reason = error;
    });
    const connection = new RedisConnection(redis, life, target);
    try {
      await redis.connect();
      const warning = checkServer(connection.#place, await redis.info());
      if (warning !== null) onWarning?.(warning);
      return connection;
    } catch (error) {
      redis.disconnect();
      throw LabError.is(error) ? error : redisError(connection.#place, reason ?? error);
    }
  }

  key(name: string): string {
    return `${this.#prefix}${name}`;
  }

  /** From now on each script is refused, as gone, where `made` is another. */
  expect(made: string): void {
    this.#made = made;
  }

  /** Throws `queue.unavailable` where the server has lost the data that was there; see `expect`. */
  checkMade(made: unknown): void {
    if (this.#made !== '' && made !== this.#made)
      throw redisError(this.#place, new Error('GONE nothing there'));
  }

  /** Runs a script of the queue at `now`, or at the server's time. */
  async run(name: ScriptName, now: number | null, args: readonly (string | number)[]): Promise<unknown> {
    const rest = [1, this.#prefix, now ?? '', this.#made, ...args] as const;
    const sha = shas.get(name) ?? '';
    try {
      return await this.#redis.call('EVALSHA', sha, ...rest);
    } catch (error) {
      // A server that was started anew does not know the script yet.
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) {
        throw redisError(this.#place, error);
      }
    }
    return this.ask((redis) => redis.call('EVAL', scripts.get(name) ?? '', ...rest));
  }

  async ask<T>(command: (redis: Redis) => Promise<T>): Promise<T> {
    try {
      return await command(this.#redis);
    } catch (error) {
      throw redisError(this.#place, error);
    }
  }

  /** Hears what is published under `name`, and of each time that the connection was made again. */
  async subscribe(name: string, hear: (message: string) => void, again: () => void): Promise<void> {
    this.#redis.on('message', (_channel, message) => hear(message));
    this.#redis.on('ready', again);
    await this.ask((redis) => redis.subscribe(this.key(name)));
  }

  /** What waits for a server that is gone fails within moments. */
  async close(): Promise<void> {
    this.#life.isEnding = true;
    const redis = this.#redis;
    // Cut off between two tries, the client would forget the commands that wait, and they would never end.
    if (redis.status !== 'ready' && redis.status !== 'end') {
      await new Promise<void>((resolve) => {
        for (const event of ['ready', 'end'] as const) redis.once(event, () => resolve());
      });
    }
    await redis.quit().catch(() => redis.disconnect());
  }
}

function checkTarget({ url, prefix }: RedisTarget): void {
  // What is wrong with it may be in its password, so it is not repeated.
  if (!redisUrlSchema.safeParse(url).success) {
    throw new LabError('usage', 'The address of the Redis server is none.', {
      action: 'Give redis://HOST:PORT, rediss://HOST:PORT for TLS, or the path of a Unix socket.',
    });
  }
  if (/^[^{}]{1,100}$/.test(prefix)) return;
  throw new LabError('usage', `${JSON.stringify(prefix)} cannot be the prefix of a queue on Redis.`, {
    action: 'Give 1 to 100 characters, none of them a brace.',
  });
}

/** The address without a name and a password. */
export function placeOf(url: string): string {
  return url.startsWith('/') ? url : new URL(url).host;
}
