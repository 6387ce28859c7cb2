import { createHash } from 'node:crypto';
import { LabError } from '../../../contracts/errors.ts';
import { RedisConnection, type RedisTarget } from './connection.ts';

/** A task that ended is forgotten after a day; what it is about must not go before it. */
const keptSeconds = 25 * 3600;

/** Far below the largest value of a Redis server, which is 512 MB. */
const mostBytes = 256 * 1024 ** 2;

/** Bytes that tasks are about and are too large for them, by the SHA-256 of their content. They go after a day. */
export class RedisArtefacts {
  readonly #connection: RedisConnection;

  private constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  /** Throws `queue.unavailable`. */
  static async open(target: RedisTarget): Promise<RedisArtefacts> {
    return new RedisArtefacts(await RedisConnection.open(target));
  }

  /** Answers the hash, in lower-case hex. Throws `queue.unavailable`, `usage` for more than 256 MB */
  async put(bytes: Uint8Array): Promise<string> {
    if (bytes.byteLength > mostBytes) {
      const size = Math.ceil(bytes.byteLength / 1024 ** 2);
      throw new LabError('usage', `${size} MB are too much to share through a Redis server.`, {
        action: 'Use fewer bars at a time, or work without the server.',
      });
    }
    const hash = hashOf(bytes);
    const key = this.#keyOf(hash);
    await this.#connection.ask(async (redis) => {
      if ((await redis.expire(key, keptSeconds)) === 1) return;
      await redis.set(key, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), 'EX', keptSeconds);
    });
    return hash;
  }

  /** Throws `not-found`, also for bytes that are not those of the hash; `queue.unavailable` */
  async get(hash: string): Promise<Uint8Array> {
    const key = this.#keyOf(hash);
    const bytes = await this.#connection.ask(async (redis) =>
      (await redis.strlen(key)) > mostBytes ? null : redis.getBuffer(key),
    );
    if (bytes !== null && hashOf(bytes) === hash) {
      // Whatever reads it as numbers wants its first byte where a number may begin.
      return new Uint8Array(bytes);
    }
    throw new LabError('not-found', `The Redis server does not hold the artefact ${hash.slice(0, 12)}.`, {
      action: 'Start what asked for it again.',
    });
  }

  /** Whether the server answers. Throws `queue.unavailable`. */
  async ping(): Promise<void> {
    await this.#connection.ask((redis) => redis.ping());
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  #keyOf(hash: string): string {
    return this.#connection.key(`artefact:${hash}`);
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
