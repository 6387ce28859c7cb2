/** What holds for callers who do not own the lab, each by themselves. */
export interface GuestLimits {
  /** Tasks that wait for a worker: more are refused. */
  readonly mostWaiting: number;
  /** Tasks at work at the same time: more wait. */
  readonly mostRunning: number;
  /** Priority that a task has at most, whatever its caller asks for. */
  readonly highestPriority: number;
}

/** No task of a guest comes before one of the owner, of which none has less. */
export const defaultGuestLimits: GuestLimits = { mostWaiting: 100, mostRunning: 2, highestPriority: 0 };

/** After a decision a task goes before those that have not begun. */
export const decidedPriority = 5;
/** Guests may be let before tasks that the owner has begun and left alone, and never before what a person waits for. */
export const highestGuestPriority = decidedPriority - 1;
