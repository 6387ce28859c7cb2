import { expect, test } from 'vitest';
import type { Observation } from '../../../extension/contracts/observation.ts';
import type { Bar, BarSource } from '../../../extension/market/download/bars.ts';
import { observedSource } from '../../../extension/market/download/observedSource.ts';

const hour = 3_600_000;
const bar = (index: number): Bar => [1_700_000_000_000 + index * hour, 1, 1, 1, 1, 1];

async function observe(bars: readonly Bar[]): Promise<{ seen: Observation[]; answer: readonly Bar[] }> {
  const seen: Observation[] = [];
  let now = 0;
  const source: BarSource = {
    pageBars: 100,
    history: undefined,
    has: () => true,
    market: () => Promise.reject(new Error('not asked')),
    time: async () => undefined,
    bars: async () => {
      now += 257;
      return bars;
    },
  };
  const observed = observedSource(source, 'binance', {
    observe: (observation) => seen.push(observation),
    clock: () => now,
  });
  const series = { exchange: 'binance', symbol: 'BTC/USDT', timeframe: '1h' } as const;
  return { answer: await observed.bars(series, 0, 1), seen };
}

test('an answer of an exchange is told with how long it took, and passed on as it came', async () => {
  const bars = [bar(2), bar(0), bar(1)];
  const { seen, answer } = await observe(bars);
  expect(answer).toBe(bars);
  expect(seen).toEqual([
    {
      kind: 'data-received',
      venue: 'binance',
      symbol: 'BTC/USDT',
      timeframe: '1h',
      lagSeconds: null,
      latencySeconds: 0.257,
      gaps: 0,
    },
  ]);
});

test.each([
  [[], 0],
  [[0], 0],
  [[0, 1, 4], 2],
  [[5, 0], 4],
  [[0, 1, 1, 2], 0],
])('of bars %j so many are missing inside: %i', async (indexes, gaps) => {
  const { seen } = await observe(indexes.map(bar));
  expect(seen).toMatchObject([{ gaps }]);
});
