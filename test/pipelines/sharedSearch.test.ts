import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { defaultRunSettings } from '../../extension/contracts/backtest.ts';
import { LabError } from '../../extension/contracts/errors.ts';
import type { IsolationLevel } from '../../extension/contracts/isolation.ts';
import type { BatchOutcome } from '../../extension/contracts/searchBatch.ts';
import type { TaskQueue } from '../../extension/contracts/tasks.ts';
import { makeCandles } from '../../extension/market/candles.ts';
import { makeFunding } from '../../extension/market/funding/series.ts';
import { fixedWorkers } from '../../extension/orchestrator/workers/autoscaler.ts';
import { WorkerPool } from '../../extension/orchestrator/workers/workerPool.ts';
import {
  type BatchRunner,
  type BatchWatch,
  type BatchWork,
  type LocalBatches,
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

function newRunner(): StrategyRunner {
  const runner = new StrategyRunner({
    backends: [quickjsBackend()],
    limits: defaultLimits,
    engineHashes: engineHashes(),
    newNonce: () => randomBytes(16),
    sandboxesAtOnce: 2,
  });
  onTestFinished(() => runner.close());
  return runner;
}

function local(): LocalBatches {
  const runner = newRunner();
  const batches = localBatches(runner);
  // Stands for a machine with containers.
  const run: BatchRunner['run'] = (given, watch) =>
    batches.run({ ...given, basis: { ...given.basis, minimumLevel: 'preview' } }, watch);
  return { ...batches, run };
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

function watching(signal = new AbortController().signal): BatchWatch {
  return {
    signal,
    alert: () => Promise.reject(new Error('nothing may be alerted')),
    progress: () => undefined,
  };
}

const sleep = (milliseconds: number, signal: AbortSignal) =>
  delay(milliseconds, undefined, { signal }).catch(() => undefined);

/** One who asks for batches, on a queue that others may work on. */
function asker(
  queue: TaskQueue,
  artefacts = artefactsInMemory(),
  here: LocalBatches = nobody,
  isWorkedHere = true,
) {
  const warnings: string[] = [];
  let now = 1_700_000_000_000;
  const batches = sharedBatches({
    join: async () => ({ queue, artefacts, abilities: abilitiesOf('engine', 'container'), isWorkedHere }),
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

const nobody: LocalBatches = {
  atOnce: () => 1,
  hasPlace: () => true,
  run: () => Promise.reject(new Error('nothing may run here')),
};

interface Worker {
  readonly runner?: BatchRunner;
  readonly engineOf?: (runtime: string) => string;
  readonly level?: IsolationLevel;
  readonly floor?: IsolationLevel;
  readonly engine?: string;
}

/** A machine that works on the queue until the end of the test. */
function worker(
  queue: TaskQueue,
  artefacts: ReturnType<typeof artefactsInMemory>,
  {
    runner = local(),
    level = 'container',
    floor = 'preview',
    engine = 'engine',
    engineOf = () => engine,
  }: Worker = {},
): void {
  const pool = new WorkerPool({
    queue,
    handlers: batchHandlers({
      artefacts,
      local: runner,
      abilities: abilitiesOf(engine, level),
      floor,
      engineOf: (_, runtime) => engineOf(runtime),
    }),
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

/** A machine where every batch fails. */
const failing = (error: Error): BatchRunner => ({ atOnce: () => 1, run: () => Promise.reject(error) });

test('a strategy that fails elsewhere fails as it would here', async () => {
  const { queue } = await open();
  const { batches, artefacts } = asker(queue);
  const error = new LabError('strategy.threw', 'The strategy threw: \u001b[31mno.', {
    action: 'Look at the strategy.',
    place: { file: '/home/somebody/a.ts', line: 3, bar: 7 },
  });
  worker(queue, artefacts, { runner: failing(error) });
  const failure = await batches.run(work, watching()).catch((caught: unknown) => caught);
  expect(failure).toMatchObject({
    reason: 'strategy.threw',
    message: 'The strategy threw:  [31mno.',
    action: error.action,
    place: { line: 3, bar: 7 },
  });
  expect((failure as LabError).place?.file).toBeUndefined();
});

test.each(['sandbox.memory', 'sandbox.timeout', 'sandbox.protocol', 'sandbox.early-exit'] as const)(
  'a batch whose sandbox ends elsewhere by %s is run at home, which finds out whether the strategy did it',
  async (reason) => {
    const { queue } = await open();
    const here = local();
    const { batches, artefacts, warnings } = asker(queue, artefactsInMemory(), here);
    worker(queue, artefacts, { runner: failing(new LabError(reason, 'The sandbox ended.')) });
    expect(await batches.run(work, watching())).toEqual(await here.run(work, watching()));
    expect(warnings).toEqual([expect.stringContaining('The sandbox ended.')]);
  },
);

test('what a machine ran in other sandboxes than it said is not answered, but run again', async () => {
  const { queue, advance } = await open();
  const { batches, artefacts } = asker(queue);
  let runs = 0;
  worker(queue, artefacts, {
    engineOf: () => {
      runs += 1;
      return runs === 1 ? 'another' : 'engine';
    },
  });
  const asked = batches.run(work, watching());
  await expect.poll(async () => (await queue.list({ state: 'delayed' })).length).toBe(1);
  advance(2_000);
  expect((await asked).trials).toHaveLength(batch.length);
  expect(runs).toBe(2);
});

test('what no machine takes comes home after a while, where there is a place', async () => {
  const { queue } = await open();
  const here = local();
  let hasPlace = false;
  const { batches, pass } = asker(queue, artefactsInMemory(), { ...here, hasPlace: () => hasPlace }, false);
  const asked = batches.run(work, watching());
  const waiting = async () => (await queue.list({ state: 'waiting' })).length;
  await expect.poll(waiting).toBe(1);
  pass(4_000);
  // It is looked at again and again meanwhile.
  for (let look = 0; look < 3; look++) await sleep(150, new AbortController().signal);
  expect(await waiting()).toBe(1);
  hasPlace = true;
  expect(await asked).toEqual(await here.run(work, watching()));
  expect(await waiting()).toBe(0);
});

test('a run above what the sandboxes here can do asks nobody', async () => {
  const { queue } = await open();
  const here = local();
  const { batches } = asker(queue, artefactsInMemory(), here);
  const wanted: BatchWork = { ...work, basis: { ...basis, minimumLevel: 'gvisor' } };
  expect((await batches.run(wanted, watching())).trials).toHaveLength(batch.length);
  expect(await queue.counts()).toEqual([]);
});

test('a machine with another build or runtime, or with weaker sandboxes than asked for, takes nothing', async () => {
  const { queue } = await open();
  const { batches, artefacts } = asker(queue);
  worker(queue, artefacts, { engine: 'another', level: 'gvisor', runner: nobody });
  worker(queue, artefacts, { level: 'namespaces', runner: nobody });
  const stop = new AbortController();
  const asked = batches.run(work, watching(stop.signal));
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
  const forgetful = asker(queue, artefactsInMemory(), here);
  // The worker has no artefacts of the asker's.
  worker(queue, artefactsInMemory(), {});
  expect(await forgetful.batches.run(work, watching())).toEqual(own);
  expect(forgetful.warnings).toEqual([expect.stringContaining('It is not there.')]);

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

test.each<[string, (outcome: BatchOutcome) => BatchOutcome]>([
  ['other sets', ({ trials, ...rest }) => ({ ...rest, trials: trials.toReversed() })],
  [
    'a set counted twice',
    ({ tried: [first, , third], ...rest }) => ({ ...rest, tried: [first, first, third] as never }),
  ],
  [
    'fewer rows',
    ({ trials, ...rest }) => ({ ...rest, trials: trials.map((each) => ({ ...each, returns: [1] })) }),
  ],
  [
    'no split',
    ({ trials, ...rest }) => ({ ...rest, trials: trials.map((each) => ({ ...each, split: null })) }),
  ],
  [
    'trades outside',
    ({ trials, ...rest }) => ({
      ...rest,
      trials: trials.map((each) => ({ ...each, spans: [{ from: 0, to: 9999 }] })),
    }),
  ],
])('an answer with %s than was asked for is not taken', async (_, spoil) => {
  const { queue } = await open();
  const here = local();
  const { batches, artefacts, warnings } = asker(queue, artefactsInMemory(), here);
  worker(queue, artefacts, {
    runner: { atOnce: () => 1, run: async (given, watch) => spoil(await here.run(given, watch)) },
  });
  expect(await batches.run(work, watching())).toEqual(await here.run(work, watching()));
  expect(warnings).toEqual([expect.stringContaining('other parameter sets or bars')]);
});

test('a search that is stopped takes its batches back, and can be begun again', async () => {
  const { queue } = await open();
  const { batches, artefacts } = asker(queue);
  const stop = new AbortController();
  const asked = batches.run(work, watching(stop.signal)).catch((error: LabError) => error.reason);
  await expect.poll(async () => (await queue.list({ state: 'waiting' })).length).toBe(1);
  stop.abort();
  expect(await asked).toBe('cancelled');
  await expect.poll(() => queue.list({ state: 'waiting' })).toEqual([]);
  worker(queue, artefacts);
  expect((await batches.run(work, watching())).trials).toHaveLength(batch.length);
});

test('more batches than the machine holds wait for a place', async () => {
  const runner = newRunner();
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
