/** A range of time, UTC ms: from its beginning up to but without its end. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The same times as few ranges, oldest first, none of which touch. */
export function merged(ranges: readonly Range[]): Range[] {
  const result: Range[] = [];
  for (const { from, to } of ranges.toSorted((a, b) => a.from - b.from)) {
    if (from >= to) continue;
    const last = result.at(-1);
    if (last !== undefined && from <= last.to)
      result.splice(-1, 1, { from: last.from, to: Math.max(last.to, to) });
    else result.push({ from, to });
  }
  return result;
}

/** What of `ranges` none of `others` covers. */
export function without(ranges: readonly Range[], others: readonly Range[]): Range[] {
  const result: Range[] = [];
  const covers = merged(others);
  let first = 0;
  for (const { from, to } of merged(ranges)) {
    while (first < covers.length && (covers[first] as Range).to <= from) first += 1;
    let start = from;
    for (let index = first; start < to; index += 1) {
      const cover = covers[index];
      if (cover === undefined || cover.from >= to) {
        result.push({ from: start, to });
        break;
      }
      if (cover.from > start) result.push({ from: start, to: cover.from });
      start = Math.max(start, cover.to);
    }
  }
  return result;
}

/** What of `ranges` lies in `bounds`. */
export function within(ranges: readonly Range[], bounds: Range): Range[] {
  return merged(
    ranges.map(({ from, to }) => ({ from: Math.max(from, bounds.from), to: Math.min(to, bounds.to) })),
  );
}

/** Milliseconds in all ranges, which must not overlap. */
export function lengthOf(ranges: readonly Range[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from, 0);
}

/** Whether one of the ranges holds a time. */
export function isIn(time: number, ranges: readonly Range[]): boolean {
  return ranges.some(({ from, to }) => time >= from && time < to);
}
