import { Bell } from '../../queue/redis/bell.ts';
import { RedisConnection, type RedisTarget } from '../../queue/redis/connection.ts';
import { settledWithin } from '../../queue/redis/settledWithin.ts';
import { comparePositions } from './positions.ts';

/** How long a blocked read lasts, and how often a waiter looks by itself after a cut connection, in milliseconds. */
const blockMilliseconds = 500;
/** How long a connection that is being made may take to end. */
const closeMilliseconds = 1_000;

/** Wakes those who wait for new entries: one blocked read on a connection of its own serves them all. */
export class StreamBell {
  readonly #target: RedisTarget;
  readonly #bell = new Bell();
  #isClosed = false;
  #waiters = 0;
  #listening: Promise<void> | null = null;
  #connection: RedisConnection | undefined;

  constructor(target: RedisTarget) {
    this.#target = target;
  }

  /** Resolves when `end` comes after a position, or when `signal` is aborted. Never rejects. */
  async wait(end: () => Promise<string>, after: string, signal: AbortSignal): Promise<void> {
    this.#waiters += 1;
    try {
      while (!signal.aborted && !this.#isClosed) {
        const { rings } = this.#bell;
        const last = await end().catch(() => after);
        if (comparePositions(last, after) > 0) return;
        this.#listening ??= this.#listen(last).finally(() => {
          this.#listening = null;
        });
        await this.#bell.wait(rings, blockMilliseconds, signal);
      }
    } finally {
      this.#waiters -= 1;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#bell.ring();
    await this.#connection?.close();
    if (this.#listening !== null) await settledWithin(closeMilliseconds, [this.#listening]);
  }

  async #listen(after: string): Promise<void> {
    let connection: RedisConnection | undefined;
    try {
      connection = await RedisConnection.open(this.#target);
      this.#connection = connection;
      const stream = connection.key('events');
      let last = after;
      while (this.#waiters > 0 && !this.#isClosed) {
        const answer = await connection.ask((redis) =>
          redis.xread('BLOCK', blockMilliseconds, 'STREAMS', stream, last),
        );
        const id = answer?.[0]?.[1].at(-1)?.[0];
        if (id === undefined) continue;
        last = id;
        this.#bell.ring();
      }
    } catch {
      // Who waits looks by itself, and has the next one listen.
    } finally {
      await connection?.close();
    }
  }
}
