/** Bars `from` (included) to `to` (not included). */
export interface BarRange {
  readonly from: number;
  readonly to: number;
}

/** Bars that ranges which do not overlap hold together. */
export function barsIn(ranges: readonly BarRange[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from, 0);
}

/** Whether the two have a bar in common. */
export function overlaps(a: BarRange, b: BarRange): boolean {
  return a.from < b.to && b.from < a.to;
}

/** What is left of `ranges`, ascending, without the bars of `cut`. */
export function without(ranges: readonly BarRange[], cut: BarRange): BarRange[] {
  return ranges.flatMap(({ from, to }) =>
    [
      { from, to: Math.min(to, cut.from) },
      { from: Math.max(from, cut.to), to },
    ].filter((part) => part.from < part.to),
  );
}

/** What of `ranges` lies within `frame`, counted from its first bar. */
export function within(ranges: readonly BarRange[], frame: BarRange): BarRange[] {
  return ranges
    .filter((range) => overlaps(range, frame))
    .map(({ from, to }) => ({
      from: Math.max(from, frame.from) - frame.from,
      to: Math.min(to, frame.to) - frame.from,
    }));
}

/** Ascending ranges with those that touch made one. */
export function joined(ranges: readonly BarRange[]): BarRange[] {
  const result: BarRange[] = [];
  for (const range of ranges) {
    const last = result.at(-1);
    if (last !== undefined && last.to >= range.from) {
      result[result.length - 1] = { from: last.from, to: Math.max(last.to, range.to) };
    } else result.push(range);
  }
  return result;
}

/** Parts the bars into `parts` groups in a row, whose sizes differ by one bar at most. */
export function groupsOf(bars: number, parts: number): BarRange[] {
  const border = (index: number): number => Math.floor((bars * index) / parts);
  return Array.from({ length: parts }, (_, index) => ({ from: border(index), to: border(index + 1) }));
}

/**
 * The values of a column within ranges, one after another; of one range a view, to be read alone.
 * @param room where they may be written, as long as all of them at least
 */
export function gathered(
  column: Float64Array,
  ranges: readonly BarRange[],
  room = new Float64Array(ranges.length === 1 ? 0 : barsIn(ranges)),
): Float64Array {
  const [only] = ranges;
  if (only !== undefined && ranges.length === 1) return column.subarray(only.from, only.to);
  let at = 0;
  for (const { from, to } of ranges) {
    room.set(column.subarray(from, to), at);
    at += to - from;
  }
  return room.subarray(0, at);
}
