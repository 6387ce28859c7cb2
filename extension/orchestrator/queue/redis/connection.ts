import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { LabError } from '../../../contracts/errors.ts';
import { type ScriptName, scripts } from './scripts.ts';

export interface RedisTarget {
  /** `redis://`, `rediss://`, or the path of a Unix socket. */
  readonly url: string;
  /** Queues of one server are told apart by it. */
  readonly prefix: string;
}

const shas = new Map(
  [...scripts].map(([name, text]) => [name, createHash('sha1').update(text).digest('hex')]),
);

/**
 * A connection that mends itself after a cut. Commands wait for that, twenty tries long, and those that were under
 * way are sent again: each script can be, as what it did once it answers the second time, or refuses as stale. That
 * is also why commands are not gathered into pipelines, which ioredis gives up with the connection.
 */
export class RedisConnection {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #place: string;

  private constructor(redis: Redis, { url, prefix }: RedisTarget) {
    this.#redis = redis;
    // The braces keep all keys of the queue in one slot of a cluster.
    this.#prefix = `{${prefix}}:`;
    this.#place = placeOf(url);
    // Each command that fails says so itself.
    redis.on('error', () => {});
  }

  /** One whose server may come later. */
  static async openLater(target: RedisTarget): Promise<RedisConnection> {
    const { Redis: RedisClient } = await import('ioredis');
    return new RedisConnection(new RedisClient(target.url), target);
  }

  /** Throws `queue.unavailable` where there is no such server. */
  static async open(target: RedisTarget): Promise<RedisConnection> {
    const { Redis: RedisClient } = await import('ioredis');
    const redis = new RedisClient(target.url, { lazyConnect: true });
    const connection = new RedisConnection(redis, target);
    try {
      await redis.connect();
      return connection;
    } catch (error) {
      redis.disconnect();
      throw connection.#asLabError(error);
    }
  }

  key(name: string): string {
    return `${this.#prefix}${name}`;
  }

  /** Runs a script of the queue at `now`, or at the server's time. */
  async run(name: ScriptName, now: number | null, args: readonly (string | number)[]): Promise<unknown> {
    const rest = [1, this.#prefix, now ?? '', ...args] as const;
    const sha = shas.get(name) ?? '';
    try {
      return await this.#redis.call('EVALSHA', sha, ...rest);
    } catch (error) {
      // A server that was started anew does not know the script yet.
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw this.#asLabError(error);
    }
    return this.ask((redis) => redis.call('EVAL', scripts.get(name) ?? '', ...rest));
  }

  async ask<T>(command: (redis: Redis) => Promise<T>): Promise<T> {
    try {
      return await command(this.#redis);
    } catch (error) {
      throw this.#asLabError(error);
    }
  }

  /** Hears what is published under `name`, and of each time that the connection was made again. */
  async subscribe(name: string, hear: (message: string) => void, again: () => void): Promise<void> {
    this.#redis.on('message', (_channel, message) => hear(message));
    this.#redis.on('ready', again);
    await this.ask((redis) => redis.subscribe(this.key(name)));
  }

  async close(): Promise<void> {
    try {
      await this.#redis.quit();
    } catch {
      this.#redis.disconnect();
    }
  }

  #asLabError(error: unknown): LabError {
    const detail = (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
    return new LabError('queue.unavailable', `The Redis server at ${this.#place} failed: ${detail}.`, {
      action: detail.startsWith('OOM')
        ? 'Let workers finish what waits, or raise its maxmemory.'
        : 'Check that it runs and can be reached, and try again.',
      cause: error,
    });
  }
}

/** The address without a password. */
function placeOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host || new URL(url).pathname : url;
}
