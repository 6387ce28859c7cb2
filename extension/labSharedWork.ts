import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { defaultRunSettings } from './contracts/backtest.ts';
import { LabError } from './contracts/errors.ts';
import { type IsolationLevel, isAtLeast } from './contracts/isolation.ts';
import type { Observe } from './contracts/observation.ts';
import type { StrategyLanguage } from './contracts/strategyLanguage.ts';
import { recoveryMilliseconds } from './contracts/tasks.ts';
import { observeSample } from './labTasks.ts';
import { makeCandles } from './market/candles.ts';
import type { RedisTarget } from './orchestrator/queue/redis/connection.ts';
import { RedisArtefacts } from './orchestrator/queue/redis/redisArtefacts.ts';
import { isGone } from './orchestrator/queue/redis/redisErrors.ts';
import { openRedisQueue, type RedisQueue } from './orchestrator/queue/redis/redisQueue.ts';
import { settledWithin } from './orchestrator/queue/redis/settledWithin.ts';
import { fixedWorkers } from './orchestrator/workers/autoscaler.ts';
import { WorkerPool } from './orchestrator/workers/workerPool.ts';
import { sha256 } from './pipelines/backtestResult.ts';
import { localBatches } from './pipelines/search/batch.ts';
import { type Abilities, type Ability, batchHandlers } from './pipelines/search/batchTasks.ts';
import { type BatchQueue, hostLevel } from './pipelines/search/sharedBatches.ts';
import type { StrategyRunner } from './pipelines/strategyRunner.ts';

export interface SharedWorkParts {
  readonly heartbeatUrl: URL;
  readonly runner: StrategyRunner;
  readonly hasPythonImage: (signal: AbortSignal) => Promise<boolean>;
  /** Names what decides about the numbers of a search: engine, runners, program. */
  readonly build: string;
  readonly clock: () => number;
  /** Hears of every fault, in a sentence. Must not throw. */
  readonly log: (level: 'info' | 'warning', message: string) => void;
  readonly observe: Observe;
}

export interface SharedWorkOptions {
  readonly server: RedisTarget;
  /** Least isolation of what is run for others; null for a machine that shares its own searches and works besides. */
  readonly floor: IsolationLevel | null;
  /** Batches at work at one time; as many as the runner has sandboxes for a search where left out. */
  readonly workers: number | undefined;
  /** Hears of settings of the server with which it may lose what it keeps. */
  readonly onWarning: (message: string) => void;
  /** Hears that the server has lost what it had: the work is to be joined anew. */
  readonly onGone: () => void;
  readonly signal: AbortSignal;
}

export interface SharedWork extends BatchQueue {
  readonly artefacts: RedisArtefacts;
  readonly workers: number;
  /** Gives back what is at work. */
  close(): Promise<void>;
}

/** How long a server may take to have back what is at work. */
const closeMilliseconds = 2000;

/** Resolves after so many milliseconds, or once the signal is aborted. */
export const sleep = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  delay(milliseconds, undefined, { signal }).catch(() => undefined);

/**
 * Works on the searches of a Redis server: as one who is asked to, at any level from `floor` on, or as one who shares
 * their own, which lends the machine to others from the level of containers on alone.
 * @throws LabError `queue.unavailable`, `sandbox.*`, `cancelled`
 */
export async function joinSharedWork(
  parts: SharedWorkParts,
  options: SharedWorkOptions,
): Promise<SharedWork> {
  const { runner } = parts;
  const { server, floor, workers = runner.sandboxesAtOnce, onWarning, signal } = options;
  const abilities = await abilitiesOf(parts, floor ?? 'preview', signal);
  const queue = await openRedisQueue({
    ...server,
    heartbeatUrl: parts.heartbeatUrl,
    onWarning: ({ message, action }) => onWarning(`${message} ${action}`),
  });
  const artefacts = await RedisArtefacts.open(server).catch(async (error: unknown) => {
    await queue.close();
    throw error;
  });
  const lent: Abilities =
    floor === null
      ? new Map([...abilities].filter(([, { level }]) => isAtLeast(level, hostLevel)))
      : abilities;
  const isWorkedHere = lent.size > 0;
  const pool = isWorkedHere
    ? openPool(parts, { queue, artefacts, abilities: lent, floor: floor ?? hostLevel, workers })
    : null;
  const ending = new AbortController();
  const caring = careFor(queue, parts.log, options.onGone, ending.signal);
  return {
    queue,
    artefacts,
    abilities,
    isWorkedHere,
    workers,
    async close() {
      ending.abort();
      // A batch cannot be gone on with in its middle, so there is nothing to wait for.
      const closed = pool?.close(0) ?? Promise.resolve();
      // Where the server is gone, only closing the connections ends what waits for it.
      await settledWithin(closeMilliseconds, [closed]);
      await Promise.all([queue.close(), artefacts.close()]);
      await Promise.all([closed, caring]);
    },
  };
}

interface PoolParts {
  readonly queue: RedisQueue;
  readonly artefacts: RedisArtefacts;
  readonly abilities: Abilities;
  readonly floor: IsolationLevel;
  readonly workers: number;
}

function openPool(
  { runner, clock, log, observe, build }: SharedWorkParts,
  { queue, artefacts, abilities, floor, workers }: PoolParts,
): WorkerPool {
  return new WorkerPool({
    queue,
    handlers: batchHandlers({
      artefacts,
      abilities,
      floor,
      local: localBatches(runner, workers),
      engineOf: (language, runtime) => engineOf(build, language, runtime),
    }),
    name: `${hostname()}/${process.pid}`,
    policy: fixedWorkers(workers),
    clock,
    log,
    onSample: (sample) => observeSample(observe, sample),
    sleep,
  });
}

/** Takes over what workers that are gone had, as often as is promised. */
async function careFor(
  queue: RedisQueue,
  log: SharedWorkParts['log'],
  onGone: () => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const recovered = await queue.recover();
      if (recovered > 0) log('info', `${recovered} tasks of workers that are gone go on.`);
    } catch (error) {
      if (signal.aborted) return;
      log('warning', error instanceof Error ? error.message : String(error));
      if (isGone(error)) return onGone();
    }
    await sleep(recoveryMilliseconds.scan, signal);
  }
}

/** Names all that numbers hang on. */
function engineOf(build: string, language: StrategyLanguage, runtime: string): string {
  return sha256(`${build} ${language} ${runtime}`).slice(0, 16);
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

/** What the sandboxes here can do, as seen by running something in them. */
async function abilitiesOf(
  { runner, hasPythonImage, build }: SharedWorkParts,
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
      sets: [{}],
      minimumLevel: floor,
      twice: false,
      alert: async () => undefined,
      signal,
      progress: () => undefined,
    });
    return { level: isolation.level, engine: engineOf(build, language, runtime) };
  };
  const abilities = new Map([['javascript' as StrategyLanguage, await abilityFor('javascript')]]);
  // To build an image takes minutes and a network: that is for the person to begin.
  const hasImage = await hasPythonImage(signal).catch(() => false);
  signal.throwIfAborted();
  if (!hasImage) return abilities;
  try {
    abilities.set('python', await abilityFor('python'));
  } catch (error) {
    if (!LabError.is(error, 'sandbox.level')) throw error;
  }
  return abilities;
}
