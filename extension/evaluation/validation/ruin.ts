import { type BarRange, without } from './ranges.ts';

/** The rows of `ranges` as far as the ruin, its own row included. */
export function untilRuin(ranges: readonly BarRange[], ruin: number | null): readonly BarRange[] {
  return ruin === null ? ranges : without(ranges, { from: ruin + 1, to: Number.POSITIVE_INFINITY });
}

/**
 * What a set earns in a test range: its returns there, or, where it was ruined before, a loss of everything in
 * the first row. It would come to the range with nothing, and rows of 0 would pass for a range without a loss.
 */
export function testedReturns(
  column: Float64Array,
  { from, to }: BarRange,
  ruin: number | null,
): Float64Array {
  if (ruin === null || ruin >= from) return column.subarray(from, to);
  const returns = new Float64Array(to - from);
  returns[0] = -1;
  return returns;
}
