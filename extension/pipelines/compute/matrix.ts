import { z } from 'zod';
import { LabError } from '../../contracts/errors.ts';
import { ruinRow } from '../../evaluation/statistics/ruin.ts';
import type { BarRange } from '../../evaluation/validation/ranges.ts';
import type { ReturnsMatrix } from '../../evaluation/validation/selection.ts';

const count = z.number().int().nonnegative();

/** A matrix of returns that several threads read at once, without a copy. */
export const sharedMatrixSchema = z.object({
  sets: count,
  rows: count,
  /** Float64, set after set. */
  returns: z.instanceof(SharedArrayBuffer),
  /** Int32: first and last row (not included) of each trade, set after set; and of each set its first trade. */
  spans: z.instanceof(SharedArrayBuffer).nullable(),
  spanStarts: z.instanceof(SharedArrayBuffer).nullable(),
});
export type SharedMatrix = z.infer<typeof sharedMatrixSchema>;

/** @throws LabError `internal` for columns of different lengths */
export function shareMatrix({ columns, spans }: ReturnsMatrix): SharedMatrix {
  const [sets, rows] = [columns.length, columns[0]?.length ?? 0];
  if (columns.some((column) => column.length !== rows)) {
    throw new LabError('internal', 'The returns of the parameter sets have different lengths.', {
      action: 'Run the search again.',
    });
  }
  const returns = new SharedArrayBuffer(sets * rows * 8);
  const all = new Float64Array(returns);
  for (const [set, column] of columns.entries()) all.set(column, set * rows);
  if (spans === undefined) return { sets, rows, returns, spans: null, spanStarts: null };
  const flat = Int32Array.from(spans.flatMap((own) => own.flatMap(({ from, to }) => [from, to])));
  const starts = new Int32Array(new SharedArrayBuffer((spans.length + 1) * 4));
  for (const [set, own] of spans.entries()) starts[set + 1] = (starts[set] as number) + own.length;
  const shared = new Int32Array(new SharedArrayBuffer(flat.byteLength));
  shared.set(flat);
  return { sets, rows, returns, spans: shared.buffer, spanStarts: starts.buffer };
}

/** The matrix as views of the shared memory, its rows `from` to `to`, `to` not included. */
export function matrixOf(shared: SharedMatrix, from = 0, to = shared.rows): ReturnsMatrix {
  const { sets, rows, returns, spans, spanStarts } = shared;
  const columns = Array.from({ length: sets }, (_, set) =>
    new Float64Array(returns, set * rows * 8, rows).subarray(from, to),
  );
  const ruins = columns.map(ruinRow);
  if (spans === null || spanStarts === null) return { columns, ruins };
  const [flat, starts] = [new Int32Array(spans), new Int32Array(spanStarts)];
  return {
    columns,
    ruins,
    spans: columns.map((_, set) => {
      const [first, end] = [starts[set] as number, starts[set + 1] as number];
      return Array.from(
        { length: end - first },
        (__, trade): BarRange => ({
          from: flat[2 * (first + trade)] as number,
          to: flat[2 * (first + trade) + 1] as number,
        }),
      );
    }),
  };
}
