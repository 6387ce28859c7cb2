export interface ScalingPolicy {
  readonly minimum: number;
  readonly maximum: number;
  /** Between two looks. */
  readonly everyMilliseconds: number;
  /** One more worker where either is exceeded. */
  readonly up: { readonly depth: number; readonly p95Milliseconds: number };
  /** One fewer where both are undercut, at `calmLooks` looks in a row. */
  readonly down: { readonly depth: number; readonly utilisation: number; readonly calmLooks: number };
}

export const defaultScalingPolicy: ScalingPolicy = {
  minimum: 2,
  maximum: 10,
  everyMilliseconds: 30_000,
  up: { depth: 100, p95Milliseconds: 1000 },
  down: { depth: 20, utilisation: 0.3, calmLooks: 2 },
};

/** What is looked at. */
export interface LoadSample {
  /** Tasks that wait. */
  readonly depth: number;
  /** How long 95 of 100 tasks waited for a worker at most, since the last look; null where none was started. */
  readonly p95Milliseconds: number | null;
  /** Share of the workers' time that was spent at work since the last look, from 0 to 1. */
  readonly utilisation: number;
}

export interface ScalingState {
  readonly workers: number;
  /** Looks in a row at which fewer workers would have done. */
  readonly calmLooks: number;
}

export interface ScalingDecision extends ScalingState {
  /** Why there are more or fewer workers now; null where there are as many as before. */
  readonly reason: string | null;
}

/**
 * How many workers there shall be. Between what asks for more and what allows fewer lies a wide band in which
 * nothing changes, and fewer need patience: so the number does not swing.
 */
export function decideWorkers(
  policy: ScalingPolicy,
  { workers, calmLooks }: ScalingState,
  { depth, p95Milliseconds, utilisation }: LoadSample,
): ScalingDecision {
  const { minimum, maximum, up, down } = policy;
  const bounded = Math.min(maximum, Math.max(minimum, workers));
  if (bounded !== workers) {
    return { workers: bounded, calmLooks: 0, reason: `the policy allows ${minimum} to ${maximum} workers` };
  }
  const isDeep = depth > up.depth;
  if (isDeep || (p95Milliseconds !== null && p95Milliseconds > up.p95Milliseconds)) {
    if (workers === maximum) return { workers, calmLooks: 0, reason: null };
    const reason = isDeep
      ? `${depth} tasks wait, more than ${up.depth}`
      : `95 of 100 tasks waited up to ${Math.round(p95Milliseconds ?? 0)} ms, more than ${up.p95Milliseconds} ms`;
    return { workers: workers + 1, calmLooks: 0, reason };
  }
  if (depth >= down.depth || utilisation >= down.utilisation || workers === minimum) {
    return { workers, calmLooks: 0, reason: null };
  }
  if (calmLooks + 1 < down.calmLooks) return { workers, calmLooks: calmLooks + 1, reason: null };
  const percent = Math.round(utilisation * 100);
  return {
    workers: workers - 1,
    calmLooks: 0,
    reason: `${depth} tasks wait and ${percent} % of the workers' time is used, at ${down.calmLooks} looks in a row`,
  };
}
