import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { defaultRunSettings } from './contracts/backtest.ts';
import { LabError } from './contracts/errors.ts';
import type { PartFinding } from './contracts/health.ts';
import type { IsolationLevel } from './contracts/isolation.ts';
import type { Observe } from './contracts/observation.ts';
import type { StrategyLanguage } from './contracts/strategyLanguage.ts';
import { recoveryMilliseconds } from './contracts/tasks.ts';
import { observeSample } from './labTasks.ts';
import { makeCandles } from './market/candles.ts';
import { type HealthCheck, isFine } from './observability/health/checkHealth.ts';
import type { Logger } from './observability/log/logger.ts';
import { placeOf, type RedisTarget } from './orchestrator/queue/redis/connection.ts';
import { RedisArtefacts } from './orchestrator/queue/redis/redisArtefacts.ts';
import { openRedisQueue } from './orchestrator/queue/redis/redisQueue.ts';
import type { RedisWarning } from './orchestrator/queue/redis/serverFacts.ts';
import { settledWithin } from './orchestrator/queue/redis/settledWithin.ts';
import { fixedWorkers } from './orchestrator/workers/autoscaler.ts';
import { WorkerPool } from './orchestrator/workers/workerPool.ts';
import { sha256 } from './pipelines/backtestResult.ts';
import { type BatchRunner, localBatches } from './pipelines/search/batch.ts';
import { type Abilities, type Ability, batchHandlers } from './pipelines/search/batchTasks.ts';
import { type BatchQueue, sharedBatches } from './pipelines/search/sharedBatches.ts';
import type { StrategyRunner } from './pipelines/strategyRunner.ts';

export interface BatchParts {
  /** Address of the server on which searches are shared with other machines. */
  readonly redisUrl: string | undefined;
  readonly heartbeatUrl: URL;
  readonly runner: StrategyRunner;
  readonly hasPythonImage: (signal: AbortSignal) => Promise<boolean>;
  /** Names what decides about the numbers of a search: engine, runners, program. */
  readonly build: string;
  /** The lab's own folder. */
  readonly folder: string;
  readonly clock: () => number;
  readonly logger: Logger;
  /** Hears that the server cannot be used as was wished, though searches go on. Must not throw. */
  readonly warn: (message: string) => void;
  readonly observe: Observe;
}

/** What a machine brings to the searches of a Redis server. */
export interface SharedWork {
  /** The server's address, without a password. */
  readonly server: string;
  readonly abilities: Abilities;
  readonly workers: number;
}

export interface LabBatches {
  readonly runner: BatchRunner;
  /**
   * Works on the searches of the Redis server, the lab's own and those of other machines, until the lab is closed.
   * Where it does so already, that goes on as it was begun.
   * @param floor nothing is run below it
   * @throws LabError `usage` without a server, `queue.unavailable`, `sandbox.*`, `cancelled`
   */
  join(floor: IsolationLevel, workers: number | undefined, signal: AbortSignal): Promise<SharedWork>;
  /** Whether the Redis server can be reached, where one is named. @throws LabError `queue.unavailable` */
  check(): Promise<void>;
  /** The server as a part of the lab's health; none without a server. */
  readonly health: readonly HealthCheck[];
  /** Gives back what is at work. */
  close(): Promise<void>;
}

/** Runs the parameter sets of searches: here, or on all machines that work for one Redis server. */
export function labBatches(parts: BatchParts): LabBatches {
  const { redisUrl, folder, clock } = parts;
  const local = localBatches(parts.runner);
  if (redisUrl === undefined) {
    const join: LabBatches['join'] = async () => {
      throw new LabError('usage', 'There is no Redis server to work for.', {
        action: 'Name one, such as --redis redis://host:6379.',
      });
    };
    return { runner: local, join, check: async () => undefined, health: [], close: async () => undefined };
  }
  const redis: RedisTarget = { url: redisUrl, prefix: 'strategy-lab' };
  let joined: Promise<Joined> | undefined;
  const join = (...how: Parameters<LabBatches['join']>): Promise<Joined> => {
    joined ??= joinServer(parts, redis, local, how);
    // The next one who asks may have more luck.
    joined.catch(() => {
      joined = undefined;
    });
    return joined;
  };
  const check = async (): Promise<void> => {
    const known = await joined?.catch(() => undefined);
    const artefacts = known?.artefacts ?? (await RedisArtefacts.open(redis));
    try {
      await artefacts.ping();
    } finally {
      if (known === undefined) await artefacts.close();
    }
  };
  return {
    runner: sharedBatches({
      join: (signal) => join('preview', undefined, signal),
      local,
      tenant: `lab-${sha256(`${hostname()}\n${folder}`).slice(0, 12)}`,
      clock,
      sleep,
      warn(message) {
        parts.logger.warn(message);
        parts.warn(message);
      },
    }),
    check,
    health: [{ part: 'redis', isEssential: false, check: () => redisFinding(check, redis, parts.observe) }],
    join: async (...how) => (await join(...how)).work,
    close: async () => (await joined?.catch(() => undefined))?.close(),
  };
}

/** How long a server may take to have back what is at work. */
const closeMilliseconds = 2000;

interface Joined extends BatchQueue {
  readonly artefacts: RedisArtefacts;
  readonly work: SharedWork;
  close(): Promise<void>;
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

async function joinServer(
  parts: BatchParts,
  redis: RedisTarget,
  local: BatchRunner,
  [floor, wanted, signal]: Parameters<LabBatches['join']>,
): Promise<Joined> {
  const { heartbeatUrl, clock, runner, observe } = parts;
  const abilities = await abilitiesOf(parts, floor, signal);
  const onWarning = ({ message, action }: RedisWarning): void => parts.warn(`${message} ${action}`);
  const queue = await openRedisQueue({ ...redis, heartbeatUrl, onWarning });
  const artefacts = await RedisArtefacts.open(redis).catch(async (error: unknown) => {
    await queue.close();
    throw error;
  });
  const log = (level: 'info' | 'warning', message: string): void =>
    level === 'info' ? parts.logger.info(message) : parts.logger.warn(message);
  const workers = wanted ?? runner.sandboxesAtOnce;
  const pool = new WorkerPool({
    queue,
    handlers: batchHandlers({ artefacts, local, abilities, floor }),
    name: `${hostname()}/${process.pid}`,
    policy: fixedWorkers(workers),
    clock,
    log,
    onSample: (sample) => observeSample(observe, sample),
    sleep,
  });
  const ending = new AbortController();
  const caring = (async () => {
    while (!ending.signal.aborted) {
      try {
        const recovered = await queue.recover();
        if (recovered > 0) log('info', `${recovered} tasks of workers that are gone go on.`);
      } catch (error) {
        log('warning', `The queue cannot be looked after: ${String(error)}`);
      }
      await sleep(recoveryMilliseconds.scan, ending.signal);
    }
  })();
  return {
    queue,
    artefacts,
    abilities,
    work: { server: placeOf(redis.url), abilities, workers },
    async close() {
      ending.abort();
      // A batch cannot be gone on with in its middle, so there is nothing to wait for.
      const closed = pool.close(0);
      // Where the server is gone, only closing the connections ends what waits for it.
      await settledWithin(closeMilliseconds, [closed]);
      await Promise.all([queue.close(), artefacts.close()]);
      await Promise.all([closed, caring]);
    },
  };
}

/** A strategy that does nothing, to see a sandbox at work. */
const idle: Readonly<Record<StrategyLanguage, string>> = {
  javascript: `import { defineStrategy } from 'strategy-lab';
export default defineStrategy({ name: 'idle', params: {}, setup() { return {}; }, next() {} });
`,
  python: `from strategy_lab import Strategy


class Idle(Strategy):
    name = 'idle'

    def next(self, lab):
        pass
`,
};

/** What the sandboxes here can do, as seen by running something in them. @throws as `LabBatches.join` */
async function abilitiesOf(
  { runner, hasPythonImage, build }: BatchParts,
  floor: IsolationLevel,
  signal: AbortSignal,
): Promise<Abilities> {
  const day = Float64Array.of(0, 86_400_000);
  const [time, price] = [day, Float64Array.of(1, 1)];
  const candles = makeCandles(
    { venue: 'lab', symbol: 'IDLE', timeframe: '1d', synthetic: true },
    { time, open: price, high: price, low: price, close: price, volume: price },
  );
  const abilityFor = async (language: StrategyLanguage): Promise<Ability> => {
    const { isolation, runtime } = await runner.run({
      source: { text: idle[language], language },
      candles,
      settings: defaultRunSettings,
      chooseSets: () => [{}],
      minimumLevel: floor,
      twice: false,
      alert: async () => undefined,
      signal,
      progress: () => undefined,
    });
    return { level: isolation.level, engine: sha256(`${build} ${language} ${runtime}`).slice(0, 16) };
  };
  const abilities = new Map([['javascript' as StrategyLanguage, await abilityFor('javascript')]]);
  // To build an image takes minutes and a network: that is for the person to begin.
  if (!(await hasPythonImage(signal).catch(() => false))) return abilities;
  try {
    abilities.set('python', await abilityFor('python'));
  } catch (error) {
    if (!LabError.is(error, 'sandbox.level')) throw error;
  }
  return abilities;
}

const sleep = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  delay(milliseconds, undefined, { signal }).catch(() => undefined);
