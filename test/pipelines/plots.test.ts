import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaultRunSettings } from '../../extension/contracts/backtest.ts';
import type { Candles } from '../../extension/contracts/candles.ts';
import { type StrategyRun, StrategyRunner } from '../../extension/pipelines/strategyRunner.ts';
import { defaultLimits } from '../../sandbox/sandbox.ts';
import { engineHashes, quickjsBackend, randomWalk, typeScript } from '../sandbox/support.ts';

const file = new URL('../strategies/smaCross.strategy.ts', import.meta.url);
const candles: Candles = {
  ...randomWalk(500),
  venue: 'test',
  symbol: 'TEST',
  timeframe: '1h',
  synthetic: true,
  hash: '0'.repeat(64),
};

function run(changes: { plots?: boolean; twice?: boolean }): Promise<StrategyRun> {
  const runner = new StrategyRunner({
    backends: [quickjsBackend()],
    limits: defaultLimits,
    engineHashes: engineHashes(),
    newNonce: () => randomBytes(16),
  });
  return runner.run({
    source: typeScript(readFileSync(file, 'utf8')),
    candles,
    settings: defaultRunSettings,
    sets: [{ fast: 5, slow: 20 }, {}],
    minimumLevel: 'preview',
    twice: false,
    alert: async () => {},
    signal: new AbortController().signal,
    progress: () => undefined,
    ...changes,
  });
}

describe('a run of a strategy', () => {
  it.each([true, false])(
    'hands back what it plots where it is asked, also when run twice (%s)',
    async (twice) => {
      const { plots, plotsLeftOut } = await run({ plots: true, twice });
      expect(plotsLeftOut).toEqual([]);
      expect(plots.map(({ name, pane }) => [name, pane])).toEqual([
        ['Fast average', 'price'],
        ['Slow average', 'price'],
      ]);
      for (const [index, period] of [5, 20].entries()) {
        const values = plots[index]?.values ?? new Float64Array(0);
        expect(values).toHaveLength(500);
        for (const [bar, value] of values.entries()) {
          const closes = candles.close.slice(Math.max(0, bar - period + 1), bar + 1);
          if (closes.length < period) expect(value).toBeNaN();
          else expect(value).toBeCloseTo(closes.reduce((sum, close) => sum + close, 0) / period, 8);
        }
      }
    },
  );

  it('hands back none where it is not asked, and trades the same', async () => {
    const [plain, shown] = [await run({}), await run({ plots: true })];
    expect(plain.plots).toEqual([]);
    expect(plain.runs.map(({ trades }) => trades)).toEqual(shown.runs.map(({ trades }) => trades));
    expect(plain.runs[0]?.trades.length).toBeGreaterThan(5);
  });
});
