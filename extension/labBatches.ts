import { hostname } from 'node:os';
import { LabError } from './contracts/errors.ts';
import type { PartFinding } from './contracts/health.ts';
import type { IsolationLevel } from './contracts/isolation.ts';
import type { Observe } from './contracts/observation.ts';
import { recoveryMilliseconds } from './contracts/tasks.ts';
import {
  joinSharedWork,
  type SharedWork,
  type SharedWorkOptions,
  type SharedWorkParts,
  sleep,
} from './labSharedWork.ts';
import { type HealthCheck, isFine } from './observability/health/checkHealth.ts';
import type { Logger } from './observability/log/logger.ts';
import { placeOf, type RedisTarget } from './orchestrator/queue/redis/connection.ts';
import { RedisArtefacts } from './orchestrator/queue/redis/redisArtefacts.ts';
import { sha256 } from './pipelines/backtestResult.ts';
import { type BatchRunner, localBatches } from './pipelines/search/batch.ts';
import { sharedBatches } from './pipelines/search/sharedBatches.ts';

export interface BatchParts extends Omit<SharedWorkParts, 'log'> {
  /** Address of the server on which searches are shared with other machines. */
  readonly redisUrl: string | undefined;
  /** The lab's own folder. */
  readonly folder: string;
  readonly logger: Logger;
  /** Hears that the server cannot be used as was wished, though searches go on. Must not throw. */
  readonly warn: (message: string) => void;
}

/** What a machine brings to the searches of a Redis server. */
export interface LentMachine extends Pick<SharedWork, 'abilities' | 'workers'> {
  /** The server's address, without a password. */
  readonly server: string;
}

export interface LabBatches {
  readonly runner: BatchRunner;
  /**
   * Works on the searches of the Redis server until the lab is closed.
   * @param floor nothing is run below it
   * @throws LabError `usage` without a server, `queue.unavailable`, `sandbox.*`, `cancelled`
   */
  lend(floor: IsolationLevel, workers: number | undefined, signal: AbortSignal): Promise<LentMachine>;
  /** Whether the Redis server can be reached, where one is named. @throws LabError `queue.unavailable` */
  check(): Promise<void>;
  /** The server as a part of the lab's health; none without a server. */
  readonly health: readonly HealthCheck[];
  /** Gives back what is at work. */
  close(): Promise<void>;
}

/** The same fault is told again only after this long. */
const silenceMilliseconds = 60_000;

/** Runs the parameter sets of searches: here, or on all machines that work for one Redis server. */
export function labBatches(parts: BatchParts): LabBatches {
  const { redisUrl, folder, clock } = parts;
  const local = localBatches(parts.runner);
  if (redisUrl === undefined) {
    const lend: LabBatches['lend'] = async () => {
      throw new LabError('usage', 'There is no Redis server to work for.', {
        action: 'Name one, such as --redis redis://host:6379.',
      });
    };
    return { runner: local, lend, check: async () => undefined, health: [], close: async () => undefined };
  }
  const server: RedisTarget = { url: redisUrl, prefix: 'strategy-lab' };
  const ending = new AbortController();
  const warn = tellOnce(clock, (message) => {
    parts.logger.warn(message);
    parts.warn(message);
  });
  let isLent = false;
  const log: SharedWorkParts['log'] = (level, message) => {
    if (level === 'info') parts.logger.info(message);
    // Who lends a machine and does nothing else looks at nothing but this.
    else if (isLent) warn(message);
    else parts.logger.warn(message);
  };
  let joined: Promise<SharedWork> | undefined;
  const join = (how: Pick<SharedWorkOptions, 'floor' | 'workers'>): Promise<SharedWork> => {
    if (joined !== undefined) return joined;
    const onGone = (): void => {
      joined = undefined;
      joining.then((work) => work.close()).catch(() => undefined);
      if (isLent) void comeBack(how);
    };
    const options = { ...how, server, onWarning: warn, onGone, signal: ending.signal };
    const joining = joinSharedWork({ ...parts, log }, options);
    joined = joining;
    // The next one who asks may have more luck.
    joining.catch(() => {
      if (joined === joining) joined = undefined;
    });
    return joining;
  };
  const comeBack = async (how: Pick<SharedWorkOptions, 'floor' | 'workers'>): Promise<void> => {
    while (!ending.signal.aborted) {
      try {
        await join(how);
        return;
      } catch (error) {
        log('warning', error instanceof Error ? error.message : String(error));
      }
      await sleep(recoveryMilliseconds.scan, ending.signal);
    }
  };
  const check = async (): Promise<void> => {
    const known = await joined?.catch(() => undefined);
    const artefacts = known?.artefacts ?? (await RedisArtefacts.open(server));
    try {
      await artefacts.ping();
    } finally {
      if (known === undefined) await artefacts.close();
    }
  };
  return {
    runner: sharedBatches({
      join: () => join({ floor: null, workers: undefined }),
      local,
      tenant: `lab-${sha256(`${hostname()}\n${folder}`).slice(0, 12)}`,
      clock,
      sleep,
      warn,
    }),
    async lend(floor, workers, signal) {
      const stop = (): void => ending.abort(signal.reason);
      signal.addEventListener('abort', stop, { once: true });
      isLent = true;
      const work = await join({ floor, workers });
      return { server: placeOf(server.url), abilities: work.abilities, workers: work.workers };
    },
    check,
    health: [{ part: 'redis', isEssential: false, check: () => redisFinding(check, server, parts.observe) }],
    async close() {
      ending.abort();
      await (await joined?.catch(() => undefined))?.close();
    },
  };
}

/** Tells a message once a minute at most, however often it comes. */
function tellOnce(clock: () => number, tell: (message: string) => void): (message: string) => void {
  let last = { message: '', time: Number.NEGATIVE_INFINITY };
  return (message) => {
    const time = clock();
    if (message === last.message && time - last.time < silenceMilliseconds) return;
    last = { message, time };
    tell(message);
  };
}

async function redisFinding(
  check: () => Promise<void>,
  { url }: RedisTarget,
  observe: Observe,
): Promise<PartFinding> {
  try {
    await check();
    observe({ kind: 'connection-changed', peer: 'redis', isUp: true });
    return isFine(`The Redis server at ${placeOf(url)} answers: searches are shared there.`);
  } catch (error) {
    if (!LabError.is(error)) throw error;
    observe({ kind: 'connection-changed', peer: 'redis', isUp: false });
    const { message, reason, action = null } = error;
    return { state: 'down', detail: `${message} Searches run on this machine alone.`, reason, action };
  }
}
