import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultRunSettings, type RunSettings } from '../../extension/contracts/backtest.ts';
import type { Candles } from '../../extension/contracts/candles.ts';
import {
  type StressReport,
  stressDefinitionSchema,
  stressReportSchema,
} from '../../extension/contracts/stress.ts';
import { crises } from '../../extension/evaluation/scenarios/crisisCatalogue.ts';
import { severalMarketsReason } from '../../extension/evaluation/stress/chance.ts';
import { makeCandles } from '../../extension/market/candles.ts';
import { makeFunding } from '../../extension/market/funding/series.ts';
import type { DataSet } from '../../extension/market/store/store.ts';
import { marketKind } from '../../extension/pipelines/stress/marketKind.ts';
import { runStress, type StressWork } from '../../extension/pipelines/stress/runStress.ts';
import { OutputFolder } from '../../extension/storage/outputFolder.ts';
import { typeScript } from '../sandbox/support.ts';
import { emptyFolderInMemory } from '../storage/lab.ts';
import { CountingRunner } from './support/countingRunner.ts';

const hour = 3_600_000;

/** Hourly candles of a symbol that wave about 100. */
function wavesFrom(begin: number, bars: number, symbol: string, synthetic = false): Candles {
  const close = Float64Array.from(
    { length: bars },
    (_, bar) => 100 + 14 * Math.sin(bar / 40) + 4 * Math.sin(bar / 6) + 2.5 * Math.sin(bar * 2.3),
  );
  const open = close.map((price, bar) => (bar === 0 ? price : (close[bar - 1] as number)));
  return makeCandles(
    { venue: 'binance', symbol, timeframe: '1h', synthetic },
    {
      time: Float64Array.from(close, (_, bar) => begin + bar * hour),
      open,
      high: close.map((price, bar) => Math.max(price, open[bar] as number) + 0.5),
      low: close.map((price, bar) => Math.min(price, open[bar] as number) - 0.5),
      close,
      volume: new Float64Array(bars).fill(50),
    },
  );
}

const source = `import { crossAbove, crossBelow, defineStrategy } from 'strategy-lab';
export default defineStrategy({
  name: 'waves',
  setup: ({ indicators }) => ({ fast: indicators.sma(4), slow: indicators.sma(12) }),
  next({ position, orders }, { fast, slow }) {
    if (position.isFlat && crossAbove(fast, slow)) orders.buy({ percent: 50 });
    else if (position.isLong && crossBelow(fast, slow)) orders.close();
  },
});
`;

const named = (id: string) =>
  crises.find((crisis) => crisis.id === id) ?? (crises[0] as (typeof crises)[number]);
const [ftx, luna] = [named('ftx-2022'), named('luna-2022')];
/** Covers the failure of FTX. */
const own = wavesFrom(ftx.from - 400 * hour, 1000, 'ETH/USDT');
/** Covers that of LUNA, in another symbol, once recorded and once made up. */
const other = wavesFrom(luna.from - 300 * hour, 900, 'BTC/USDT');
const madeUp = wavesFrom(luna.from - 400 * hour, 1200, 'ETH/USDT', true);

function setOf(candles: Candles): DataSet {
  const { venue, symbol, timeframe, synthetic, hash, time } = candles;
  return {
    meta: { venue, symbol, timeframe, synthetic, hash },
    bars: time.length,
    firstTime: time[0] as number,
    lastTime: time.at(-1) as number,
    report: null,
    venueFacts: null,
    files: [],
  };
}

async function stress(
  runner: CountingRunner,
  changes: Partial<Pick<StressWork, 'candles' | 'definition'>> & {
    readonly searches?: OutputFolder;
    readonly seed?: number;
    readonly source?: string;
    readonly settings?: Partial<RunSettings>;
  } = {},
): Promise<{ report: StressReport; told: string[] }> {
  const told: string[] = [];
  const sets = [own, madeUp, other];
  const report = await runStress(
    {
      runner,
      searches: changes.searches ?? new OutputFolder(emptyFolderInMemory()),
      listData: () => Promise.resolve(sets.map(setOf)),
      loadCandles: ({ hash }) => Promise.resolve(sets.find((set) => set.hash === hash) ?? own),
    },
    {
      definition: stressDefinitionSchema.parse({ scenarios: ['jumps', 'own-gap'], paths: 2 }),
      strategy: {
        source: typeScript(changes.source ?? source),
        params: {},
        settings: { ...defaultRunSettings, ...changes.settings, seed: changes.seed ?? 1 },
        minimumLevel: 'preview',
        backend: 'quickjs',
        alert: async () => {},
        signal: new AbortController().signal,
      },
      candles: own,
      key: 'run/stress/1',
      clock: () => told.length * 1000,
      progress: (fraction, text) => told.push(`${fraction.toFixed(2)} ${text}`),
      ...changes,
    },
  );
  return { report, told };
}

let whole: Awaited<ReturnType<typeof stress>>;
const counting = new CountingRunner();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strategy-lab-test-'));
  whole = await stress(counting, { searches: new OutputFolder(folder) });
});
afterAll(() => rm(folder, { recursive: true }));

describe('a stress test', () => {
  it('has every part, and is its own record read back', () => {
    const { report } = whole;
    expect(stressReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
    expect(report.scenarios.map(({ outcomes }) => outcomes.length)).toEqual([2, 2]);
    for (const { outcomes } of report.scenarios) {
      for (const { problem, trades } of outcomes) {
        expect(problem).toBeNull();
        expect(trades).toBeGreaterThan(0);
      }
    }
    expect(report.profiles.map(({ name }) => name)).toHaveLength(7);
    expect(report.regimes.reduce((sum, { bars }) => sum + bars, 0)).toBe(999);
    // The base run, four markets, and the crisis in other candles.
    expect(counting.runs).toBe(6);
  });

  it('shows the rule of each trader in what became of the run', () => {
    const of = (name: string) => whole.report.profiles.find((profile) => profile.name === name);
    const { base } = whole.report;
    // Stops for good at a fall of 5 %, with a bar beyond it; the next at 10 %, 15 % and 20 %.
    for (const [name, most] of [
      ['conservative', 0.08],
      ['panic', 0.12],
      ['speculator', 0.18],
      ['rabbit', 0.23],
    ] as const) {
      expect(of(name)?.applied['drawdown']).toBe(1);
      expect(of(name)?.maxDrawdown).toBeLessThan(most);
      expect(of(name)?.trades).toBeLessThan(base.trades ?? 0);
    }
    // Leaves late each time, and so misses entries of the strategy.
    expect(of('aggressive')?.applied['late-exit']).toBeGreaterThan(30);
    // Leaves at the first close in loss, and dares nothing for a day.
    expect(of('panic')?.applied['loss']).toBeGreaterThan(10);
    expect(of('panic')?.applied['entry-left-out']).toBeGreaterThan(3);
    // Leaves after an hour or at a gain of 1 %.
    expect(of('rabbit')?.applied['time']).toBeGreaterThan(10);
    // Sells half at a gain of 10 %: each such trade is two.
    expect(of('wolf')?.trades).toBe((base.trades ?? 0) + (of('wolf')?.applied['part-taken'] ?? 0));
    expect(of('wolf')?.applied['part-taken']).toBeGreaterThan(5);
    // Enters along the trend alone, and stays in longer than the strategy would.
    expect(of('trendFollower')?.applied['entry-left-out']).toBeGreaterThan(10);
    expect(of('trendFollower')?.applied['late-exit']).toBeGreaterThan(10);
    for (const { trades } of whole.report.profiles) expect(trades).toBeGreaterThan(0);
  });

  it('takes a crisis from its own candles, else from recorded ones of the lab, and tells how to get the rest', () => {
    const of = (id: string) => whole.report.crises.find(({ crisis }) => crisis.id === id);
    expect(of('ftx-2022')?.data?.symbol).toBe('ETH/USDT');
    expect(of('ftx-2022')?.totalReturn).not.toBeNull();
    expect(of('luna-2022')?.data?.symbol).toBe('BTC/USDT');
    expect(of('luna-2022')?.marketReturn).not.toBeNull();
    const missing = of('liquidations-2025');
    expect(missing).toMatchObject({ data: null, totalReturn: null, trades: null });
    expect(missing?.command).toMatch(
      /^strategy-lab data download --exchange binance --symbol ETH\/USDT --timeframe 1h --from 2025-\d\d-\d\d --to 2025-\d\d-\d\d$/,
    );
    // No exchange has candles of it, and it was no crisis of this market.
    expect(of('bitcoin-2013')?.command).toBeNull();
    expect(of('lehman-2008')).toBeUndefined();
  });

  it('tells how far it is and how long the rest takes', () => {
    const fractions = whole.told.map((line) => Number(line.slice(0, 4)));
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(whole.told.some((line) => /about \d+ s left/.test(line))).toBe(true);
  });

  it('goes on behind the markets that an earlier attempt has finished, and ends as if there had been none', async () => {
    const searches = new OutputFolder(emptyFolderInMemory());
    const dying = new CountingRunner(4);
    await expect(stress(dying, { searches })).rejects.toThrow('the host died');
    const second = new CountingRunner();
    const { report } = await stress(second, { searches });
    expect(report).toEqual(whole.report);
    // The base run again, and what was not done: of three markets that were begun one or two were cut off.
    expect(second.runs).toBeGreaterThanOrEqual(1 + 5 - 3);
    expect(second.runs).toBeLessThanOrEqual(1 + 5 - 1);
    // Another seed is other work: nothing of the first is taken for it.
    const third = new CountingRunner();
    const { report: other } = await stress(third, { searches, seed: 2 });
    expect(third.runs).toBe(6);
    expect(other.scenarios[0]).not.toEqual(report.scenarios[0]);
    expect(other.base).toEqual(report.base);
  });

  it('tells nothing of crises by candles that were made up', async () => {
    const definition = stressDefinitionSchema.parse({ scenarios: [] });
    const { report } = await stress(new CountingRunner(), { candles: madeUp, definition });
    expect(report.scenarios).toEqual([]);
    const luna = report.crises.find(({ crisis }) => crisis.id === 'luna-2022');
    expect(luna?.data?.symbol).toBe('BTC/USDT');
  });
});

describe('a stress test of a run over several markets', () => {
  const joint = wavesFrom(ftx.from - 380 * hour, 1000, 'SOL/USDT');
  const definition = stressDefinitionSchema.parse({
    scenarios: ['jumps', 'own-gap', 'own-resample'],
    paths: 1,
  });

  it('takes all of them through what they can meet together, and names what is left out', async () => {
    const runner = new CountingRunner();
    const { report } = await stress(runner, { candles: { ...own, others: [joint] }, definition });
    expect(stressReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
    expect(report.others).toEqual(['SOL/USDT']);
    expect(report.scenarios.map(({ leftOut, outcomes }) => [leftOut, outcomes.length])).toEqual([
      ['generated-alone', 0],
      [null, 1],
      ['times-differ', 0],
    ]);
    expect(report.scenarios[1]?.outcomes[0]).toMatchObject({ problem: null });
    // The base run and the gap: a crisis in other candles is of one market.
    expect(runner.runs).toBe(2);
    expect([report.profiles, report.profilesLeftOut]).toEqual([[], 'orders-alone']);
    expect(report.randomEntry).toMatchObject({ p: null, reason: severalMarketsReason });
    expect(report.intervals.totalReturn).not.toBeNull();
    expect(report.shuffled.maxDrawdown).not.toBeNull();
    expect(report.regimes.reduce((sum, { bars }) => sum + bars, 0)).toBe(999);
  });

  it('says that recorded funding is not that of other markets, and pays it where the times are the same', async () => {
    const funding = makeFunding(own.time.slice(1), own.time.slice(1).fill(0.01));
    const settings = { market: 'perpetual' as const };
    const definition = stressDefinitionSchema.parse({ scenarios: ['own-gap'], paths: 1 });
    const free = await stress(new CountingRunner(), { definition, settings });
    const paid = await stress(new CountingRunner(), { candles: { ...own, funding }, definition, settings });
    expect([free.report.simplified, paid.report.simplified]).toEqual([[], ['funding']]);
    const returnOf = ({ report }: typeof paid) => report.scenarios[0]?.outcomes[0]?.totalReturn ?? Number.NaN;
    expect(returnOf(paid)).toBeLessThan(returnOf(free) - 0.1);
    // The wolf holds its positions for long.
    const wolf = ({ report }: typeof paid) =>
      report.profiles.find(({ name }) => name === 'wolf')?.totalReturn ?? Number.NaN;
    expect(wolf(paid)).toBeLessThan(wolf(free) - 0.1);
  });

  it('tells of a crisis by the equity of the whole run, where all of its markets have bars of it', async () => {
    const { report } = await stress(new CountingRunner(), {
      candles: { ...own, others: [joint] },
      definition: { scenarios: [], paths: 1 },
    });
    const of = (id: string) => report.crises.find(({ crisis }) => crisis.id === id);
    expect(of('ftx-2022')?.data?.symbol).toBe('ETH/USDT + SOL/USDT');
    expect(of('ftx-2022')?.totalReturn).not.toBeNull();
    // The lab has Bitcoin's candles of it, which are not of this run.
    expect(of('luna-2022')).toMatchObject({ data: null, command: null });
    const late = wavesFrom(ftx.to, 700, 'SOL/USDT');
    const { report: uncovered } = await stress(new CountingRunner(), {
      candles: { ...own, others: [late] },
      definition: { scenarios: [], paths: 1 },
    });
    expect(uncovered.crises.every(({ data }) => data === null)).toBe(true);
  });
});

it('a stress test of a strategy without a trade ends with no figure that a trade would be needed for', async () => {
  const idle = `import { defineStrategy } from 'strategy-lab';
export default defineStrategy({ name: 'idle', setup: () => ({}), next() {} });
`;
  const definition = stressDefinitionSchema.parse({ scenarios: ['jumps', 'own-gap'], paths: 1 });
  const { report } = await stress(new CountingRunner(), { source: idle, definition });
  expect(report.base).toMatchObject({ totalReturn: 0, sharpe: null, trades: 0 });
  for (const { p, observed, reason } of [report.randomEntry, report.rotation, report.permutation]) {
    expect([p, observed]).toEqual([null, null]);
    expect(reason).toBeDefined();
  }
  expect([report.shuffled.maxDrawdown, report.resampled.ruinProbability]).toEqual([null, null]);
  expect(report.intervals.sharpe).toBeNull();
  for (const { trades } of report.profiles) expect(trades).toBe(0);
});

it.each([
  ['binance', 'BTCUSDT', 'crypto'],
  ['file', 'BTC/USDT', 'crypto'],
  ['file', 'EUR/USD', 'currencies'],
  ['file', 'XAU/USD', 'commodities'],
  ['file', 'AAPL', undefined],
] as const)('%s %s is a market of the kind %s', (venue, symbol, kind) => {
  expect(marketKind({ venue, symbol })).toBe(kind);
});
