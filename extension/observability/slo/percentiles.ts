/** Below this many the 95th percentile by nearest rank is the largest value, which says less than it seems to. */
export const leastForP95 = 20;

/**
 * The percentile by nearest rank: the smallest value that at least `percent` of 100 are not above (Hyndman and Fan
 * 1996, definition 1). Null for no values.
 */
export function nearestRank(values: readonly number[], percent: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? null;
}

/** The 95th percentile; null where there are too few values for one. */
export function p95Of(values: readonly number[]): number | null {
  return values.length < leastForP95 ? null : nearestRank(values, 95);
}
