import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { severalMarketsDefinitions } from '../../extension/backtest/metrics/course.ts';
import { timelineOf } from '../../extension/backtest/timeline.ts';
import { defaultRunSettings } from '../../extension/contracts/backtest.ts';
import type { CandleColumns, Candles } from '../../extension/contracts/candles.ts';
import { type Lab, openLab } from '../../extension/lab.ts';
import { makeCandles } from '../../extension/market/candles.ts';
import { makeFunding } from '../../extension/market/funding/series.ts';
import { recordedBars } from '../../extension/market/replay/recordedBars.ts';
import { resampleCandles } from '../../extension/market/resample.ts';
import { backtestSagaName, optimiseSagaName } from '../../extension/pipelines/assess/contracts.ts';
import { backtestStepSchema, optimiseStepSchema } from '../../extension/pipelines/generate/contracts.ts';
import { windowOfManifest } from '../../extension/pipelines/recordTrials.ts';
import { keptBars, syntheticMarket } from '../backtest/support/market.ts';

const hour = 3_600_000;
const hourOfDay = (time: number) => Math.floor(time / hour) % 24;

function candlesOf(symbol: string, columns: CandleColumns): Candles {
  return makeCandles({ venue: 'test', symbol, timeframe: '1h', synthetic: true }, columns);
}

const walk = syntheticMarket({ bars: 1500, seed: 1 });
const shares = syntheticMarket({ bars: 1500, seed: 2 });
/** One that trades around the clock, and one that opens for some hours of the day and begins later. */
const always = candlesOf('COIN', walk);
const sometimes = candlesOf(
  'SHARE',
  keptBars(
    shares,
    (bar) => bar > 200 && hourOfDay(shares.time[bar] ?? 0) >= 9 && hourOfDay(shares.time[bar] ?? 0) < 17,
  ),
);
const coarse = resampleCandles(always, '4h');

const source = `import { crossAbove, crossBelow, defineStrategy } from 'strategy-lab';
export default defineStrategy({
  name: 'Each on its own',
  params: { fast: { type: 'integer', default: 4, min: 2, max: 20 } },
  setup({ params, markets }) {
    return markets.map(({ indicators }) => ({ fast: indicators.sma(params.fast), slow: indicators.sma(15) }));
  },
  next({ markets }, averages) {
    for (const [index, market] of markets.entries()) {
      if (!market.isFresh) continue;
      const { fast, slow } = averages[index];
      if (market.position.isFlat && crossAbove(fast, slow)) market.orders.buy({ percent: 40, stopLossPercent: 2 });
      else if (market.position.isLong && crossBelow(fast, slow)) market.orders.close();
    }
  },
});
`;

let folder: string;
let lab: Lab;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strategy-lab-test-'));
  let ids = 0;
  lab = await openLab({
    folder: join(folder, 'lab'),
    strategiesFolder: join(folder, 'strategies'),
    assets: fileURLToPath(new URL('../../dist/', import.meta.url)),
    clock: Date.now,
    newId: () => `run${ids++}`,
    dockerSocket: '/nowhere/docker.sock',
    bubblewrap: '/nowhere/bwrap',
  });
  for (const set of [always, sometimes, coarse]) await lab.candles.save(set);
});
afterAll(async () => {
  await lab.close();
  await rm(folder, { recursive: true });
});

const named = ({ hash, venue, symbol }: Candles) => ({ hash, venue, symbol });
const both = { data: named(always), others: [named(sometimes)] };

async function runOf(data: object, changes: object = {}, name: string = backtestSagaName): Promise<string> {
  const sagas = await lab.sagas();
  const id = await sagas.create({
    name,
    input: {
      source,
      file: join(folder, 'own.strategy.ts'),
      author: 'person',
      params: {},
      dataWarnings: [],
      settings: defaultRunSettings,
      metric: 'sharpe',
      minimumLevel: 'preview',
      budget: 4,
      ...data,
      ...changes,
    },
  });
  const view = await sagas.run(id);
  expect(view.error).toBeNull();
  return id;
}

async function resultOf(id: string) {
  const { backtest } = await (await lab.sagas()).results(id);
  const step = backtestStepSchema.parse(backtest);
  const equity = new Float64Array(new Uint8Array(await lab.readArtefact(step.equity ?? '')).buffer);
  return { step, equity, result: await lab.readResult(step.result) };
}

/** Changes the journal behind its back, as someone who forges history would. */
function tamper(statements: string): void {
  const database = new DatabaseSync(join(lab.folder, 'journal.sqlite'));
  for (const { name } of database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'trigger'`).all()) {
    database.exec(`DROP TRIGGER ${String(name)}`);
  }
  database.exec(statements);
  database.close();
}

const quietly = { signal: new AbortController().signal, progress: () => {} };

test('a run of two markets lives through the times of both, and its figures are of these', async () => {
  const { result, equity } = await resultOf(await runOf(both));
  const { times } = timelineOf([always, sometimes]);
  expect(equity.length).toBe(times.length);
  expect(result.metrics['finalEquity']).toBe(equity.at(-1));
  expect(result.trades.map(({ symbol }) => symbol)).toEqual(
    result.trades.map(({ market }) => (market === 0 ? 'COIN' : 'SHARE')),
  );
  expect(new Set(result.trades.map(({ market }) => market))).toEqual(new Set([0, 1]));
  for (const { market, entryTime, adverseExcursion } of result.trades) {
    expect((market === 0 ? always : sometimes).time).toContain(entryTime);
    expect(adverseExcursion).toBeGreaterThanOrEqual(0);
  }
  const hold = [always, sometimes].map(({ close }) => (close.at(-1) ?? 0) / (close[0] ?? 0));
  expect(result.metrics['buyAndHoldReturn']).toBeCloseTo(((hold[0] ?? 0) + (hold[1] ?? 0)) / 2 - 1, 12);
  expect(result.definitions['buyAndHoldReturn']).toBe(severalMarketsDefinitions.buyAndHoldReturn);
  // The held-back part begins at one time in both.
  expect(times).toContain(result.segments?.splitTime);
});

test('in a run of two markets each trades as it does alone with the same money at hand', async () => {
  const settings = { ...defaultRunSettings, cash: 1e6 };
  // Units in place of a share of the equity, which both markets change.
  const units = source.replace('percent: 40', 'units: 1');
  const { result } = await resultOf(await runOf(both, { source: units, settings }));
  for (const [market, candles] of [always, sometimes].entries()) {
    const { result: alone } = await resultOf(
      await runOf({ data: named(candles) }, { source: units, settings }),
    );
    const own = result.trades.filter((trade) => trade.market === market);
    const facts = ({
      entryTime,
      entryPrice,
      exitTime,
      exitPrice,
      profit,
      adverseExcursion,
    }: (typeof own)[number]) => [entryTime, entryPrice, exitTime, exitPrice, profit, adverseExcursion];
    // Together it is warm when the slower of the two is.
    const since = own[0]?.entryTime ?? 0;
    expect(own.length).toBeGreaterThan(5);
    expect(own.map(facts)).toEqual(alone.trades.filter(({ entryTime }) => entryTime >= since).map(facts));
  }
});

test('a run of several markets and finer bars is replayed to the byte, and its record shows each market', async () => {
  const data = { data: { ...named(coarse), finer: named(always) } };
  for (const id of [await runOf(both), await runOf(data)]) {
    expect(await lab.rerun(id, quietly)).toMatchObject({ isIdentical: true, difference: null });
    expect((await lab.verify(id)).inputs.filter(({ state }) => state === 'missing')).toMatchObject([
      { input: 'strategy file' },
    ]);
  }
  const evidence = await lab.evidence(await runOf(both));
  const bars = [...recordedBars(evidence)];
  expect(bars.length).toBe(always.time.length);
  const fills = bars.flatMap((bar) => bar.fills);
  expect(fills.length).toBe(
    evidence.result.trades.reduce((sum, { exitTime }) => sum + (exitTime === null ? 1 : 2), 0),
  );
  expect(new Set(fills.map(({ symbol }) => symbol))).toEqual(new Set([null, 'SHARE']));
  expect(evidence.equity.at(-1)).toBe(evidence.result.metrics['finalEquity']);
});

test('finer bars decide what the bars of a run leave open, and are named beside them', async () => {
  // Always in the market, and so near to the entry that one bar of four hours touches both levels.
  const tight = `import { defineStrategy } from 'strategy-lab';
export default defineStrategy({
  name: 'Tight',
  params: {},
  setup() {},
  next({ position, orders }) {
    if (position.isFlat) orders.buy({ percent: 40, stopLossPercent: 2, takeProfitPercent: 2 });
  },
});
`;
  const plain = await resultOf(await runOf({ data: named(coarse) }, { source: tight }));
  const withFiner = { data: { ...named(coarse), finer: named(always) } };
  const finer = await resultOf(await runOf(withFiner, { source: tight }));
  expect(plain.result.manifest.data).not.toHaveProperty('finer');
  expect(finer.result.manifest.data.finer).toMatchObject({ hash: always.hash, timeframe: '1h', bars: 1500 });
  expect(finer.result.fillHash).not.toBe(plain.result.fillHash);
  const { manifest: _, ...same } = plain.result;
  expect(Object.keys(same)).toEqual(Object.keys(finer.result).filter((name) => name !== 'manifest'));
});

test('verify names the set that is gone or damaged, and only that', async () => {
  const other = candlesOf(
    'OTHER',
    keptBars(shares, (bar) => bar % 2 === 0),
  );
  const kept = resampleCandles(other, '4h');
  await lab.candles.save(kept);
  const run = await runOf({ data: { ...named(coarse), finer: named(always) }, others: [named(kept)] });
  const data = join(lab.folder, 'data');
  const files = (await readdir(data)).filter((name) => name.includes(kept.hash.slice(0, 16)));
  for (const name of files) await rm(join(data, name));
  const { inputs } = await lab.verify(run);
  expect(
    inputs.filter(({ input }) => /^(finer )?candles/.test(input)).map(({ input, state }) => [input, state]),
  ).toEqual([
    ['candles of COIN on test', 'same'],
    ['finer candles of COIN on test', 'same'],
    ['candles of OTHER on test', 'missing'],
  ]);
  await expect(lab.rerun(run, quietly)).rejects.toMatchObject({
    reason: 'data.missing',
    message: expect.stringContaining('OTHER'),
  });
});

test('recorded funding is paid at its own times, replayed to the byte, and named by verify', async () => {
  const times = Float64Array.from({ length: 150 }, (_, row) => (always.time[0] ?? 0) + row * 10 * hour);
  const rates = makeFunding(
    times,
    times.map((_, row) => (row % 3 === 0 ? -0.002 : 0.003)),
  );
  await lab.funding.save(rates);
  const settings = { ...defaultRunSettings, market: 'perpetual' };
  const data = { data: { ...named(always), funding: { hash: rates.hash } }, others: [named(sometimes)] };
  const id = await runOf(data, { settings });
  const { result } = await resultOf(id);
  expect(result.manifest.data.funding).toMatchObject({ hash: rates.hash, rates: 150 });
  expect(result.manifest.rules).toHaveProperty('recordedFunding');
  // By hand: what each trade of the main market held at the first bar at or after each time.
  let paid = 0;
  for (const { market, quantity, entryTime, exitTime, funding = 0 } of result.trades) {
    if (market !== 0) {
      expect(funding).toBe(0);
      continue;
    }
    let own = 0;
    for (const [row, time] of times.entries()) {
      const bar = always.time.findIndex((open) => open >= time);
      const open = always.time[bar] ?? Infinity;
      if (bar <= 0 || entryTime >= open || (exitTime ?? Infinity) < open) continue;
      own += quantity * (always.open[bar] ?? 0) * (rates.rate[row] ?? 0);
    }
    expect(funding).toBeCloseTo(own, 9);
    paid += funding;
  }
  expect(paid).not.toBe(0);
  expect(result.metrics['fundingCost']).toBeCloseTo(paid, 9);
  expect(await lab.rerun(id, quietly)).toMatchObject({ isIdentical: true });
  const changed = async () =>
    (await lab.verify(id)).inputs.flatMap(({ input, state }) => (state === 'missing' ? [input] : []));
  expect(await changed()).toEqual(['strategy file']);
  await rm(join(lab.folder, 'data', 'funding', `${rates.hash}.json`));
  expect(await changed()).toEqual(['strategy file', 'funding of COIN on test']);
});

test('an attempt on several markets counts on each of them, whichever is the main one', async () => {
  const own = source.replace('Each on its own', 'Another attempt');
  const swapped = { data: named(sometimes), others: [named(always)] };
  const trialsOf = async (data: object, params: Record<string, number>, attempt: string) => {
    const { result } = await resultOf(await runOf(data, { params, source: attempt }));
    return result.manifest;
  };
  const before = await trialsOf(both, { fast: 5 }, own);
  expect(before.trials?.markets).toBe(2);
  const base = before.trials?.count ?? 0;
  // The same attempt again, the other market first: no new trial, and none of the others is forgotten.
  expect((await trialsOf(swapped, { fast: 5 }, own)).trials?.count).toBe(base);
  expect((await trialsOf(swapped, { fast: 6 }, own)).trials?.count).toBe(base + 1);
  expect((await trialsOf(both, { fast: 6 }, own)).trials?.count).toBe(base + 1);
  // On one market alone every attempt counts that had it among its markets, first or not.
  const alone = async (candles: Candles) =>
    (await trialsOf({ data: named(candles) }, { fast: 5 }, own)).trials?.count ?? 0;
  const counts = [await alone(always), await alone(sometimes)];
  await trialsOf(both, { fast: 7 }, own);
  expect([await alone(always), await alone(sometimes)]).toEqual(counts.map((count) => count + 1));
  // What was tried on one of them alone counts too, whichever is the main one.
  const known = (await trialsOf(both, { fast: 5 }, own)).trials?.count ?? 0;
  await trialsOf({ data: named(sometimes) }, { fast: 8 }, own);
  for (const order of [both, swapped])
    expect((await trialsOf(order, { fast: 5 }, own)).trials?.count).toBe(known + 1);
  // A manifest of an earlier version counted its main market alone, and is asked again about that alone.
  const { count = 0, position = 0 } = before.trials ?? {};
  expect(windowOfManifest(before).markets).toHaveLength(2);
  expect(windowOfManifest({ ...before, trials: { count, position } }).markets).toEqual([
    { venue: 'test', symbol: 'COIN' },
  ]);
});

test('an attempt on several markets is one trial, however often it is made', async () => {
  const counted = async (id: string) => (await resultOf(id)).result.manifest.trials?.count ?? 0;
  const first = await counted(await runOf(both, { params: { fast: 9 } }));
  expect(await counted(await runOf(both, { params: { fast: 9 } }))).toBe(first);
  expect(await counted(await runOf(both, { params: { fast: 10 } }))).toBe(first + 1);
});

test('a search over several markets sees no bar of any at or after the split', async () => {
  const id = await runOf(both, {}, optimiseSagaName);
  const { step, result } = await resultOf(id);
  const optimise = optimiseStepSchema.parse((await (await lab.sagas()).results(id))['optimise']);
  expect(step.splitBar).toBe(optimise.splitBar);
  const { times } = timelineOf([always, sometimes]);
  expect(times[optimise.splitBar]).toBe(result.segments?.splitTime);
  const chosen = optimise.optimisation.trials[optimise.optimisation.chosen];
  // Run again over everything, the chosen set lives through the same in-sample part.
  expect(result.segments?.inSample['totalReturn']).toBeCloseTo(chosen?.inSample['totalReturn'] ?? 0, 12);
});

test('a strategy that asks for more markets than the run has is told how many there are', async () => {
  const asking = source.replace('for (const [index', 'markets[1].bar.close;\n    for (const [index');
  const sagas = await lab.sagas();
  const run = runOf({ data: named(always) }, { source: asking });
  await expect(run).rejects.toThrow();
  const failed = (await sagas.list()).find(({ state }) => state === 'failed');
  expect(failed?.error?.action).toContain('The run has one market');
});

test('the figures of luck name the entry of the ledger up to which they count, and verify counts again to it', async () => {
  const own = source.replace('Each on its own', 'Searched');
  const id = await runOf(both, { source: own }, optimiseSagaName);
  const { optimise } = await (await lab.sagas()).results(id);
  const { luck } = optimiseStepSchema.parse(optimise).optimisation;
  expect(luck?.counted?.markets.map(({ symbol }) => symbol)).toEqual(['COIN', 'SHARE']);
  // What comes later is no part of it.
  await runOf(both, { params: { fast: 19 }, source: own });
  const recount = async () =>
    (await lab.verify(id)).inputs.find(({ input }) => input === 'trials of the search');
  const named = `${luck?.trials} up to position ${luck?.position}`;
  expect(await recount()).toEqual({
    input: 'trials of the search',
    recorded: named,
    now: named,
    state: 'same',
    file: null,
  });
  const { position } = (await resultOf(id)).result.manifest.trials ?? { position: 0 };
  expect(luck?.position).toBeLessThan(position);
  tamper(`DELETE FROM trials WHERE evaluation <= ${luck?.position} AND number = 0`);
  expect((await recount())?.state).toBe('changed');
});
