import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { engineVersion } from '../../extension/backtest/rules.ts';
import { defaultRunSettings } from '../../extension/contracts/backtest.ts';
import { makeCandles } from '../../extension/market/candles.ts';
import { backtestSagaName, optimiseSagaName } from '../../extension/pipelines/assess/contracts.ts';
import { rerun } from '../../extension/pipelines/replay/rerun.ts';
import { StrategyRunner } from '../../extension/pipelines/strategyRunner.ts';
import { defaultLimits } from '../../sandbox/sandbox.ts';
import { engineHashes, quickjsBackend } from '../sandbox/support.ts';
import { market, marketMeta, strategiesFolder, useReplayLab } from './support/replayLab.ts';

const replayed = useReplayLab();
const examples = (await readdir(strategiesFolder)).filter((name) => name.endsWith('.strategy.ts'));

const runner = new StrategyRunner({
  backends: [quickjsBackend()],
  limits: defaultLimits,
  engineHashes: engineHashes(),
  newNonce: () => randomBytes(16),
});

const quietly = { signal: new AbortController().signal, progress: () => {} };
const note = (): never => {
  throw new Error('no alert is expected');
};
const same = { isIdentical: true, build: [], difference: null, trade: null, equity: null };

describe('a replay', () => {
  test.each(examples)('of %s gives the same bytes', async (name) => {
    const { id } = await replayed.runOf(name);
    const report = await replayed.lab.rerun(id, quietly);
    expect(report).toMatchObject({ run: id, ...same });
    expect(report.now).toBe(report.recorded);
    expect((await replayed.lab.evidence(id)).result.trades.length).toBeGreaterThan(0);
  });

  test('of a searched run, of one judged as a whole and of one with other costs gives the same bytes', async () => {
    const [first = ''] = examples;
    const searched = await replayed.runOf(first, { pipeline: optimiseSagaName });
    const whole = await replayed.runOf(first, { input: { isWhole: true } });
    for (const { id } of [searched, whole]) expect(await replayed.lab.rerun(id, quietly)).toMatchObject(same);
    expect((await replayed.lab.evidence(whole.id)).result.segments).toBeNull();
  });

  test('of a run from an idea gives the same bytes', async () => {
    const sagas = await replayed.lab.sagas();
    const { hash, venue, symbol } = market;
    const id = await sagas.create({
      name: 'generate',
      input: {
        idea: 'buy when the 10-hour average crosses above the 30-hour one, sell on the way back',
        edited: null,
        data: { hash, venue, symbol },
        dataWarnings: [],
        settings: defaultRunSettings,
        metric: 'sharpe',
        minimumLevel: 'preview',
        budget: 4,
      },
    });
    await sagas.run(id);
    expect(await replayed.lab.rerun(id, quietly)).toMatchObject(same);
  });

  test('gives the same bytes however much was tried since, and adds no trial of its own', async () => {
    const { id } = await replayed.runOf('smaCross.strategy.ts', { input: { params: { fast: 7 } } });
    const before = (await replayed.lab.evidence(id)).result.manifest.trials;
    await replayed.runOf('smaCross.strategy.ts', { input: { params: { fast: 8 } } });
    expect(await replayed.lab.rerun(id, quietly)).toMatchObject(same);
    const { id: later } = await replayed.runOf('smaCross.strategy.ts', { input: { params: { fast: 8 } } });
    const after = (await replayed.lab.evidence(later)).result.manifest.trials;
    expect(after?.count).toBe((before?.count ?? 0) + 1);
    expect(after?.position).toBe((before?.position ?? 0) + 2);
  });

  test('on bars that are no longer the same names the first field, trade and bar that differ', async () => {
    const { id } = await replayed.runOf('smaCross.strategy.ts');
    const { trades } = (await replayed.lab.evidence(id)).result;
    const changed = 600;
    const close = market.close.slice();
    close[changed] = (close[changed] ?? 0) * 1.5;
    const report = await replayed.withSources((sources, { trials }) => {
      const loadCandles = () => Promise.resolve(makeCandles(marketMeta, { ...market, close }));
      return rerun({ ...sources, loadCandles, runner, trials, note }, id, quietly);
    });
    expect(report).toMatchObject({ isIdentical: false, build: [] });
    expect(report.difference?.path).toBe('manifest.data.hash');
    expect(report.difference?.recorded).toBe(JSON.stringify(market.hash));
    expect(report.equity?.bar).toBeGreaterThanOrEqual(changed);
    const time = market.time[changed] ?? 0;
    const entered = trades.findIndex(({ exitTime }) => (exitTime ?? time) >= time);
    expect(report.trade?.number).toBe(entered + 1);
    expect(report.trade?.entryTime).toBe(trades[entered]?.entryTime);
  });

  test('by another build of the program says which part is another, and compares all the same', async () => {
    const { id } = await replayed.runOf('smaCross.strategy.ts');
    const report = await replayed.withSources((sources, { trials }) => {
      const readArtefact = async (hash: string) => {
        const bytes = await sources.readArtefact(hash);
        const text = new TextDecoder().decode(bytes);
        const isResult = text.startsWith('{"manifest"');
        return isResult ? new TextEncoder().encode(text.replace('"version":"', '"version":"0.')) : bytes;
      };
      return rerun({ ...sources, readArtefact, runner, trials, note }, id, quietly);
    });
    expect(report.build).toEqual([
      { path: 'manifest.engine.version', recorded: `"0.${engineVersion}"`, now: `"${engineVersion}"` },
    ]);
    expect(report).toMatchObject({ isIdentical: false, difference: null, trade: null, equity: null });
  });

  test('whose candles are gone says which they were and what to do', async () => {
    const own = await replayed.openLab(join(replayed.folder, 'without'));
    await own.candles.save(market);
    const { id } = await replayed.runOf('smaCross.strategy.ts', { of: own });
    await rm(join(own.folder, 'data'), { recursive: true });
    const failure = expect.objectContaining({
      reason: 'data.missing',
      message: expect.stringContaining('TEST on test, 1h, 2020-09-13T12:26 to'),
      action: expect.stringContaining(market.hash),
    });
    await expect(own.rerun(id, quietly)).rejects.toThrow(failure);
    await own.close();
  });

  test.each(['rerun', 'verify'] as const)('there is none of what has no backtest: %s', async (verb) => {
    const sagas = await replayed.lab.sagas();
    const { source, file } = await replayed.runOf('smaCross.strategy.ts');
    const { hash, venue, symbol } = market;
    const input = { source, file, author: 'person', params: {}, data: { hash, venue, symbol } };
    const settings = {
      settings: defaultRunSettings,
      metric: 'sharpe',
      minimumLevel: 'preview',
      dataWarnings: [],
    };
    const waiting = await sagas.create({ name: backtestSagaName, input: { ...input, ...settings } });
    await expect(replayed.lab[verb](waiting, quietly)).rejects.toMatchObject({ reason: 'saga.state' });
    await expect(replayed.lab[verb]('nothing', quietly)).rejects.toMatchObject({ reason: 'not-found' });
  });
});
