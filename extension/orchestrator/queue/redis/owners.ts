import * as z from 'zod';
import { isDead, processIdentitySchema, thisProcess } from '../../../storage/processIdentity.ts';
import type { RedisConnection } from './connection.ts';
import { isOutOfMemory } from './redisErrors.ts';

/** How often a process that claims says that it is there, and when it counts as gone, in milliseconds. */
const sayMilliseconds = 3_600_000;
const goneMilliseconds = 24 * sayMilliseconds;

const ownerSchema = processIdentitySchema.extend({ seen: z.number() });

export interface OwnersOptions {
  readonly connection: RedisConnection;
  /** This process. */
  readonly consumer: string;
  /** UTC milliseconds; those of other machines may differ by minutes. */
  readonly clock: () => number;
}

/** Which process each consumer of the streams' groups is, so that another on its machine sees when it is dead. */
export class Owners {
  readonly #options: OwnersOptions;
  #said = Number.NEGATIVE_INFINITY;

  constructor(options: OwnersOptions) {
    this.#options = options;
  }

  /** Notes which process this consumer is, and from time to time that it is still there. */
  async say(): Promise<void> {
    const { connection, consumer, clock } = this.#options;
    const seen = clock();
    if (seen - this.#said < sayMilliseconds) return;
    const owner = JSON.stringify({ ...thisProcess(), seen });
    try {
      await connection.ask((redis) => redis.hset(connection.key('owners'), consumer, owner));
      this.#said = seen;
    } catch (error) {
      // Who is not known as an owner is found dead by its leases alone; what the server has shall be worked on.
      if (!isOutOfMemory(error)) throw error;
    }
  }

  /** Consumers whose processes are certainly dead, and those that were not heard of for a day. */
  async lost(): Promise<{ readonly dead: readonly string[]; readonly silent: readonly string[] }> {
    const { connection, clock } = this.#options;
    const owners = await connection.ask((redis) => redis.hgetall(connection.key('owners')));
    const here = thisProcess();
    const known = Object.entries(owners).map(
      ([consumer, text]) => [consumer, ownerSchema.parse(JSON.parse(text))] as const,
    );
    const dead = known.filter(([, owner]) => isDead(owner, here));
    const silent = known.filter((one) => !dead.includes(one) && clock() - one[1].seen > goneMilliseconds);
    const names = (some: typeof known) => some.map(([consumer]) => consumer);
    return { dead: names(dead), silent: names(silent) };
  }
}
