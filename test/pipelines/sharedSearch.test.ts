import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { defaultRunSettings } from '../../extension/contracts/backtest.ts';
import { LabError } from '../../extension/contracts/errors.ts';
import type { IsolationLevel } from '../../extension/contracts/isolation.ts';
import type { SandboxAlert } from '../../extension/contracts/sandboxEvidence.ts';
import type { TaskQueue } from '../../extension/contracts/tasks.ts';
import { makeCandles } from '../../extension/market/candles.ts';
import { makeFunding } from '../../extension/market/funding/series.ts';
import { fixedWorkers } from '../../extension/orchestrator/workers/autoscaler.ts';
import { WorkerPool } from '../../extension/orchestrator/workers/workerPool.ts';
import {
  type BatchRunner,
  type BatchWatch,
  type BatchWork,
  localBatches,
  type SearchBasis,
} from '../../extension/pipelines/search/batch.ts';
import { type Abilities, batchHandlers, batchTaskType } from '../../extension/pipelines/search/batchTasks.ts';
import { sharedBatches } from '../../extension/pipelines/search/sharedBatches.ts';
import { fetchSearch, shareSearch } from '../../extension/pipelines/search/sharedSearch.ts';
import { StrategyRunner } from '../../extension/pipelines/strategyRunner.ts';
import { defaultLimits } from '../../sandbox/sandbox.ts';
import { backEnds } from '../orchestrator/queue/backEnds.ts';
import { engineHashes, quickjsBackend, randomWalk, typeScript } from '../sandbox/support.ts';

const source = readFileSync(new URL('../strategies/smaCross.strategy.ts', import.meta.url), 'utf8');
const meta = { venue: 'test', symbol: 'TEST', timeframe: '1h', synthetic: true } as const;
const market = makeCandles(meta, randomWalk(300));

const basis: SearchBasis = {
  source: typeScript(source),
  candles: market,
  settings: defaultRunSettings,
  minimumLevel: 'preview',
  splitBar: 200,
};
const batch = [10, 20, 30].map((slow, id) => ({ id, params: { fast: 5, slow, stop: 5 }, fraction: 1 }));
const work: BatchWork = { basis, batch, key: 'run/optimise/0' };

function local(): BatchRunner {
  const runner = new StrategyRunner({
    backends: [quickjsBackend()],
    limits: defaultLimits,
    engineHashes: engineHashes(),
    newNonce: () => randomBytes(16),
    sandboxesAtOnce: 2,
  });
  onTestFinished(() => runner.close());
  return localBatches(runner);
}

function artefactsInMemory() {
  const kept = new Map<string, Uint8Array>();
  return {
    kept,
    async put(bytes: Uint8Array) {
      const hash = createHash('sha256').update(bytes).digest('hex');
      kept.set(hash, bytes.slice());
      return hash;
    },
    async get(hash: string) {
      const bytes = kept.get(hash);
      if (bytes === undefined) throw new LabError('not-found', 'It is not there.');
      return bytes;
    },
  };
}

function watching(signal = new AbortController().signal): BatchWatch & { readonly alerts: SandboxAlert[] } {
  const alerts: SandboxAlert[] = [];
  return { signal, alerts, alert: async (alert) => void alerts.push(alert), progress: () => undefined };
}

const sleep = (milliseconds: number, signal: AbortSignal) =>
  delay(milliseconds, undefined, { signal }).catch(() => undefined);

/** One who asks for batches, on a queue that others may work on. */
function asker(queue: TaskQueue, artefacts = artefactsInMemory(), here: BatchRunner = nobody) {
  const warnings: string[] = [];
  let now = 0;
  const batches = sharedBatches({
    join: async () => ({ queue, artefacts, abilities: abilitiesOf('engine', 'preview') }),
    local: here,
    tenant: 'lab-a',
    clock: () => now,
    sleep,
    warn: (message) => void warnings.push(message),
  });
  return {
    batches,
    artefacts,
    warnings,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

function abilitiesOf(engine: string, level: IsolationLevel): Abilities {
  return new Map([['javascript', { engine, level }]]);
}

const nobody: BatchRunner = {
  atOnce: () => 1,
  run: () => Promise.reject(new Error('nothing may run here')),
};

interface Worker {
  readonly runner?: BatchRunner;
  readonly level?: IsolationLevel;
  readonly floor?: IsolationLevel;
  readonly engine?: string;
}

/** A machine that works on the queue until the end of the test. */
function worker(
  queue: TaskQueue,
  artefacts: ReturnType<typeof artefactsInMemory>,
  { runner = local(), level = 'preview', floor = 'preview', engine = 'engine' }: Worker = {},
): void {
  const pool = new WorkerPool({
    queue,
    handlers: batchHandlers({ artefacts, local: runner, abilities: abilitiesOf(engine, level), floor }),
    name: 'worker',
    policy: fixedWorkers(2),
    clock: Date.now,
    log: () => undefined,
    sleep,
  });
  onTestFinished(() => pool.close(0));
}

test('what a search is about arrives as it was: markets, finer bars, funding, settings and the split', async () => {
  const artefacts = artefactsInMemory();
  const finer = makeCandles({ ...meta, timeframe: '30m' }, randomWalk(20));
  const funding = makeFunding(Float64Array.of(1, 2), Float64Array.of(0.0001, -0.25));
  const other = { ...makeCandles({ ...meta, symbol: 'OTHER' }, randomWalk(50)), funding };
  const full: SearchBasis = { ...basis, candles: { ...market, finer, others: [other] } };
  expect(await fetchSearch(artefacts, await shareSearch(artefacts, full))).toEqual(full);
  expect(await fetchSearch(artefacts, await shareSearch(artefacts, basis))).toEqual(basis);
});

for (const backEnd of backEnds) {
  test(`a batch that another machine ran is told as one that ran here (${backEnd.name})`, async () => {
    const { queue } = await backEnd.open();
    const { batches, artefacts, warnings } = asker(queue);
    worker(queue, artefacts);
    const own = await local().run(work, watching());
    expect(own.trials[0]?.trial.metrics?.['trades']).toBeGreaterThan(0);
    expect(await batches.run(work, watching())).toEqual(own);
    expect(warnings).toEqual([]);
  });

  test(`a batch that is asked for again after a crash is the one that was asked for before (${backEnd.name})`, async () => {
    const { queue } = await backEnd.open();
    const first = asker(queue);
    const again = asker(queue, first.artefacts);
    worker(queue, first.artefacts);
    expect(await first.batches.run(work, watching())).toEqual(await again.batches.run(work, watching()));
    const counts = await queue.counts();
    expect(counts.reduce((sum, { done }) => sum + done, 0)).toBe(1);
    await again.batches.run({ ...work, key: 'another run/optimise/0' }, watching());
    expect((await queue.counts()).reduce((sum, { done }) => sum + done, 0)).toBe(2);
  });
}

const [{ open }] = backEnds as [(typeof backEnds)[number]];

test('a strategy that fails elsewhere fails as it would here, and what its sandbox saw is told', async () => {
  const { queue } = await open();
  const { batches, artefacts } = asker(queue);
  const alert: SandboxAlert = {
    reason: 'sandbox.protocol',
    message: 'bytes that are no answer',
    bar: 3,
    isolation: { level: 'container', backend: 'runc', limits: {} as never },
    exit: { code: null, signal: null, memoryExceeded: false, killedBy: 'protocol' },
    receivedBytes: 1,
    stderrBytes: 0,
  };
  const error = new LabError('sandbox.protocol', 'The sandbox broke its protocol.', {
    action: 'Look at the strategy.',
    place: { file: '/home/somebody/a.ts', line: 3, bar: 7 },
  });
  const limits = { memory: true, processes: true, processor: true, network: true, files: true, time: true };
  const told = { ...alert, isolation: { ...alert.isolation, limits } };
  worker(queue, artefacts, {
    runner: {
      atOnce: () => 1,
      async run(_, watch) {
        await watch.alert(told);
        throw error;
      },
    },
  });
  const watch = watching();
  const failure = await batches.run(work, watch).catch((caught: unknown) => caught);
  expect(failure).toMatchObject({
    reason: 'sandbox.protocol',
    message: error.message,
    action: error.action,
    place: { line: 3, bar: 7 },
  });
  expect((failure as LabError).place?.file).toBeUndefined();
  expect(watch.alerts).toEqual([told]);
});

test('a machine with another build or runtime, or with weaker sandboxes than asked for, takes nothing', async () => {
  const { queue } = await open();
  const wanted = { ...basis, minimumLevel: 'container' } as const;
  const { batches, artefacts } = asker(queue);
  worker(queue, artefacts, { engine: 'another', level: 'gvisor', runner: nobody });
  worker(queue, artefacts, { level: 'namespaces', runner: nobody });
  const stop = new AbortController();
  const asked = batches.run({ ...work, basis: wanted }, watching(stop.signal));
  const type = batchTaskType('engine', 'container');
  await expect.poll(async () => (await queue.list({ state: 'waiting', type })).length).toBe(1);
  // One that can takes it: whoever could before would have taken it.
  const levels: IsolationLevel[] = [];
  const real = local();
  worker(queue, artefacts, {
    level: 'gvisor',
    floor: 'gvisor',
    runner: {
      atOnce: () => 1,
      run(given, watch) {
        levels.push(given.basis.minimumLevel);
        return real.run({ ...given, basis: { ...given.basis, minimumLevel: 'preview' } }, watch);
      },
    },
  });
  expect((await asked).trials).toHaveLength(batch.length);
  // Nothing is run below the floor of the machine.
  expect(levels).toEqual(['gvisor']);
});

test('what the queue cannot bring to an end runs here, and a server that is gone is left alone for a minute', async () => {
  const { queue } = await open();
  const here = local();
  const own = await here.run(work, watching());
  const failing = asker(queue, artefactsInMemory(), here);
  // The worker has no artefacts of the asker's.
  worker(queue, artefactsInMemory(), {});
  expect(await failing.batches.run(work, watching())).toEqual(own);
  expect(failing.warnings).toEqual([expect.stringContaining('It is not there.')]);

  let asked = 0;
  const gone = asker(
    {
      ...queue,
      enqueue: async () => {
        asked += 1;
        throw new LabError('queue.unavailable', 'The Redis server failed.');
      },
    } as TaskQueue,
    artefactsInMemory(),
    here,
  );
  expect(await gone.batches.run(work, watching())).toEqual(own);
  await gone.batches.run(work, watching());
  expect(asked).toBe(1);
  expect(gone.warnings).toEqual([expect.stringContaining('The Redis server failed.')]);
  gone.pass(60_000);
  await gone.batches.run(work, watching());
  expect(asked).toBe(2);
});

test('an answer about other parameter sets than those asked for is not taken', async () => {
  const { queue } = await open();
  const here = local();
  const { batches, artefacts, warnings } = asker(queue, artefactsInMemory(), here);
  worker(queue, artefacts, {
    runner: {
      atOnce: () => 1,
      run: (given, watch) =>
        here.run(
          { ...given, batch: given.batch.map((each) => ({ ...each, params: { ...each.params, slow: 77 } })) },
          watch,
        ),
    },
  });
  expect(await batches.run(work, watching())).toEqual(await here.run(work, watching()));
  expect(warnings).toEqual([expect.stringContaining('other parameter sets')]);
});

test('a search that is stopped takes its batches back, and can be begun again', async () => {
  const { queue } = await open();
  const { batches, artefacts } = asker(queue);
  const stop = new AbortController();
  const asked = batches.run(work, watching(stop.signal)).catch((error: LabError) => error.reason);
  await expect.poll(async () => (await queue.list({ state: 'waiting' })).length).toBe(1);
  stop.abort();
  expect(await asked).toBe('cancelled');
  expect(await queue.list({ state: 'waiting' })).toEqual([]);
  worker(queue, artefacts);
  expect((await batches.run(work, watching())).trials).toHaveLength(batch.length);
});

test('more batches than the machine holds wait for a place', async () => {
  const runner = new StrategyRunner({
    backends: [quickjsBackend()],
    limits: defaultLimits,
    engineHashes: engineHashes(),
    newNonce: () => randomBytes(16),
    sandboxesAtOnce: 2,
  });
  onTestFinished(() => runner.close());
  let now = 0;
  let most = 0;
  const run = runner.run.bind(runner);
  runner.run = async (request) => {
    now += 1;
    most = Math.max(most, now);
    return run(request).finally(() => {
      now -= 1;
    });
  };
  const batches = localBatches(runner);
  const outcomes = await Promise.all(Array.from({ length: 7 }, () => batches.run(work, watching())));
  expect(outcomes).toHaveLength(7);
  expect(most).toBe(2);
});
