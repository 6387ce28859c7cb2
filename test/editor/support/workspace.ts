import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { syntheticCandles } from '../../../extension/market/synthetic.ts';

export interface WorkspaceOptions {
  /** Equal seeds give an equal market. */
  readonly seed?: number;
  readonly bars?: number;
  /** Text of the strategy file instead of the usual moving-average cross. */
  readonly strategy?: string;
}

export interface StrategyWorkspace {
  readonly folder: string;
  /** Path of the strategy within the folder. */
  readonly strategyFile: string;
  /** Path of the hourly candles, CSV, within the folder. */
  readonly dataFile: string;
  remove(): Promise<void>;
}

export const crossStrategy = `import { crossAbove, crossBelow, defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Moving-average cross',
  params: {
    fast: { type: 'integer', default: 10, min: 2, max: 100 },
    slow: { type: 'integer', default: 30, min: 5, max: 400 },
  },
  setup({ params, indicators }) {
    return { fast: indicators.sma(params.fast), slow: indicators.sma(params.slow) };
  },
  next({ position, orders }, { fast, slow }) {
    if (position.isFlat && crossAbove(fast, slow)) {
      orders.buy({ percent: 100, stopLossPercent: 5 });
    } else if (position.isLong && crossBelow(fast, slow)) {
      orders.close();
    }
  },
});
`;

/** A folder as a person has it before the first run: a strategy, and candles of a market that never was. */
export async function makeStrategyWorkspace(options: WorkspaceOptions = {}): Promise<StrategyWorkspace> {
  const { seed = 7, bars = 2000, strategy = crossStrategy } = options;
  const folder = await mkdtemp(join(tmpdir(), 'strategy-lab-workspace-'));
  const strategyFile = 'strategies/cross.strategy.ts';
  const dataFile = 'data/Made_DEMOUSDT_1h.csv';
  await mkdir(join(folder, 'strategies'));
  await mkdir(join(folder, 'data'));
  await writeFile(join(folder, strategyFile), strategy);
  await writeFile(join(folder, dataFile), candleCsv(seed, bars));
  return { folder, strategyFile, dataFile, remove: () => rm(folder, { recursive: true, force: true }) };
}

function candleCsv(seed: number, bars: number): string {
  const startTime = Date.UTC(2022, 0, 1);
  const { time, open, high, low, close, volume } = syntheticCandles({
    seed,
    bars,
    timeframe: '1h',
    startTime,
  });
  const lines = ['time,open,high,low,close,volume'];
  for (let bar = 0; bar < time.length; bar++) {
    const moment = new Date(time[bar] ?? 0).toISOString();
    lines.push([moment, open[bar], high[bar], low[bar], close[bar], volume[bar]].join(','));
  }
  return `${lines.join('\n')}\n`;
}
