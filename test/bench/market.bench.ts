import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Resampler } from '../../extension/backtest/resample.ts';
import { CandleStore } from '../../extension/market/store/store.ts';
import { syntheticCandles } from '../../extension/market/synthetic.ts';
import type { BenchGroup, BenchResult } from './bench.ts';

/*
 * Loading candles from the lab's store, every byte checked against the content hash, beside reading the same
 * file and doing nothing with it; and making hours of minutes. The file is in the system's cache.
 */
const bars = 1_000_000;
const rounds = 15;

/** Milliseconds of the fastest and of the middle of several rounds. */
async function timed(task: () => unknown): Promise<{ fastest: number; median: number }> {
  const times: number[] = [];
  for (let round = -3; round < rounds; round += 1) {
    const start = performance.now();
    await task();
    if (round >= 0) times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return { fastest: times[0] ?? 0, median: times[rounds >>> 1] ?? 0 };
}

async function run(): Promise<BenchResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'strategy-lab-bench-'));
  try {
    const candles = syntheticCandles({ seed: 1, bars, timeframe: '1m', startTime: Date.UTC(2020, 0, 1) });
    const store = new CandleStore(folder);
    await store.save(candles);
    const name = (await readdir(folder)).find((file) => file.endsWith('.arrow')) ?? '';
    const path = join(folder, name);
    const load = await timed(() => store.load(candles.hash));
    const read = await timed(() => readFile(path));
    const resample = await timed(() => new Resampler('1m', '1h').feed(candles, 0, bars));
    const against = (name: string, value: number, reference: number): BenchResult => ({
      name,
      value,
      unit: 'ms',
      reference,
      ratio: value / reference,
    });
    return [
      against('load of 1M cached bars, median, against reading the file', load.median, read.median),
      against('load of 1M cached bars, fastest, against reading the file', load.fastest, read.fastest),
      {
        name: '1M minutes resampled to hours',
        value: resample.median,
        unit: 'ms',
        reference: null,
        ratio: null,
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export const group: BenchGroup = { name: 'market', run };
