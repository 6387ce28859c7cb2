import { createHash } from 'node:crypto';
import type { Redis, RedisOptions } from 'ioredis';
import { LabError } from '../../../contracts/errors.ts';
import { redisUrlSchema } from '../../../contracts/names.ts';
import { redisError } from './redisErrors.ts';
import { type ScriptName, scripts } from './scripts.ts';
import { checkServer, type RedisWarning } from './serverFacts.ts';
import { settledWithin } from './settledWithin.ts';

export interface RedisTarget {
  /** `redis://`, `rediss://`, or the path of a Unix socket. */
  readonly url: string;
  /** Queues of one server are told apart by it: 1 to 100 characters, no braces. */
  readonly prefix: string;
}

export interface RedisOpening extends RedisTarget {
  /** Hears once, at the opening, of settings of the server with which it may lose what it keeps. */
  readonly onWarning?: (warning: RedisWarning) => void;
  /** How long the server may take for a command; `commandMilliseconds` by default. */
  readonly patienceMilliseconds?: number;
}

/**
 * How long the server may take for a command, the time of a cut connection included: twenty tries to make it again
 * take 10.5 s. Then the command fails, though the server may still do it when it goes on.
 */
export const commandMilliseconds = 12_000;
/** How long a connection may take to be made, until the server has told of itself. */
const openMilliseconds = 10_000;
/** How long the server may take to let a connection go. */
const closeMilliseconds = 1_000;

const shas = new Map(
  [...scripts].map(([name, text]) => [name, createHash('sha1').update(text).digest('hex')]),
);

const longestPause = 2000;

/** Whether a connection is being closed: then it is not made again. */
interface Life {
  isEnding: boolean;
}

const optionsOf = (life: Life, patience: number) =>
  ({
    // A connection on which nothing comes back, its own commands of the beginning included, is made again.
    socketTimeout: patience,
    disconnectTimeout: 500,
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
  readonly #patience: number;
  /** How the calls fail that wait for the server. */
  readonly #waiting = new Set<(reason: Error) => void>();
  /** What the queue's `made` must be; empty for whatever it is. */
  #made = '';

  private constructor(redis: Redis, life: Life, patience: number, { url, prefix }: RedisTarget) {
    this.#redis = redis;
    this.#life = life;
    this.#patience = patience;
    // The braces keep all keys of the queue in one slot of a cluster.
    this.#prefix = `{${prefix}}:`;
    this.#place = placeOf(url);
    // Each command that fails says so itself.
    redis.on('error', () => {});
  }

  /** One whose server may come later. Throws `usage` for an address or a prefix that cannot be one. */
  static async openLater(opening: RedisOpening): Promise<RedisConnection> {
    checkTarget(opening);
    const { patienceMilliseconds = commandMilliseconds } = opening;
    const { default: RedisClient } = await import('ioredis');
    const life: Life = { isEnding: false };
    const redis = new RedisClient(opening.url, optionsOf(life, patienceMilliseconds));
    return new RedisConnection(redis, life, patienceMilliseconds, opening);
  }

  /**
   * Throws `queue.unavailable` where there is no such server, one that does not answer, or one that will not do;
   * `usage` as `openLater`.
   */
  static async open(opening: RedisOpening): Promise<RedisConnection> {
    checkTarget(opening);
    const { onWarning, patienceMilliseconds = commandMilliseconds } = opening;
    const { default: RedisClient } = await import('ioredis');
    const life: Life = { isEnding: false };
    const redis = new RedisClient(opening.url, {
      ...optionsOf(life, patienceMilliseconds),
      lazyConnect: true,
    });
    let reason: unknown;
    redis.once('error', (error) => {
      reason = error;
    });
    const connection = new RedisConnection(redis, life, patienceMilliseconds, opening);
    try {
      const opened = redis.connect().then(() => redis.info());
      const patience = Math.min(openMilliseconds, patienceMilliseconds);
      const warning = checkServer(connection.#place, await connection.#within(patience, opened));
      if (warning !== null) onWarning?.(warning);
      return connection;
    } catch (error) {
      life.isEnding = true;
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

  /**
   * Runs a script of the queue at `now`, or at the server's time. What is answered when the call has failed for its
   * time is told to `late`.
   */
  run(
    name: ScriptName,
    now: number | null,
    args: readonly (string | number)[],
    late?: (reply: unknown) => void,
  ): Promise<unknown> {
    const rest = [1, this.#prefix, now ?? '', this.#made, ...args] as const;
    const evaluate = async (redis: Redis) => {
      try {
        return await redis.call('EVALSHA', shas.get(name) ?? '', ...rest);
      } catch (error) {
        // A server that was started anew does not know the script yet.
        if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
        return redis.call('EVAL', scripts.get(name) ?? '', ...rest);
      }
    };
    return this.ask(evaluate, this.#patience, late);
  }

  async ask<T>(
    command: (redis: Redis) => Promise<T>,
    milliseconds = this.#patience,
    late?: (reply: T) => void,
  ): Promise<T> {
    try {
      return await this.#within(milliseconds, command(this.#redis), late);
    } catch (error) {
      throw redisError(this.#place, error);
    }
  }

  /** Fails when the time is over or the connection is closed, whatever becomes of the work. */
  async #within<T>(milliseconds: number, work: Promise<T>, late?: (value: T) => void): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    let isOver = false;
    const timer = setTimeout(() => reject(new Error(`no answer in ${milliseconds / 1000} s`)), milliseconds);
    this.#waiting.add(reject);
    work.then((value) => (isOver ? late?.(value) : resolve(value)), reject);
    try {
      return await promise;
    } finally {
      isOver = true;
      clearTimeout(timer);
      this.#waiting.delete(reject);
    }
  }

  /** Hears what is published under `name`, and of each time that the connection was made again. */
  async subscribe(name: string, hear: (message: string) => void, again: () => void): Promise<void> {
    this.#redis.on('message', (_channel, message) => hear(message));
    this.#redis.on('ready', again);
    await this.ask((redis) => redis.subscribe(this.key(name)));
  }

  /** What waits for a server that is gone, or does not answer, fails within moments. */
  async close(): Promise<void> {
    this.#life.isEnding = true;
    const redis = this.#redis;
    await settledWithin(closeMilliseconds, [this.#quit()]);
    if (redis.status !== 'end') redis.disconnect();
    // Cut off between two tries, the client forgets the commands that wait.
    for (const fail of this.#waiting) fail(new Error('the connection is closed'));
  }

  async #quit(): Promise<void> {
    const redis = this.#redis;
    if (redis.status !== 'ready' && redis.status !== 'end') {
      const { promise, resolve } = Promise.withResolvers<void>();
      for (const event of ['ready', 'end'] as const) redis.once(event, () => resolve());
      await promise;
    }
    await redis.quit();
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
