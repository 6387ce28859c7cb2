import { expect, test } from 'vitest';
import type { TrialLedger, TrialQuery } from '../../extension/contracts/trials.ts';
import { makeCandles } from '../../extension/market/candles.ts';
import type { Compute } from '../../extension/pipelines/compute/computePool.ts';
import { runJob } from '../../extension/pipelines/compute/jobs.ts';
import type { TrialServices } from '../../extension/pipelines/generate/services.ts';
import type { SearchedTrial } from '../../extension/pipelines/search/runSearch.ts';
import { luckOfSearch } from '../../extension/pipelines/search/searchSummary.ts';
import { syntheticMarket } from '../backtest/support/market.ts';
import { noise } from '../evaluation/statistics/support/returns.ts';

const rows = 401;
const searched = [1, 2, 3, 4].map(
  (seed): SearchedTrial => ({
    trial: { id: seed, params: { seed }, fraction: 1, metrics: null },
    returns: noise(seed, rows, { mean: 0.0005 }),
    // A trade over each border of the ten groups of 40 rows.
    spans: Array.from({ length: 9 }, (_, border) => ({ from: 31 + 40 * border, to: 51 + 40 * border })),
    entered: new Int32Array(rows + 1),
    split: null,
  }),
);

async function luckWith(trials: readonly SearchedTrial[]) {
  const asked: TrialQuery[] = [];
  const ledger: Pick<TrialLedger, 'count'> = {
    count: (query) => {
      asked.push(query);
      return Promise.resolve({ trials: 40, codes: 1, sharpes: 40, sharpeVariance: 0.001, position: 17 });
    },
  };
  const compute: Compute = (matrix, jobs) => Promise.resolve(jobs.map((job) => runJob(matrix, job)));
  const bars = (symbol: string, seed: number) =>
    makeCandles(
      { venue: 'v', symbol, timeframe: '1h', synthetic: true },
      syntheticMarket({ bars: 50, seed }),
    );
  const luck = await luckOfSearch(
    { compute, trials: ledger } as TrialServices,
    { input: { settings: { seed: 1 } }, signal: new AbortController().signal } as Parameters<
      typeof luckOfSearch
    >[1],
    { searched: trials, chosen: 0, candles: { ...bars('A', 1), others: [bars('B', 2)] } },
  );
  return { luck, asked };
}

test('the luck of a search leaves out the trades of its own sets, and names what it asked the ledger and when', async () => {
  const { luck, asked } = await luckWith(searched);
  expect(luck.embargo).toBe(4);
  const { luck: leaking } = await luckWith(searched.map((each) => ({ ...each, spans: [] })));
  expect(luck.medianPathSharpe).not.toBe(leaking.medianPathSharpe);
  expect(luck).toMatchObject({ trials: 40, position: 17 });
  expect(asked).toEqual([luck.counted]);
  expect(luck.counted?.markets).toEqual([
    { venue: 'v', symbol: 'A' },
    { venue: 'v', symbol: 'B' },
  ]);
});
