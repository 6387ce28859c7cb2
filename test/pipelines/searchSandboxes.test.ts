import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { defaultRunSettings } from '../../extension/contracts/backtest.ts';
import { LabError } from '../../extension/contracts/errors.ts';
import type { Evaluation, TrialLedger } from '../../extension/contracts/trials.ts';
import { makeCandles } from '../../extension/market/candles.ts';
import type { StepContext } from '../../extension/orchestrator/saga/definition.ts';
import type { TrialInput } from '../../extension/pipelines/generate/contracts.ts';
import type { TrialServices } from '../../extension/pipelines/generate/services.ts';
import { localBatches } from '../../extension/pipelines/search/batch.ts';
import { runSearch } from '../../extension/pipelines/search/runSearch.ts';
import { StrategyRunner, type StrategyRunRequest } from '../../extension/pipelines/strategyRunner.ts';
import { OutputFolder } from '../../extension/storage/outputFolder.ts';
import { defaultLimits } from '../../sandbox/sandbox.ts';
import { engineHashes, quickjsBackend, randomWalk, typeScript } from '../sandbox/support.ts';
import { emptyFolderInMemory } from '../storage/lab.ts';

const source = readFileSync(new URL('../strategies/smaCross.strategy.ts', import.meta.url), 'utf8');
const meta = { venue: 'test', symbol: 'TEST', timeframe: '1h', synthetic: true } as const;
const market = makeCandles(meta, randomWalk(140));
/** Four batches of 13: fewer make fewer batches. */
const sets = 52;

/** Counts the runs that are under way together, and how they ended. */
class CountingRunner extends StrategyRunner {
  most = 0;
  readonly ends: string[] = [];
  now = 0;

  override async run(request: StrategyRunRequest): ReturnType<StrategyRunner['run']> {
    this.now += 1;
    this.most = Math.max(this.most, this.now);
    try {
      const run = await super.run(request);
      this.ends.push('done');
      return run;
    } catch (error) {
      this.ends.push((error as { reason: string }).reason);
      throw error;
    } finally {
      this.now -= 1;
    }
  }
}

async function searched(
  sandboxesAtOnce: number,
  strategy = source,
  searches = new OutputFolder(emptyFolderInMemory()),
  mostRecorded = Number.POSITIVE_INFINITY,
) {
  const runner = new CountingRunner({
    backends: [quickjsBackend()],
    limits: defaultLimits,
    engineHashes: engineHashes(),
    newNonce: () => randomBytes(16),
    sandboxesAtOnce,
  });
  const recorded: Evaluation[] = [];
  const trials = {
    async record(evaluation: Evaluation) {
      if (recorded.length === mostRecorded) throw new LabError('journal.unavailable', 'The disk is full.');
      return recorded.push(evaluation);
    },
  } as Pick<TrialLedger, 'record'>;
  const services = { batches: localBatches(runner), trials, searches };
  const context = {
    sagaId: 'run',
    idempotencyKey: 'run/optimise/1',
    clock: () => 0,
    signal: new AbortController().signal,
    progress: () => undefined,
    input: { settings: defaultRunSettings, minimumLevel: 'preview' },
  };
  const result = await runSearch(
    services as unknown as TrialServices,
    context as unknown as StepContext<TrialInput>,
    {
      definition: {
        kind: 'grid',
        objectives: [{ metric: 'sharpe', direction: 'maximise' }],
        constraints: [],
        parameters: { slow: { values: Array.from({ length: sets }, (_, index) => index + 5) } },
        base: {},
        parameterConstraints: [],
        seed: 1,
        budget: sets,
      },
      declared: {
        fast: { type: 'integer', default: 10, min: 2, max: 100 },
        slow: { type: 'integer', default: 30, min: 5, max: 400 },
        stop: { type: 'number', default: 5, min: 0.5, max: 50 },
      },
      source: typeScript(strategy),
      candles: market,
    },
  ).catch((error: { reason: string }) => error.reason);
  return { result, recorded, runner };
}

let plainSearch: ReturnType<typeof searched> | undefined;

/** The search with one sandbox after the other, made once for all tests that look at what it comes to. */
function searchedPlainly(): ReturnType<typeof searched> {
  plainSearch ??= searched(1);
  return plainSearch;
}

test('sandboxes that work at one time find and count the same as one after the other', async () => {
  const one = await searchedPlainly();
  const four = await searched(4);
  expect(one.runner.most).toBe(1);
  expect(four.runner.most).toBe(4);
  expect(four.result).toHaveLength(sets);
  expect(four.result).toEqual(one.result);
  expect(four.recorded).toEqual(one.recorded);
});

test('where one sandbox of a search fails, the others are ended and nothing is on record', async () => {
  const failing = source.replace(
    'next({ params, position, orders }, { fast, slow }) {',
    `next({ params, position, orders }, { fast, slow }) {
    if (params.slow === 32) throw new Error('no');
    for (let round = 0; round < 3e4; round++);`,
  );
  expect(failing).not.toBe(source);
  const { result, recorded, runner } = await searched(4, failing);
  expect(result).toBe('strategy.threw');
  expect(runner.ends.toSorted()).toEqual(['cancelled', 'cancelled', 'cancelled', 'strategy.threw']);
  expect(recorded).toEqual([]);
});

test('a search whose trials cannot be written down ends the sandboxes that are still at work', async () => {
  // The last batch would take minutes.
  const slow = source.replace(
    'next({ params, position, orders }, { fast, slow }) {',
    `next({ params, position, orders }, { fast, slow }) {
    if (params.slow > 43) for (let round = 0; round < 3e5; round++);`,
  );
  expect(slow).not.toBe(source);
  const { result, recorded, runner } = await searched(4, slow, undefined, 0);
  expect(result).toBe('journal.unavailable');
  expect(recorded).toEqual([]);
  expect(runner.now).toBe(0);
  expect(runner.ends).toContain('cancelled');
});

test('batches that an earlier attempt has kept are taken for the same strategy, and for no other', async () => {
  const searches = new OutputFolder(emptyFolderInMemory());
  const first = await searched(2, source, searches);
  const again = await searched(2, source, searches);
  expect(again.runner.ends).toEqual([]);
  expect(again.recorded).toEqual([]);
  expect(again.result).toEqual(first.result);
  const edited = await searched(2, `${source}\n// edited`, searches);
  expect(edited.runner.ends).toHaveLength(first.runner.ends.length);
});

test('a search keeps the trades that reach over a border of days, however many there were', async () => {
  const { result } = await searchedPlainly();
  if (typeof result === 'string') throw new Error(result);
  const rows = result[0]?.returns.length ?? 0;
  expect(result.some(({ spans }) => spans.length > 0)).toBe(true);
  for (const { spans } of result) {
    expect(spans.length).toBeLessThan(rows);
    for (const { from, to } of spans) expect(to - from).toBeGreaterThan(1);
  }
});
