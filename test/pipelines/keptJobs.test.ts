import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { defaultRunSettings } from '../../extension/contracts/backtest.ts';
import { makeCandles } from '../../extension/market/candles.ts';
import { type KeptJob, runKeptJobs } from '../../extension/pipelines/keptJobs.ts';
import { basisOf, forgetWork, openKeptWork } from '../../extension/pipelines/keptWork.ts';
import { OutputFolder } from '../../extension/storage/outputFolder.ts';
import { syntheticMarket } from '../backtest/support/market.ts';
import { typeScript } from '../sandbox/support.ts';
import { emptyFolderInMemory } from '../storage/lab.ts';

const never = new AbortController().signal;
const control = { signal: never, clock: () => 0, progress: () => undefined, atOnce: 2 };

function jobsOf(
  count: number,
  run: (job: number, signal: AbortSignal) => Promise<number>,
): KeptJob<number>[] {
  return Array.from({ length: count }, (_, job) => ({
    name: `job ${job}`,
    bars: 10,
    run: (signal) => run(job, signal),
  }));
}

const open = (folder: string, about: unknown = 1) =>
  openKeptWork({ folder: new OutputFolder(folder), key: 'run/step/1' }, about, z.number());

describe('jobs that are kept', () => {
  it('are done once, two at a time, whatever attempt did them', async () => {
    const folder = emptyFolderInMemory();
    const begun: number[] = [];
    let running = 0;
    let most = 0;
    const jobs = jobsOf(7, async (job) => {
      begun.push(job);
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
      if (job === 5 && begun.length === 6) throw new Error('died');
      return job * 2;
    });
    await expect(runKeptJobs(jobs, await open(folder), control)).rejects.toThrow('died');
    const parts = await runKeptJobs(jobs, await open(folder), control);
    expect(most).toBe(2);
    expect([...parts.values()].sort((a, b) => a - b)).toEqual([0, 2, 4, 6, 8, 10, 12]);
    // The one that failed again, and its neighbour where that was cut off before it was kept.
    expect(begun.length).toBeLessThanOrEqual(7 + 2);
    expect(begun.filter((job) => job < 4)).toHaveLength(4);
  });

  it('stop together: where one fails the other hears of it, and has ended before the failure is told', async () => {
    let hasEnded = false;
    const jobs = jobsOf(2, async (job, signal) => {
      if (job === 0) throw new Error('first');
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      await Promise.resolve();
      hasEnded = true;
      throw new Error('stopped');
    });
    await expect(runKeptJobs(jobs, await open(emptyFolderInMemory()), control)).rejects.toThrow('first');
    expect(hasEnded).toBe(true);
  });

  it('stop for a person with the reason of that', async () => {
    const stop = new AbortController();
    const jobs = jobsOf(3, async (_, signal) => {
      stop.abort(new Error('cancelled by a person'));
      signal.throwIfAborted();
      return 1;
    });
    const stopped = { ...control, signal: stop.signal };
    await expect(runKeptJobs(jobs, await open(emptyFolderInMemory()), stopped)).rejects.toThrow(
      'by a person',
    );
  });

  it('rest on the engine, the source, the bars of every market and the settings: of another there is nothing', async () => {
    const candlesOf = (seed: number) =>
      makeCandles(
        { venue: 'v', symbol: `S${seed}`, timeframe: '1h', synthetic: true },
        syntheticMarket({ bars: 20, seed }),
      );
    const own = { source: typeScript('a'), candles: candlesOf(1), settings: defaultRunSettings };
    const folder = emptyFolderInMemory();
    await (await open(folder, basisOf(own))).keep('job 0', 5);
    expect((await open(folder, basisOf({ ...own }))).find('job 0')).toBe(5);
    for (const other of [
      { ...basisOf(own), engine: '0.0.0' },
      basisOf({ ...own, source: typeScript('b') }),
      basisOf({ ...own, candles: candlesOf(2) }),
      basisOf({ ...own, candles: { ...own.candles, others: [candlesOf(2)] } }),
      basisOf({ ...own, settings: { ...defaultRunSettings, fee: 0.002 } }),
    ]) {
      expect((await open(folder, other)).find('job 0')).toBeUndefined();
    }
  });

  it('of other work, of a damaged file, or of a step that is on record are not taken for these', async () => {
    const folder = emptyFolderInMemory();
    await (await open(folder)).keep('job 0', 5);
    expect((await open(folder)).find('job 0')).toBe(5);
    expect((await open(folder, 2)).find('job 0')).toBeUndefined();
    const files = new OutputFolder(folder);
    await forgetWork(files, 'ru');
    expect((await open(folder)).find('job 0')).toBe(5);
    await forgetWork(files, 'run');
    expect((await open(folder)).find('job 0')).toBeUndefined();
    await files.write('work-run-step-1.json', '{ "about": "1", "parts": {');
    expect((await open(folder)).find('job 0')).toBeUndefined();
  });

  it('leave the newest content on disk, however writes overlap', async () => {
    const folder = emptyFolderInMemory();
    const kept = await open(folder);
    await Promise.all(Array.from({ length: 20 }, (_, part) => kept.keep(`job ${part}`, part)));
    const again = await open(folder);
    for (let part = 0; part < 20; part++) expect(again.find(`job ${part}`)).toBe(part);
  });
});
