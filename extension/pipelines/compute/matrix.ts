import * as z from 'zod';
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
  /** Int32: trades entered before each row and before the end, set after set. */
  entered: z.instanceof(SharedArrayBuffer).nullable(),
});
export type SharedMatrix = z.infer<typeof sharedMatrixSchema>;

/** @throws LabError `internal` for columns of different lengths */
export function shareMatrix({ columns, spans, entered }: ReturnsMatrix): SharedMatrix {
  const [sets, rows] = [columns.length, columns[0]?.length ?? 0];
  if (columns.some((column) => column.length !== rows)) {
    throw new LabError('internal', 'The returns of the parameter sets have different lengths.', {
      action: 'Run the search again.',
    });
  }
  const returns = new SharedArrayBuffer(sets * rows * 8);
  const all = new Float64Array(returns);
  for (const [set, column] of columns.entries()) all.set(column, set * rows);
  const shared = { sets, rows, returns, entered: entered === undefined ? null : shareCounts(entered, rows) };
  if (spans === undefined) return { ...shared, spans: null, spanStarts: null };
  const flat = Int32Array.from(spans.flatMap((own) => own.flatMap(({ from, to }) => [from, to])));
  const starts = new Int32Array(new SharedArrayBuffer((spans.length + 1) * 4));
  for (const [set, own] of spans.entries()) starts[set + 1] = (starts[set] as number) + own.length;
  const trades = new Int32Array(new SharedArrayBuffer(flat.byteLength));
  trades.set(flat);
  return { ...shared, spans: trades.buffer, spanStarts: starts.buffer };
}

function shareCounts(entered: readonly Int32Array[], rows: number): SharedArrayBuffer {
  const all = new Int32Array(new SharedArrayBuffer(entered.length * (rows + 1) * 4));
  for (const [set, counts] of entered.entries()) all.set(counts, set * (rows + 1));
  return all.buffer;
}

/** The matrix as views of the shared memory. */
export function matrixOf({ sets, rows, returns, spans, spanStarts, entered }: SharedMatrix): ReturnsMatrix {
  const numbers = Array.from({ length: sets }, (_, set) => set);
  const columns = numbers.map((set) => new Float64Array(returns, set * rows * 8, rows));
  return {
    columns,
    ruins: columns.map(ruinRow),
    ...(entered !== null && {
      entered: numbers.map((set) => new Int32Array(entered, set * (rows + 1) * 4, rows + 1)),
    }),
    ...(spans !== null && spanStarts !== null && { spans: spansOf(sets, spans, spanStarts) }),
  };
}

function spansOf(sets: number, spans: SharedArrayBuffer, spanStarts: SharedArrayBuffer): BarRange[][] {
  const [flat, starts] = [new Int32Array(spans), new Int32Array(spanStarts)];
  return Array.from({ length: sets }, (_, set) => {
    const [first, end] = [starts[set] as number, starts[set + 1] as number];
    return Array.from(
      { length: end - first },
      (__, trade): BarRange => ({
        from: flat[2 * (first + trade)] as number,
        to: flat[2 * (first + trade) + 1] as number,
      }),
    );
  });
}
