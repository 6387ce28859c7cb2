import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../extension/backtest/random.ts';
import { validationDefinitionSchema } from '../../extension/contracts/validation.ts';
import { luckOf } from '../../extension/evaluation/luck.ts';
import type { BarRange } from '../../extension/evaluation/validation/ranges.ts';
import { enteredBefore } from '../../extension/evaluation/validation/rows.ts';
import { validationScheme } from '../../extension/evaluation/validation/scheme.ts';
import { selectByFolds } from '../../extension/evaluation/validation/selection.ts';
import { makeCompute } from '../../extension/pipelines/compute/computePool.ts';
import type { Job } from '../../extension/pipelines/compute/jobs.ts';

const workerUrl = new URL('../../extension/pipelines/compute/computeWorker.ts', import.meta.url);
const { signal } = new AbortController();
const rows = 600;
const random = seededRandom(12);
const columns = Array.from({ length: 12 }, (_, set) =>
  Float64Array.from({ length: rows }, () => 0.0002 * set + (random() - 0.5) * 0.02),
);
const spans = columns.map((_, set) =>
  Array.from({ length: set === 3 ? 0 : 20 + set }, (): BarRange => {
    const from = Math.floor(random() * (rows - 9));
    return { from, to: from + 1 + Math.floor(random() * 8) };
  }),
);
const entered = spans.map((own) => enteredBefore(own, rows));
const definition = { kind: 'combinatorial', groups: 8, testGroups: 2, embargo: 6 };
const scheme = validationScheme(validationDefinitionSchema.parse(definition), rows);
const rule = { objective: 'sharpe', embargo: 6, leastTrades: 5 } as const;
const folds = scheme.folds.map(
  ({ train, test: tested }, fold): Job => ({
    kind: 'fold',
    fold,
    train: [...train],
    test: [...tested],
    ...rule,
  }),
);

describe('work in threads of its own', () => {
  test('gives the folds that one thread gives, in their order, for any number of workers', async () => {
    const expected = selectByFolds({ columns, spans, entered }, scheme, { embargo: 6, leastTrades: 5 }).folds;
    for (const workers of [1, 2, 5]) {
      const answers = await makeCompute({ workerUrl, workers })({ columns, spans, entered }, folds, signal);
      expect(answers.map((answer) => answer.kind === 'fold' && answer.report)).toEqual(expected);
    }
  });

  test('gives the figures of luck that one thread gives', async () => {
    const input = { chosen: 11, trials: 40, sharpeVariance: 0.001, seed: 3 };
    const computation = luckOf({
      columns: columns.map((column) => column.subarray(1, 500)),
      spans: spans.map((own) =>
        own
          .filter(({ from, to }) => from < 500 && to > 1)
          .map(({ from, to }) => ({ from: Math.max(0, from - 1), to: Math.min(499, to - 1) })),
      ),
      ...input,
    });
    let step = computation.next();
    while (!step.done) step = computation.next();
    const job: Job = { kind: 'luck', from: 1, to: 500, ...input };
    const answers = await makeCompute({ workerUrl })({ columns, spans }, [job], signal);
    expect(answers).toEqual([{ kind: 'luck', luck: step.value }]);
  });

  test('tells how many jobs are done, and stops at once when it shall', async () => {
    const done: number[] = [];
    await makeCompute({ workerUrl, workers: 2 })({ columns, spans, entered }, folds, signal, (count) =>
      done.push(count),
    );
    expect(done).toEqual(folds.map((_, index) => index + 1));
    const stop = new AbortController();
    const work = makeCompute({ workerUrl, workers: 1 })({ columns, spans, entered }, folds, stop.signal, () =>
      stop.abort(),
    );
    await expect(work).rejects.toMatchObject({ name: 'AbortError' });
    await expect(makeCompute({ workerUrl })({ columns }, folds, stop.signal)).rejects.toBe(
      stop.signal.reason,
    );
  });

  test('fails with what a worker fails with', async () => {
    const job: Job = { kind: 'luck', from: 1, to: 500, chosen: 99, trials: 1, sharpeVariance: null, seed: 1 };
    await expect(makeCompute({ workerUrl })({ columns }, [job], signal)).rejects.toThrow(/chosen set/);
    await expect(
      makeCompute({ workerUrl })({ columns: [new Float64Array(3), new Float64Array(4)] }, [job], signal),
    ).rejects.toMatchObject({ reason: 'internal' });
  });
});
