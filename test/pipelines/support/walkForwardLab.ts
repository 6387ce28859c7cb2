import { randomBytes, randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { defaultRunSettings } from '../../../extension/contracts/backtest.ts';
import type { CandleColumns, Candles } from '../../../extension/contracts/candles.ts';
import type { ValidationSummary } from '../../../extension/contracts/validation.ts';
import { makeCandles } from '../../../extension/market/candles.ts';
import { SagaEngine } from '../../../extension/orchestrator/saga/engine.ts';
import { walkForwardSagaName } from '../../../extension/pipelines/assess/contracts.ts';
import { walkForwardSaga } from '../../../extension/pipelines/assess/walkForward/walkForward.ts';
import { makeCompute } from '../../../extension/pipelines/compute/computePool.ts';
import { FreshEvidence } from '../../../extension/pipelines/generate/evidence.ts';
import { loadRunEvidence } from '../../../extension/pipelines/runEvidence.ts';
import { localBatches } from '../../../extension/pipelines/search/batch.ts';
import { StrategyRunner, type StrategyRunRequest } from '../../../extension/pipelines/strategyRunner.ts';
import { buildChartData } from '../../../extension/reports/chartData.ts';
import type { LabJournal } from '../../../extension/storage/openJournal.ts';
import { OutputFolder } from '../../../extension/storage/outputFolder.ts';
import { defaultLimits } from '../../../sandbox/sandbox.ts';
import { engineHashes, quickjsBackend } from '../../sandbox/support.ts';
import { emptyFolderInMemory, openTestJournal } from '../../storage/lab.ts';

export const day = 86_400_000;
export const bars = 480;
const half = bars / 2;
export const meta = { venue: 'test', symbol: 'TEST', timeframe: '1d', synthetic: true } as const;

/** Rises in its first half and falls in its second, in unequal steps; what `change` says is changed. */
export function marketOf(change: (bar: number) => number = () => 0): Candles {
  const column = () => new Float64Array(bars);
  const names = ['time', 'open', 'high', 'low', 'close', 'volume'] as const;
  const columns = Object.fromEntries(names.map((name) => [name, column()])) as Record<
    keyof CandleColumns,
    Float64Array
  >;
  let price = 100;
  for (let bar = 0; bar < bars; bar++) {
    const drift = bar < half ? 0.004 : -0.004;
    const next = price * (1 + drift + 0.006 * Math.sin(bar * 1.7) + change(bar));
    columns.time[bar] = Date.UTC(2020, 0, 1) + bar * day;
    columns.open[bar] = price;
    columns.close[bar] = next;
    columns.high[bar] = Math.max(price, next);
    columns.low[bar] = Math.min(price, next);
    columns.volume[bar] = 1000;
    price = next;
  }
  return makeCandles(meta, columns);
}

/** Trades each third day for two days, long or short, with a part of its equity that no choice should prefer. */
export const source = `import { defineStrategy } from 'strategy-lab';
export default defineStrategy({
  name: 'sides',
  params: {
    side: { type: 'integer', default: 1, min: 0, max: 1 },
    size: { type: 'integer', default: 50, min: 10, max: 90 },
  },
  setup: ({ indicators }) => ({ slow: indicators.sma(20) }),
  next({ bar, position, orders, params }) {
    const phase = (bar.time / ${day}) % 3;
    if (phase === 0 && position.isFlat) {
      if (params.side === 1) orders.buy({ percent: params.size });
      else orders.sell({ percent: params.size });
    }
    if (phase === 2) orders.close();
  },
});
`;

/** Counts its runs, and stops the work at one of them. */
class CountingRunner extends StrategyRunner {
  readonly requests: StrategyRunRequest[] = [];
  stopAt = Infinity;
  readonly stop = new AbortController();

  override run(request: StrategyRunRequest) {
    this.requests.push(request);
    if (this.requests.length === this.stopAt) this.stop.abort();
    return super.run(request);
  }
}

export const newRunner = () =>
  new CountingRunner({
    backends: [quickjsBackend()],
    limits: defaultLimits,
    engineHashes: engineHashes(),
    newNonce: () => randomBytes(16),
  });

interface TestLab {
  readonly engine: SagaEngine;
  readonly runner: CountingRunner;
  readonly journal: LabJournal;
  readonly folder: string;
}

export async function openLab(market: Candles, earlier?: TestLab, sets = [market]): Promise<TestLab> {
  const folder = earlier?.folder ?? emptyFolderInMemory();
  const journal = earlier?.journal ?? (await openTestJournal(folder));
  const runner = newRunner();
  const definition = walkForwardSaga({
    loadCandles: ({ hash }) => Promise.resolve(sets.find((set) => set.hash === hash) ?? market),
    loadFunding: () => Promise.reject(new Error('no funding is asked for')),
    fresh: new FreshEvidence(),
    listData: () => Promise.resolve([]),
    guard: () => [],
    runner,
    batches: localBatches(runner),
    compute: makeCompute({
      workerUrl: new URL('../../../extension/pipelines/compute/computeWorker.ts', import.meta.url),
      workers: 2,
    }),
    trials: journal.trials,
    reports: new OutputFolder(folder),
    searches: new OutputFolder(folder),
    buildChart: buildChartData,
    renderReport: () => 'report',
  });
  const engine = new SagaEngine({ journal, definitions: [definition], clock: Date.now, newId: randomUUID });
  return { engine, runner, journal, folder };
}

export const search = {
  kind: 'grid',
  objectives: [{ metric: 'sharpe' }],
  constraints: [{ metric: 'trades', atLeast: 5 }],
  parameters: { side: { values: [0, 1] }, size: { values: [40, 50] } },
  budget: 4,
};

export function create({ engine }: TestLab, market: Candles, validation: Record<string, unknown>, more = {}) {
  return engine.create({
    name: walkForwardSagaName,
    input: {
      source,
      file: '/own.strategy.ts',
      author: 'person',
      params: {},
      data: { hash: market.hash, venue: market.venue, symbol: market.symbol },
      dataWarnings: [],
      settings: { ...defaultRunSettings, market: 'perpetual' },
      metric: 'sharpe',
      minimumLevel: 'preview',
      search,
      validation,
      ...more,
    },
  });
}

export async function validationOf(
  { engine, journal }: TestLab,
  id: string,
  market: Candles,
  sets = [market],
) {
  const view = await engine.run(id);
  expect(view.error).toBeNull();
  expect(view.state).toBe('waiting-for-review');
  const evidence = await loadRunEvidence(
    {
      view: (run) => engine.view(run),
      results: (run) => engine.results(run),
      readArtefact: (hash) => journal.getArtefact(hash),
      loadCandles: ({ hash }) => Promise.resolve(sets.find((set) => set.hash === hash) ?? market),
      loadFunding: () => Promise.reject(new Error('no funding is asked for')),
      strategyPath: (file) => file,
    },
    id,
  );
  return { ...evidence, validation: evidence.validation as ValidationSummary };
}

export const windows = { kind: 'rolling', train: 80, test: 80 };
