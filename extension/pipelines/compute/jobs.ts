import * as z from 'zod';
import { luckFiguresSchema } from '../../contracts/gate.ts';
import { foldReportSchema, validationObjectiveSchema } from '../../contracts/validation.ts';
import { luckOf } from '../../evaluation/luck.ts';
import { returnsObjectives } from '../../evaluation/validation/objective.ts';
import { within } from '../../evaluation/validation/ranges.ts';
import { type ReturnsMatrix, selectInFold } from '../../evaluation/validation/selection.ts';
import { sharedMatrixSchema } from './matrix.ts';

const count = z.number().int().nonnegative();
const ranges = z.array(z.object({ from: count, to: count }));

/** One piece of work of a worker, over the matrix that it was started with. */
export const jobSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('fold'),
    fold: count,
    train: ranges,
    test: ranges,
    objective: validationObjectiveSchema,
    embargo: count,
    leastTrades: count,
  }),
  z.object({
    kind: z.literal('luck'),
    /** Rows that count. */
    from: count,
    to: count,
    chosen: count,
    trials: count,
    sharpeVariance: z.number().nullable(),
    seed: count,
  }),
]);
export type Job = z.infer<typeof jobSchema>;

export const workerDataSchema = z.object({ matrix: sharedMatrixSchema });

/** What a worker answers to a job. */
export const answerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('fold'), report: foldReportSchema }),
  z.object({ kind: z.literal('luck'), luck: luckFiguresSchema }),
]);
export type Answer = z.infer<typeof answerSchema>;

/** Does one job. Pure: equal jobs give equal answers, in whatever thread. */
export function runJob(matrix: ReturnsMatrix, job: Job): Answer {
  if (job.kind === 'fold') {
    const { fold, train, test, embargo, leastTrades } = job;
    const objective = returnsObjectives[job.objective];
    const report = selectInFold(matrix, { train, test }, fold, { objective, embargo, leastTrades });
    return { kind: 'fold', report };
  }
  const { from, to, chosen, trials, sharpeVariance, seed } = job;
  const columns = matrix.columns.map((column) => column.subarray(from, to));
  const spans = matrix.columns.map((_, set) => within(matrix.spans?.[set] ?? [], { from, to }));
  const computation = luckOf({ columns, spans, chosen, trials, sharpeVariance, seed });
  for (;;) {
    const step = computation.next();
    if (step.done) return { kind: 'luck', luck: step.value };
  }
}
