import { describe, expect, it } from 'vitest';
import { intentColumns, intentWidth, operations, sizeKinds } from '../../extension/backtest/intents.ts';
import { defaultRunSettings, type RunSettings } from '../../extension/contracts/backtest.ts';
import type { Candles, RunCandles } from '../../extension/contracts/candles.ts';
import type { Fragility } from '../../extension/contracts/fragility.ts';
import { gatePolicySchema } from '../../extension/contracts/gate.ts';
import { fixedRates } from '../../extension/evaluation/fragility/paidFunding.ts';
import { fragilityVerdicts, noTrades } from '../../extension/evaluation/fragility/verdicts.ts';
import { makeCandles } from '../../extension/market/candles.ts';
import { makeFunding } from '../../extension/market/funding/series.ts';
import { runFragility } from '../../extension/pipelines/fragility/runFragility.ts';
import {
  type StrategyRun,
  StrategyRunner,
  type StrategyRunRequest,
} from '../../extension/pipelines/strategyRunner.ts';
import { OutputFolder } from '../../extension/storage/outputFolder.ts';
import { mixedChunks } from '../../sandbox/chunkPlan.ts';
import { hostileWorker } from '../sandbox/hostileRunner.ts';
import { quickjsBackend, typeScript } from '../sandbox/support.ts';
import { emptyFolderInMemory } from '../storage/lab.ts';
import { CountingRunner, runnerOptions as options } from './support/countingRunner.ts';

const runner = new StrategyRunner(options);
const hour = 3_600_000;
const signal = new AbortController().signal;

/** Hourly bars that open where the one before closed. */
function marketOf(bars: number, priceAt: (bar: number) => number, symbol = 'TEST', firstBar = 0): Candles {
  const close = Float64Array.from({ length: bars }, (_, bar) => priceAt(bar));
  const open = close.map((price, bar) => (bar === 0 ? price : (close[bar - 1] as number)));
  return makeCandles(
    { venue: 'test', symbol, timeframe: '1h', synthetic: true },
    {
      time: Float64Array.from(close, (_, bar) => Date.UTC(2022, 0, 1) + (firstBar + bar) * hour),
      open,
      high: close.map((price, bar) => Math.max(price, open[bar] as number)),
      low: close.map((price, bar) => Math.min(price, open[bar] as number)),
      close,
      volume: new Float64Array(bars).fill(1000),
    },
  );
}

function strategy(next: string, setup = 'return {};'): string {
  return `import { crossAbove, crossBelow, defineStrategy } from 'strategy-lab';
export default defineStrategy({
  name: 'made by hand',
  setup({ indicators }) { ${setup} },
  next({ bar, bars, position, orders }, series) { ${next} },
});
`;
}

interface Case {
  readonly source: string;
  readonly candles: RunCandles;
  readonly settings?: Partial<RunSettings>;
  readonly runner?: StrategyRunner;
  readonly searches?: OutputFolder;
}

let runs = 0;

async function fragilityOf({ source, candles, ...given }: Case): Promise<Fragility> {
  const used = given.runner ?? runner;
  const settings = { ...defaultRunSettings, ...given.settings };
  const base = await used.run({
    source: typeScript(source),
    candles,
    settings,
    sets: [{}],
    minimumLevel: 'preview',
    twice: true,
    alert: async () => {},
    signal,
    progress: () => undefined,
  });
  return runFragility(
    { runner: used, searches: given.searches ?? new OutputFolder(emptyFolderInMemory()) },
    {
      strategy: {
        source: typeScript(source),
        params: {},
        settings,
        minimumLevel: 'preview',
        backend: 'quickjs',
        alert: async () => {},
        signal,
      },
      candles,
      run: base,
      key: given.searches === undefined ? `run/${runs++}` : 'run/kept',
      clock: () => 0,
      progress: () => undefined,
    },
  );
}

function verdictsOf(fragility: Fragility): Record<string, string> {
  const verdicts = fragilityVerdicts(fragility, gatePolicySchema.parse({}));
  return Object.fromEntries(verdicts.map(({ name, state }) => [name, state]));
}

const sound = {
  delay: 'pass',
  'doubled-costs': 'pass',
  'shifted-start': 'pass',
  'cut-data': 'pass',
  'noise-future': 'pass',
};

const waves = marketOf(1200, (bar) => 100 + 20 * Math.sin(bar / 30) + 4 * Math.sin(bar / 7));
const averages = 'return { fast: indicators.sma(8), slow: indicators.sma(24) };';
const crossing = `if (position.isFlat && crossAbove(series.fast, series.slow)) orders.buy({ percent: 50 });
  else if (position.isLong && crossBelow(series.fast, series.slow)) orders.close();`;

describe('a strategy is found fragile for what it is', () => {
  it('an honest one passes every check', async () => {
    const fragility = await fragilityOf({ source: strategy(crossing, averages), candles: waves });
    expect(verdictsOf(fragility)).toEqual(sound);
    expect(fragility.shiftedStart.map(({ at }) => at)).toEqual([1, 23, 47]);
    for (const { compared } of fragility.cutData) expect(compared).toBeGreaterThan(3);
  });

  it('one that profits at the very next open alone loses it by one bar of delay', async () => {
    // A fall, a jump and a fall back, over and over: who buys a bar late buys the top.
    const pattern = [100, 98, 102, 100];
    const candles = marketOf(800, (bar) => pattern[bar % 4] as number);
    const next = `if (position.isFlat && bar.close < 99) orders.buy({ percent: 50 });
      else if (position.isLong && bar.close > 101) orders.close();`;
    const fragility = await fragilityOf({ source: strategy(next), candles });
    expect(verdictsOf(fragility)).toEqual({ ...sound, delay: 'fail' });
    expect(fragility.base.totalReturn).toBeGreaterThan(0.5);
    expect(fragility.delay.figures?.totalReturn).toBeLessThan(0);
  });

  it('one that lives on edges smaller than twice the costs loses money at doubled costs', async () => {
    // Up by 0.6 % in 20 bars and down again: 0.54 % a trip, which costs 0.3 %.
    const candles = marketOf(1200, (bar) => 100 + 0.03 * Math.abs((bar % 40) - 20));
    const next = `if (position.isFlat && bar.close > bars.close.ago(1)) orders.buy({ percent: 50 });
      else if (position.isLong && bar.close < bars.close.ago(1)) orders.close();`;
    const fragility = await fragilityOf({ source: strategy(next), candles });
    expect(verdictsOf(fragility)).toEqual({ ...sound, 'doubled-costs': 'fail' });
    expect(fragility.base.totalReturn).toBeGreaterThan(0);
  });

  it('one that counts bars since its start differs at its first trade when it is begun a bar later', async () => {
    const candles = marketOf(600, (bar) => 100 * 1.004 ** bar);
    const next = `if (bar.index % 12 === 0) orders.buy({ percent: 50 });
      else if (bar.index % 12 === 8) orders.close();`;
    const fragility = await fragilityOf({ source: strategy(next), candles });
    expect(verdictsOf(fragility)).toEqual({ ...sound, 'shifted-start': 'fail' });
    // Flat at the close of bar 9, when the later one has just left: bought on bar 13, a bar later on 14.
    expect(fragility.shiftedStart[0]?.difference).toEqual({ bar: 13, time: candles.time[13] });
  });

  it('one without a trade is judged by no check, and says so', async () => {
    const fragility = await fragilityOf({ source: strategy('void bar;'), candles: waves });
    const verdicts = fragilityVerdicts(fragility, gatePolicySchema.parse({}));
    for (const { state, text } of verdicts) {
      expect({ state, text }).toEqual({ state: 'not-available', text: noTrades });
    }
  });

  it('one that opens a trade and keeps it has one', async () => {
    const next = `if (position.isFlat) orders.buy({ percent: 50 }); void bar;`;
    const fragility = await fragilityOf({ source: strategy(next), candles: waves });
    expect(fragility).toMatchObject({ fills: 1, base: { trades: 0 } });
    expect(verdictsOf(fragility)['doubled-costs']).not.toBe('not-available');
  });

  it('costs at their limits are named, and no second run is made where none could be raised', async () => {
    const source = strategy(crossing, averages);
    const fragility = await fragilityOf({ source, candles: waves, settings: { fee: 0.2, slippage: 0 } });
    expect(fragility.doubledCosts).toMatchObject({
      figures: null,
      problem: { kind: 'not-comparable' },
      limits: [{ cost: 'fee', was: 0.2, limit: 0.2 }],
    });
    expect(verdictsOf(fragility)['doubled-costs']).toBe('not-available');
  });

  it('funding is doubled where the run pays it, and received funding makes doubled costs no gain', async () => {
    // Long for 40 hours, then short for 40.
    const next = `const turn = Math.floor(bar.index / 40) % 2 === 0;
      if (turn && !position.isLong) { orders.close(); orders.buy({ percent: 50 }); }
      else if (!turn && !position.isShort) { orders.close(); orders.sell({ percent: 50 }); }`;
    const flat = marketOf(800, (bar) => 100 + (bar % 2) * 0.001);
    const free = { fee: 0, slippage: 0, market: 'perpetual' as const };
    const funded = (settings: Partial<RunSettings>, candles: RunCandles = flat) =>
      fragilityOf({ source: strategy(next), candles, settings: { ...free, ...settings } });
    const both = await funded({ fundingRate: 0.001 });
    // It pays as much as it receives: only what it pays is doubled.
    expect(Math.abs(both.base.totalReturn ?? 1)).toBeLessThan(0.005);
    expect(both.doubledCosts).toMatchObject({ funding: 'paid-doubled', limits: [] });
    expect(both.doubledCosts?.figures?.totalReturn).toBeLessThan(-0.015);

    // The same rate as a record gives the same run, and the same at doubled costs.
    const { time, rate } = fixedRates(flat.time, { fundingRate: 0.001, fundingHours: 8 });
    const recorded = await funded({}, { ...flat, funding: makeFunding(time, rate) });
    expect(recorded.base).toEqual(both.base);
    expect(recorded.doubledCosts).toEqual(both.doubledCosts);
  });

  it('funding that is only received is left alone', async () => {
    const next = `if (position.isFlat) orders.sell({ percent: 50 }); void bar;`;
    const settings = { market: 'perpetual' as const, fundingRate: 0.001 };
    const fragility = await fragilityOf({ source: strategy(next), candles: waves, settings });
    expect(fragility.doubledCosts).toMatchObject({ funding: 'none-paid', problem: null });
    const costs = { ...settings, fee: 0.002, slippage: 0.001 };
    const dear = await fragilityOf({ source: strategy(next), candles: waves, settings: costs });
    expect(fragility.doubledCosts?.figures).toEqual(dear.base);
  });

  it('a run over several markets is begun later by time, and the first bar that differs is named', async () => {
    const second = marketOf(900, (bar) => 50 + 10 * Math.sin(bar / 25), 'OTHER', 150);
    const candles = { ...waves, others: [second] };
    const joint = (next: string, setup = 'return {};') =>
      `import { crossAbove, crossBelow, defineStrategy } from 'strategy-lab';
export default defineStrategy({
  name: 'joint',
  setup({ indicators, markets }) { void indicators; void markets; ${setup} },
  next({ bar, bars, position, orders, markets }, series) { void series; void bars; void markets; ${next} },
});
`;
    const honest = await fragilityOf({ source: joint(crossing, averages), candles });
    expect(verdictsOf(honest)['shifted-start']).toBe('pass');
    const counting = `if (bar.index % 12 === 0) orders.buy({ percent: 50 });
      else if (bar.index % 12 === 8) orders.close();`;
    const fragility = await fragilityOf({ source: joint(counting), candles });
    const [first] = fragility.shiftedStart;
    expect(verdictsOf(fragility)['shifted-start']).toBe('fail');
    // It decides once the other market has bars, from bar 150 on: bought on bar 157, a bar later on 158.
    expect(first?.difference).toEqual({ bar: 157, time: waves.time[157] });
  });

  it('one whose hidden state depends on how often it was asked is caught by the second run, which names the bar', async () => {
    // It counts the chunks that it has seen, and gives an order on the last bar of the second one.
    const lies = 'lie.intents = (from, to) => intents(chunk === 1 ? [closeRow(to - 1, 1)] : []);';
    const counting = quickjsBackend(hostileWorker('counting', lies));
    const bars = 8192;
    const candles = marketOf(bars, (bar) => 100 + Math.sin(bar));
    const secret = new StrategyRunner({ ...options, backends: [counting] });
    const failure = fragilityOf({ source: strategy('void bar;'), candles, runner: secret });
    await expect(failure).rejects.toMatchObject({ reason: 'sandbox.look-ahead' });
    const [first = 0, second = 0] = mixedChunks(bars, 1);
    await expect(failure).rejects.toMatchObject({ place: { bar: first + second - 1 } });
  });

  it('a whole-frame signal that knows the close of one bar to come fails on cut data and on noise', async () => {
    const candles = marketOf(600, (bar) => 100 + 5 * Math.sin(bar / 9) + 3 * Math.sin(bar * 1.7));
    const peeking = new PeekingRunner(options);
    const fragility = await fragilityOf({ source: strategy('void bar;'), candles, runner: peeking });
    expect(verdictsOf(fragility)).toMatchObject({ 'cut-data': 'fail', 'noise-future': 'fail' });
    // The last order before the cut is the one that was given by what came after.
    for (const { at, difference } of [...fragility.cutData, ...fragility.noiseFuture]) {
      expect(difference?.bar).toBe(at - 1);
    }
  });

  it('goes on behind the checks that an earlier attempt has finished, and ends as if there had been none', async () => {
    const searches = new OutputFolder(emptyFolderInMemory());
    const given = { source: strategy(crossing, averages), candles: waves, searches };
    const dying = new CountingRunner(6);
    await expect(fragilityOf({ ...given, runner: dying })).rejects.toThrow('the host died');
    const second = new CountingRunner();
    const resumed = await fragilityOf({ ...given, runner: second });
    // Of five checks that were begun the last one or two were cut off.
    expect(second.runs).toBeGreaterThanOrEqual(1 + 11 - 5);
    expect(second.runs).toBeLessThanOrEqual(1 + 11 - 3);
    expect(verdictsOf(resumed)).toEqual(sound);
    const third = new CountingRunner();
    expect(await fragilityOf({ ...given, runner: third })).toEqual(resumed);
    expect(third.runs).toBe(1);
  });
});

/** A lab that gives a strategy all bars at once: each order is given by the close of the bar that follows. */
class PeekingRunner extends StrategyRunner {
  override async run(request: StrategyRunRequest): Promise<StrategyRun> {
    const run = await super.run(request);
    const { close } = request.candles;
    const rows: number[][] = [];
    for (let bar = 0; bar + 1 < close.length; bar++) {
      if ((close[bar + 1] as number) <= (close[bar] as number)) continue;
      const row = new Array<number>(intentWidth).fill(0);
      row[intentColumns.bar] = bar;
      row[intentColumns.id] = rows.length + 1;
      row[intentColumns.operation] = operations.buy;
      row[intentColumns.sizeKind] = sizeKinds.percent;
      row[intentColumns.size] = 10;
      rows.push(row);
    }
    return { ...run, intents: [Float64Array.from(rows.flat())] };
  }
}
