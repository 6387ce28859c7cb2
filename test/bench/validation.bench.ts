import { seededRandom } from '../../extension/backtest/random.ts';
import { validationRequestSchema } from '../../extension/contracts/validation.ts';
import type { BarRange } from '../../extension/evaluation/validation/ranges.ts';
import { enteredBefore } from '../../extension/evaluation/validation/rows.ts';
import { validationScheme } from '../../extension/evaluation/validation/scheme.ts';
import type { ReturnsMatrix } from '../../extension/evaluation/validation/selection.ts';
import { usualValidation } from '../../extension/evaluation/validation/usual.ts';
import { makeCompute } from '../../extension/pipelines/compute/computePool.ts';
import type { Job } from '../../extension/pipelines/compute/jobs.ts';
import type { BenchGroup, BenchResult } from './bench.ts';

/*
 * Choosing among 100 parameter sets in each fold, over 100,000 rows with the trades that purge them: what two
 * workers take against one, the copy into shared memory and the start of the threads included.
 */
const sets = 100;
const rows = 100_000;
const trades = 200;
const rounds = 3;
const workerUrl = new URL('../../dist/computeWorker.js', import.meta.url);
const { signal } = new AbortController();

function matrixOf(): ReturnsMatrix {
  const random = seededRandom(1);
  const columns = Array.from({ length: sets }, () =>
    Float64Array.from({ length: rows }, () => (random() - 0.5) * 0.002),
  );
  const spans = columns.map(() =>
    Array.from({ length: trades }, (_, trade): BarRange => {
      const from = Math.floor(((trade + random()) * rows) / trades);
      return { from, to: Math.min(rows, from + 1 + Math.floor(random() * 300)) };
    }),
  );
  return { columns, spans, entered: spans.map((own) => enteredBefore(own, rows)) };
}

function foldsOf(request: Record<string, unknown>): Job[] {
  const definition = usualValidation(validationRequestSchema.parse(request), rows, rows);
  return validationScheme(definition, rows).folds.map(({ train, test }, fold) => ({
    kind: 'fold',
    fold,
    train: [...train],
    test: [...test],
    objective: 'sharpe',
    embargo: definition.embargo,
    leastTrades: 10,
  }));
}

/** Milliseconds of the fastest round with one worker and with two, which take turns. */
async function measure(matrix: ReturnsMatrix, jobs: readonly Job[]): Promise<[number, number]> {
  const best: [number, number] = [Infinity, Infinity];
  for (let round = 0; round < rounds; round++) {
    for (const index of [0, 1] as const) {
      const compute = makeCompute({ workerUrl, workers: index + 1 });
      const start = performance.now();
      await compute(matrix, jobs, signal);
      best[index] = Math.min(best[index], performance.now() - start);
    }
  }
  return best;
}

async function run(): Promise<BenchResult[]> {
  const matrix = matrixOf();
  const results: BenchResult[] = [];
  for (const [request, name] of [
    [{ kind: 'rolling', train: 40_000, test: 500 }, 'rolling walk-forward'],
    [{ kind: 'anchored', train: 40_000, test: 500 }, 'anchored walk-forward'],
    [{ kind: 'combinatorial' }, 'CPCV'],
  ] as const) {
    const jobs = foldsOf(request);
    const [one, two] = await measure(matrix, jobs);
    results.push({
      name: `${name}, ${jobs.length} folds, ${sets} sets x ${rows.toLocaleString('en')} rows, 2 workers against 1`,
      value: two,
      unit: 'ms',
      reference: one,
      ratio: two / one,
    });
  }
  return results;
}

export const group: BenchGroup = { name: 'validation', run };
