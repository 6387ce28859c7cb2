export interface Progress {
  /** 0 to 1. */
  readonly fraction: number;
  /** Milliseconds that the rest takes at the pace so far; null before anything is done. */
  readonly remaining: number | null;
}

/**
 * How far a piece of work is and how long the rest takes.
 * @param done and `total` in any one unit, such as the fractions of the trials of a search
 * @param elapsed milliseconds since the work began; after a resumed run, of what was done since then
 * @param before what was done before `elapsed` began to count
 */
export function estimateProgress(done: number, total: number, elapsed: number, before = 0): Progress {
  const rest = Math.max(0, total - done);
  const own = done - before;
  return {
    fraction: total > 0 ? Math.min(1, done / total) : 1,
    remaining: rest === 0 ? 0 : own > 0 ? (elapsed / own) * rest : null,
  };
}
