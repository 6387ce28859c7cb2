/** A range of bars cut into buckets of equal width; only the last of the data may be narrower. */
export interface Buckets {
  readonly from: number;
  /** Not included. */
  readonly to: number;
  readonly barsPerBucket: number;
  readonly count: number;
}

/**
 * Cuts bars `from` to `to` of `bars` into at most `most` buckets, and one more where the range lies across
 * their edges. Edges are multiples of the width, so that the same bars share a bucket wherever the range
 * begins: candles do not change shape while one moves along.
 */
export function cutIntoBuckets(bars: number, from: number, to: number, most: number): Buckets {
  if (bars === 0) return { from: 0, to: 0, barsPerBucket: 1, count: 0 };
  const first = Math.min(Math.max(0, from), bars - 1);
  const end = Math.min(Math.max(first + 1, to), bars);
  const width = Math.ceil((end - first) / most);
  const start = Math.floor(first / width) * width;
  const stop = Math.min(bars, Math.ceil(end / width) * width);
  return { from: start, to: stop, barsPerBucket: width, count: Math.ceil((stop - start) / width) };
}

/** Calls `visit` with the bars of each bucket, `to` not included. */
export function eachBucket(buckets: Buckets, visit: (from: number, to: number) => void): void {
  for (let from = buckets.from; from < buckets.to; from += buckets.barsPerBucket) {
    visit(from, Math.min(buckets.to, from + buckets.barsPerBucket));
  }
}
