import { recoveryMilliseconds } from '../../../contracts/tasks.ts';
import type { RedisConnection } from './connection.ts';

/** By how much two clocks part before it is a jump, and no drift. */
const jumpMilliseconds = 1000;

export interface ServerClockOptions {
  readonly connection: RedisConnection;
  /** UTC milliseconds, instead of the server's. */
  readonly clock: (() => number) | undefined;
  /** Milliseconds of a clock that nobody sets. */
  readonly uptime: () => number;
}

/**
 * Answers a function that tells whether the clock by which leases end is steady: not from a jump forward, as when the
 * server's machine slept or its clock was set, until every worker that lives has had the time for a heartbeat. An
 * answer that the network holds up may look like a jump, which costs as long.
 */
export async function watchServerClock(options: ServerClockOptions): Promise<() => Promise<boolean>> {
  const { connection, clock, uptime } = options;
  const read = async () => {
    if (clock !== undefined) return clock();
    const [seconds, microseconds] = await connection.ask((redis) => redis.time());
    return Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
  };
  let offset = (await read()) - uptime();
  let steadyFrom = Number.NEGATIVE_INFINITY;
  return async () => {
    const time = await read();
    const now = uptime();
    if (time - now - offset > jumpMilliseconds) steadyFrom = now + recoveryMilliseconds.heartbeat;
    offset = time - now;
    return now >= steadyFrom;
  };
}
