import { seededRandom } from '../../extension/backtest/random.ts';
import { backtestOverfitting } from '../../extension/evaluation/statistics/backtestOverfitting.ts';
import { deflateSharpe } from '../../extension/evaluation/statistics/deflatedSharpe.ts';
import { momentsOf } from '../../extension/evaluation/statistics/moments.ts';
import { finish } from '../../extension/evaluation/statistics/progress.ts';
import { testSuperiority } from '../../extension/evaluation/statistics/superiority.ts';
import type { BenchGroup, BenchResult } from './bench.ts';

/*
 * The statistics of a search over 100 parameter sets on 100,000 bars, against the least that any statistic of it
 * can be: one plain pass over the matrix that adds up returns and their squares.
 */
const columns = 100;
const rows = 100_000;
const blocks = 16;
const trials = 1000;
const days = 2500;
const resamples = 1000;
const warmUps = 2;
const rounds = 5;

function matrix(length: number): Float64Array[] {
  const random = seededRandom(1);
  return Array.from({ length: columns }, () => Float64Array.from({ length }, () => (random() - 0.5) * 0.002));
}

function plainPass(returns: readonly Float64Array[]): number {
  let sum = 0;
  let squares = 0;
  for (const column of returns) {
    for (let row = 0; row < column.length; row++) {
      const value = column[row] as number;
      sum += value;
      squares += value * value;
    }
  }
  return sum + squares;
}

/** Milliseconds of the fastest of several rounds, the tasks taking turns so that load hits all alike. */
function fastest(tasks: readonly (() => unknown)[]): number[] {
  const best = tasks.map(() => Number.POSITIVE_INFINITY);
  for (let round = -warmUps; round < rounds; round++) {
    for (const [index, task] of tasks.entries()) {
      const start = performance.now();
      task();
      if (round >= 0) best[index] = Math.min(best[index] as number, performance.now() - start);
    }
  }
  return best;
}

async function run(): Promise<BenchResult[]> {
  const bars = matrix(rows);
  const daily = matrix(days);
  const deflate = (): unknown => deflateSharpe(bars, bars.map(momentsOf), trials);
  const overfit = (): unknown => backtestOverfitting(bars, blocks);
  const [pass = 0, both = 0, deflated = 0, overfitting = 0, dailyPass = 0, superiority = 0] = fastest([
    () => plainPass(bars),
    () => [deflate(), overfit()],
    deflate,
    overfit,
    () => plainPass(daily),
    () => finish(testSuperiority({ columns: daily, resamples, blockLength: null, seed: 1 })),
  ]);
  const against = (name: string, value: number, reference: number): BenchResult => ({
    name,
    value,
    unit: 'ms',
    reference,
    ratio: value / reference,
  });
  const size = `${columns} columns x ${rows.toLocaleString('en')} rows`;
  return [
    against(`DSR and PBO, ${size}, ${blocks} blocks, against one plain pass`, both, pass),
    against(`DSR, ${size}, against one plain pass`, deflated, pass),
    against(`PBO, ${size}, ${blocks} blocks, against one plain pass`, overfitting, pass),
    against(
      `reality check and SPA, ${columns} columns x ${days} rows, ${resamples} resamples, against as many plain passes`,
      superiority,
      dailyPass * resamples,
    ),
  ];
}

export const group: BenchGroup = { name: 'statistics', run };
