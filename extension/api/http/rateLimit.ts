export interface RateLimit {
  /**
   * Takes `count` requests of a caller: null where they are within the limit, else the seconds until they would
   * be. More than fit into a burst at all are let through once the bucket is full.
   */
  take(caller: string, count?: number): number | null;
}

/** Callers of which the bucket is kept: a full one says no more than a new one. */
const mostBuckets = 10_000;

/**
 * A bucket of tokens for each caller, which fills by `perSecond` up to `burst`.
 * @param clock milliseconds, only forward
 */
export function rateLimit(perSecond: number, burst: number, clock: () => number): RateLimit {
  const buckets = new Map<string, { tokens: number; time: number }>();
  const forgetFull = (now: number): void => {
    for (const [caller, { tokens, time }] of buckets) {
      if (tokens + ((now - time) / 1000) * perSecond >= burst) buckets.delete(caller);
    }
    // Callers that make up names are many: the oldest go.
    for (const caller of buckets.keys()) {
      if (buckets.size < mostBuckets) break;
      buckets.delete(caller);
    }
  };
  return {
    take(caller, count = 1) {
      const now = clock();
      const known = buckets.get(caller);
      if (known === undefined && buckets.size >= mostBuckets) forgetFull(now);
      const filled =
        known === undefined ? burst : Math.min(burst, known.tokens + ((now - known.time) / 1000) * perSecond);
      const needed = Math.min(count, burst);
      const isWithin = filled >= needed;
      buckets.set(caller, { tokens: isWithin ? filled - count : filled, time: now });
      return isWithin ? null : (needed - filled) / perSecond;
    },
  };
}
