import type { LabErrorReason } from '../../contracts/errors.ts';

/** Which failures of a step are tried again, how often, and after what time. */
export interface RetryPolicy {
  /** Reasons that may pass by themselves; any other fails the step at once. */
  readonly on: readonly LabErrorReason[];
  /** Most failed attempts that are tried again. */
  readonly retries: number;
  /** Milliseconds before the first retry. */
  readonly firstDelay: number;
  /** How many times longer each wait is than the one before; 2 when left out. */
  readonly factor?: number;
  /** Longest wait, in milliseconds; a minute when left out. */
  readonly longestDelay?: number;
}

const usualFactor = 2;
const usualLongestDelay = 60_000;

/**
 * Milliseconds to wait after a failure for `reason` when `failures` were tried again before; null when it
 * is final. Exponential backoff: firstDelay x factor^failures, bounded.
 */
export function delayBeforeRetry(
  policy: RetryPolicy | undefined,
  reason: string,
  failures: number,
): number | null {
  if (policy === undefined || failures >= policy.retries) return null;
  if (!policy.on.some((known) => known === reason)) return null;
  const { firstDelay, factor = usualFactor, longestDelay = usualLongestDelay } = policy;
  return Math.min(longestDelay, Math.round(firstDelay * factor ** failures));
}
