import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { backtestResultSchema, defaultRunSettings } from '../../extension/contracts/backtest.ts';
import type { Candles } from '../../extension/contracts/candles.ts';
import { makeCandles } from '../../extension/market/candles.ts';
import { SagaEngine } from '../../extension/orchestrator/saga/engine.ts';
import { optimiseSaga } from '../../extension/pipelines/assess/assess.ts';
import { optimiseSagaName } from '../../extension/pipelines/assess/contracts.ts';
import { makeCompute } from '../../extension/pipelines/compute/computePool.ts';
import { backtestStepSchema } from '../../extension/pipelines/generate/contracts.ts';
import { FreshEvidence } from '../../extension/pipelines/generate/evidence.ts';
import { localBatches } from '../../extension/pipelines/search/batch.ts';
import {
  type StrategyRun,
  StrategyRunner,
  type StrategyRunRequest,
} from '../../extension/pipelines/strategyRunner.ts';

import { buildChartData } from '../../extension/reports/chartData.ts';
import type { LabJournal } from '../../extension/storage/openJournal.ts';
import { OutputFolder } from '../../extension/storage/outputFolder.ts';
import { defaultLimits } from '../../sandbox/sandbox.ts';
import { dyingJournal } from '../orchestrator/saga/dyingJournal.ts';
import { engineHashes, quickjsBackend, randomWalk } from '../sandbox/support.ts';
import { emptyFolderInMemory, openTestJournal } from '../storage/lab.ts';

const source = readFileSync(new URL('../strategies/smaCross.strategy.ts', import.meta.url), 'utf8');
const meta = { venue: 'test', symbol: 'TEST', timeframe: '1h', synthetic: true } as const;
const market = makeCandles(meta, randomWalk(90));

/** Runs each step's request for real once: equal requests have equal outcomes, and dying is not about them. */
class RememberingRunner extends StrategyRunner {
  readonly #known = new Map<string, Promise<StrategyRun>>();

  override run(request: StrategyRunRequest): Promise<StrategyRun> {
    const key = `${request.candles.time.length} bars, ${request.twice ? 'twice' : 'once'}`;
    const known = this.#known.get(key) ?? super.run(request);
    this.#known.set(key, known);
    return known;
  }
}

const runner = new RememberingRunner({
  backends: [quickjsBackend()],
  limits: defaultLimits,
  engineHashes: engineHashes(),
  newNonce: () => randomBytes(16),
});

/** An engine whose candles carry the venue that is asked for, so that each run is counted alone. */
function engineOn(journal: LabJournal, folder: string): SagaEngine {
  const loadCandles = ({ venue }: { venue: string }): Promise<Candles> =>
    Promise.resolve({ ...market, venue });
  const definition = optimiseSaga({
    loadCandles,
    loadFunding: () => Promise.reject(new Error('no funding is asked for')),
    listData: () => Promise.resolve([]),
    guard: () => [],
    runner,
    batches: localBatches(runner),
    compute: makeCompute({
      workerUrl: new URL('../../extension/pipelines/compute/computeWorker.ts', import.meta.url),
      workers: 1,
    }),
    trials: journal.trials,
    fresh: new FreshEvidence(),
    reports: new OutputFolder(folder),
    searches: new OutputFolder(folder),
    buildChart: buildChartData,
    renderReport: () => 'report',
  });
  return new SagaEngine({ journal, definitions: [definition], clock: Date.now, newId: randomUUID });
}

function startOn(engine: SagaEngine, venue: string): Promise<string> {
  return engine.create({
    name: optimiseSagaName,
    input: {
      source,
      file: '/own.strategy.ts',
      author: 'person',
      params: {},
      data: { hash: market.hash, venue, symbol: market.symbol },
      dataWarnings: [],
      settings: defaultRunSettings,
      metric: 'sharpe',
      minimumLevel: 'preview',
      budget: 3,
    },
  });
}

test('wherever the process dies between two writes, a run that goes on counts each of its trials once', async () => {
  const folder = emptyFolderInMemory();
  const journal = await openTestJournal(folder);
  const healthy = engineOn(journal, folder);
  const window = { from: 0, to: Number.MAX_SAFE_INTEGER };

  const finish = async (id: string, venue: string) => {
    expect((await healthy.run(id)).state).toBe('waiting-for-review');
    const { backtest } = await healthy.results(id);
    const bytes = await journal.getArtefact(backtestStepSchema.parse(backtest).result);
    const { manifest } = backtestResultSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    const markets = [{ venue, symbol: 'TEST' }];
    return { counted: await journal.trials.count({ ...window, markets }), pinned: manifest.trials };
  };
  const undisturbed = await finish(await startOn(healthy, 'undisturbed'), 'undisturbed');
  expect(undisturbed.counted).toMatchObject({ trials: 3, codes: 1, position: 3 });
  expect(undisturbed.pinned).toEqual({ count: 3, position: 3 });

  let deaths = 0;
  let evaluations = 3;
  for (const moment of ['before', 'after'] as const) {
    for (let at = 1; ; at += 1) {
      const venue = `${moment} write ${at}`;
      const id = await startOn(healthy, venue);
      const { dying, died, leases } = dyingJournal(journal, at, moment);
      await engineOn(dying, folder)
        .run(id)
        .catch(() => {});
      // The system would see that the holder's process is gone; here it is the test's own.
      for (const lease of leases) await journal.releaseLease(lease);
      const { counted, pinned } = await finish(id, venue);
      evaluations += 3;
      expect(counted, venue).toMatchObject({ trials: 3, codes: 1, position: evaluations });
      expect(pinned, venue).toEqual({ count: 3, position: evaluations });
      expect(await journal.trials.verify(), venue).toEqual({ events: evaluations, brokenAt: null });
      if (!died()) break;
      deaths += 1;
    }
  }
  expect(deaths).toBeGreaterThan(40);
});
