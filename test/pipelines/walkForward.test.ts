import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { engineVersion } from '../../extension/backtest/rules.ts';
import { defaultRunSettings } from '../../extension/contracts/backtest.ts';
import type { Candles } from '../../extension/contracts/candles.ts';
import { gatePolicySchema } from '../../extension/contracts/gate.ts';
import { validationRequestSchema } from '../../extension/contracts/validation.ts';
import { judgeGate } from '../../extension/evaluation/gate.ts';
import { rowReturns, rowStartsOf } from '../../extension/evaluation/validation/rows.ts';
import { makeCandles, sliceCandles } from '../../extension/market/candles.ts';
import { runCandlesOf } from '../../extension/market/runCandles.ts';
import { selectionStepSchema } from '../../extension/pipelines/assess/contracts.ts';
import { layoutOf } from '../../extension/pipelines/assess/walkForward/layout.ts';
import { optimiseStepSchema } from '../../extension/pipelines/generate/contracts.ts';
import { englishWords } from '../../extension/reports/validation/validationSection.ts';
import { conclusionOf } from '../../extension/reports/validation/validationView.ts';
import { typeScript } from '../sandbox/support.ts';
import {
  create,
  day,
  marketOf,
  meta,
  newRunner,
  openLab,
  search,
  source,
  validationOf,
  windows,
} from './support/walkForwardLab.ts';

/** A walk-forward that nothing disturbs, and the requests for sandboxes that it made. */
async function walked(candles: Candles) {
  const lab = await openLab(candles);
  const evidence = await validationOf(lab, await create(lab, candles, windows), candles);
  return { ...evidence, requests: lab.runner.requests.length };
}

let plainRun: ReturnType<typeof walked> | undefined;

/** That of the market as it is, made once for all tests that look at what it comes to. */
function walkedPlainly(): ReturnType<typeof walked> {
  plainRun ??= walked(marketOf());
  return plainRun;
}

test('each fold chooses what its train bars prefer, and earns what a backtest of its test bars alone earns', async () => {
  const market = marketOf();
  const { validation, result, splitBar } = await walkedPlainly();
  // Trained on 0, 80, 160: rising; on 240 and 320: falling. The fold tested at 240 is the one that errs.
  expect(validation.folds.map(({ params }) => params['side'])).toEqual([1, 1, 1, 0, 0]);
  expect(validation.folds.every(({ isJudged }) => isJudged)).toBe(true);
  expect(validation.folds[2]?.score.outOfSample).toBeLessThan(0);
  expect(validation.folds[4]?.score.outOfSample).toBeGreaterThan(0);
  // What the last fold chose is the choice of the run, judged behind what it saw.
  expect(result.manifest.strategy.params).toEqual(validation.folds[4]?.params);
  expect(splitBar).toBe(400);

  const equity = [10_000];
  for (const [index, { params, trades, score }] of validation.folds.entries()) {
    const from = 80 + 80 * index;
    const window = sliceCandles(market, market.time[from], market.time[from + 80]);
    // A strategy whose indicator is not awaited, so that it trades from the first bar of the window on.
    const alone = await newRunner().run({
      source: typeScript(source.replace('({ indicators }) => ({ slow: indicators.sma(20) })', '() => ({})')),
      candles: window,
      settings: { ...defaultRunSettings, market: 'perpetual' },
      sets: [params],
      minimumLevel: 'preview',
      twice: false,
      alert: async () => {},
      signal: new AbortController().signal,
      progress: () => undefined,
    });
    const [settled] = alone.runs;
    if (settled === undefined) throw new Error('the window has no run');
    expect(trades.outOfSample).toBe(settled.trades.length);
    const { fee, slippage } = defaultRunSettings;
    const last = settled.equity.length - 1;
    for (const { exitTime, quantity } of settled.trades) {
      const close = window.close.at(-1) as number;
      if (exitTime === null) {
        settled.equity[last] = (settled.equity[last] as number) - quantity * close * (fee + slippage);
      }
    }
    const returns = rowReturns(settled.equity, rowStartsOf(window.time, '1d'), 10_000);
    const mean = returns.reduce((sum, value) => sum + value, 0) / 80;
    const deviation = Math.sqrt(returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 79);
    expect(score.outOfSample).toBeCloseTo(mean / deviation, 9);
    for (const value of returns) equity.push((equity.at(-1) as number) * (1 + value));
  }
  expect(validation.curve.equity).toHaveLength(equity.length);
  for (const [row, value] of validation.curve.equity.entries())
    expect(value).toBeCloseTo(equity[row] ?? 0, 6);
  expect(validation.paths[0]?.totalReturn).toBeCloseTo((equity.at(-1) as number) / 10_000 - 1, 9);
}, 60_000);

test('no bar of a test range was used to choose: other prices there change no choice', async () => {
  const other = marketOf((bar) => (bar >= 400 ? 0.01 * (bar % 2) : 0));
  const own = (await walkedPlainly()).validation.folds;
  const changed = (await walked(other)).validation.folds;
  expect(changed.map(({ params, score }) => [params, score.inSample])).toEqual(
    own.map(({ params, score }) => [params, score.inSample]),
  );
  expect(changed.at(-1)?.score.outOfSample).not.toBe(own.at(-1)?.score.outOfSample);
}, 60_000);

test('a run that is stopped anywhere goes on where it was, runs nothing again and ends the same', async () => {
  const market = marketOf();
  const expected = await walkedPlainly();
  const all = expected.requests;
  // The first run in the sandbox, one batch of the search, five test ranges, the backtest and what varies it.
  expect(all).toBe(8 + 11);
  for (const stopAt of [2, 5]) {
    const lab = await openLab(market);
    const id = await create(lab, market, windows);
    lab.runner.stopAt = stopAt;
    expect((await lab.engine.run(id, lab.runner.stop.signal)).state).toBe('interrupted');
    const again = await openLab(market, lab);
    const { validation } = await validationOf(again, id, market);
    expect(validation).toEqual(expected.validation);
    expect(again.runner.requests).toHaveLength(all - stopAt + 1);
    expect(await lab.journal.trials.verify()).toMatchObject({ brokenAt: null });
  }
}, 120_000);

test('what another engine has confirmed is not taken for what this one would', async () => {
  const market = marketOf();
  const lab = await openLab(market);
  const id = await create(lab, market, windows);
  lab.runner.stopAt = 5;
  expect((await lab.engine.run(id, lab.runner.stop.signal)).state).toBe('interrupted');
  const file = join(lab.folder, `work-${id}-validate-1.json`);
  const kept = await readFile(file, 'utf8');
  const of = (version: string) => `\\"engine\\":\\"${version}\\"`;
  expect(kept).toContain(of(engineVersion));
  await writeFile(file, kept.replace(of(engineVersion), of('0.0.0')));
  const again = await openLab(market, lab);
  await validationOf(again, id, market);
  // All five test ranges, the backtest and what varies it.
  expect(again.runner.requests).toHaveLength(6 + 11);
}, 60_000);

test('sets of one test range share one run, and every run is on record as tried on its range alone', async () => {
  const market = marketOf();
  const lab = await openLab(market);
  const id = await create(lab, market, { kind: 'combinatorial', groups: 6, testGroups: 2 });
  const { validation, result } = await validationOf(lab, id, market);
  expect(validation.folds).toHaveLength(15);
  expect(validation.paths).toHaveLength(5);
  const late = lab.runner.requests.filter(({ firstBar }) => firstBar !== undefined);
  expect(late.length).toBeLessThanOrEqual(6);
  expect(new Set(late.map(({ firstBar }) => firstBar)).size).toBe(late.length);
  const scores = validation.paths.map(({ score }) => score as number).sort((a, b) => a - b);
  expect(validation.spread?.median).toBeCloseTo(scores[2] as number, 12);

  // On the third group alone: the whole runs, and those of its own range.
  const range = { from: market.time[160] as number, to: (market.time[239] as number) + day };
  const one = await lab.journal.trials.count({ markets: [{ venue: 'test', symbol: 'TEST' }], ...range });
  expect(one.trials).toBe(4);
  // The first run, the search, each test range, the backtest.
  expect(one.position).toBe(late.length + 3);

  const { optimise } = await lab.engine.results(id);
  const { luck } = optimiseStepSchema.parse(optimise).optimisation;
  const policy = gatePolicySchema.parse({});
  const checks = judgeGate({ policy, result, luck, fragility: null, validation }).checks;
  expect(checks.find(({ name }) => name === 'median-path')?.value).toBe(validation.spread?.median);
  expect(checks.find(({ name }) => name === 'out-of-sample')?.value).toBe(
    validation.paths[validation.path]?.totalReturn,
  );
}, 60_000);

test('a run of several markets is validated on all of them, at the times of any', async () => {
  const only = (symbol: string, keep: (bar: number) => boolean): Candles => {
    const { time, open, high, low, close, volume } = marketOf();
    const pick = (values: Float64Array) => values.filter((_, bar) => keep(bar));
    return makeCandles(
      { ...meta, symbol },
      {
        time: pick(time),
        open: pick(open),
        high: pick(high),
        low: pick(low),
        close: pick(close),
        volume: pick(volume),
      },
    );
  };
  const main = only('TEST', (bar) => bar % 5 !== 4);
  const other = only('OTHER', (bar) => bar % 7 !== 6);
  const both = source
    .replace('{ bar, position, orders, params }', '{ bar, markets, params }')
    .replace(
      'const phase',
      'const { position, orders, isFresh } = markets[1];\n    if (!isFresh) return;\n    const phase',
    );
  const lab = await openLab(main, undefined, [main, other]);
  const others = [{ hash: other.hash, venue: other.venue, symbol: other.symbol }];
  const id = await create(lab, main, windows, { source: both, others });
  const { validation } = await validationOf(lab, id, main, [main, other]);
  const union = marketOf().time.filter((_, bar) => bar % 5 !== 4 || bar % 7 !== 6);
  expect(validation.rows).toBe(union.length);
  const [fold] = validation.folds;
  const [from, to] = [union[80], union[160]];
  expect(fold?.test).toEqual([{ firstTime: from, lastTime: union[159], rows: 80 }]);
  const alone = await newRunner().run({
    source: typeScript(both.replace('({ indicators }) => ({ slow: indicators.sma(20) })', '() => ({})')),
    candles: runCandlesOf([sliceCandles(main, from, to), sliceCandles(other, from, to)]),
    settings: { ...defaultRunSettings, market: 'perpetual' },
    sets: [fold?.params ?? {}],
    minimumLevel: 'preview',
    twice: false,
    alert: async () => {},
    signal: new AbortController().signal,
    progress: () => undefined,
  });
  const [settled] = alone.runs;
  expect(fold?.trades.outOfSample).toBe(settled?.trades.length);
  expect(fold?.trades.outOfSample).toBeGreaterThan(10);
  const { fee, slippage, spread } = defaultRunSettings;
  const open = (settled?.trades ?? []).filter(({ exitTime }) => exitTime === null);
  const exits = open.reduce((sum, { quantity, markPrice }) => sum + quantity * (markPrice ?? 0), 0);
  const value = (settled?.equity.at(-1) ?? 0) - exits * (fee + slippage + spread / 2);
  expect(validation.curve.equity[80]).toBeCloseTo(value, 6);
}, 60_000);

test('a search that learns from test bars fails the run with a reason, before anything is run', async () => {
  const market = marketOf();
  const lab = await openLab(market);
  const id = await create(lab, market, windows, { search: { ...search, kind: 'genetic' } });
  const view = await lab.engine.run(id);
  expect(view.error).toMatchObject({
    reason: 'usage',
    message: expect.stringMatching(/learns from the bars/),
  });
  expect(lab.runner.requests.length).toBe(0);
});

test('a train window that ends before the indicators are warm is refused before anything is searched', async () => {
  const market = marketOf();
  const lab = await openLab(market);
  const slow = source.replace('sma(20)', 'sma(90)');
  const id = await create(lab, market, windows, { source: slow });
  const { error } = await lab.engine.run(id);
  expect(error?.message).toBe(
    'A train window of 80 bars ends before the strategy first trades: its indicators need 89 bars.',
  );
  expect(lab.runner.requests.length).toBe(1);
});

test('a walk-forward in which no set could be judged says so, and praises nothing', async () => {
  const market = marketOf();
  const lab = await openLab(market);
  const asking = { ...search, constraints: [{ metric: 'trades', atLeast: 1000 }] };
  const id = await create(lab, market, windows, { search: asking });
  const { validation } = await validationOf(lab, id, market);
  expect(validation.folds.some(({ isJudged }) => isJudged)).toBe(false);
  const { reasons } = selectionStepSchema.parse((await lab.engine.results(id))['optimise']);
  expect(reasons).toEqual([
    expect.stringMatching(/^In none of 5 folds .*nothing can be said of the choice\.$/),
  ]);
  expect(conclusionOf(validation, englishWords)).toEqual([expect.stringMatching(/^In none of the 5 folds/)]);
}, 60_000);

test('a position that is open at the end of a test range pays its exit there', async () => {
  const market = marketOf();
  const always = source.replace('phase === 2', 'false').replace('phase === 0 && ', '');
  const settings = { ...defaultRunSettings, market: 'perpetual', spread: 0.002, fixedFee: 3 } as const;
  const lab = await openLab(market);
  const own = { ...search, constraints: [] };
  const id = await create(lab, market, windows, { source: always, settings, search: own });
  const { validation } = await validationOf(lab, id, market);
  let expected = 10_000;
  for (const [index, { params }] of validation.folds.entries()) {
    const from = 80 + 80 * index;
    const alone = await newRunner().run({
      source: typeScript(always.replace('({ indicators }) => ({ slow: indicators.sma(20) })', '() => ({})')),
      candles: sliceCandles(market, market.time[from], market.time[from + 80]),
      settings,
      sets: [params],
      minimumLevel: 'preview',
      twice: false,
      alert: async () => {},
      signal: new AbortController().signal,
      progress: () => undefined,
    });
    const { equity, trades } = alone.runs[0] as (typeof alone.runs)[number];
    const [trade] = trades;
    expect(trades).toHaveLength(1);
    expect(trade?.exitTime).toBeNull();
    const value = (trade?.quantity ?? 0) * (market.close[from + 79] as number);
    const cost = value * (0.001 + 0.0005 + 0.001) + 3;
    expected *= ((equity.at(-1) as number) - cost) / 10_000;
  }
  expect(validation.curve.equity.at(-1)).toBeCloseTo(expected, 6);
}, 60_000);

test('a market that is listed behind a test range is refused; one that is closed in it is not', () => {
  const market = marketOf();
  const { time } = market;
  const layout = (other: Candles) =>
    layoutOf({ validation: validationRequestSchema.parse(windows) }, runCandlesOf([market, other]));
  const late = makeCandles({ ...meta, symbol: 'LATE' }, sliceCandles(market, time[400]));
  expect(() => layout(late)).toThrow(
    /LATE on test has its first bar at 2021-02-04.* test range of 2020-03-21/,
  );
  const early = makeCandles({ ...meta, symbol: 'EARLY' }, sliceCandles(market, time[0], time[60]));
  expect(layout(early).scheme.folds).toHaveLength(5);
});
