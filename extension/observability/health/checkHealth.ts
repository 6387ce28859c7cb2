import { LabError } from '../../contracts/errors.ts';
import type { HealthReport, PartFinding, PartHealth } from '../../contracts/health.ts';
import { redact } from '../redact.ts';

/** One part of the lab that can be asked how it is. */
export interface HealthCheck {
  readonly part: string;
  /** The lab cannot do its work without it. */
  readonly isEssential: boolean;
  /** Finds out how the part is; what it throws means that it is down. Should heed `signal`. */
  readonly check: (signal: AbortSignal) => Promise<PartFinding>;
}

export interface HealthOptions {
  /** How long a part may take to answer before it counts as down. */
  readonly timeoutMilliseconds: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly monotonicClock: () => number;
}

/** A part that works. */
export function isFine(detail: string): PartFinding {
  return { state: 'ok', detail, reason: null, action: null };
}

/** Asks all parts at once, each for a bounded time. Never rejects. */
export function checkParts(checks: readonly HealthCheck[], options: HealthOptions): Promise<PartHealth[]> {
  return Promise.all(checks.map((check) => checkPart(check, options)));
}

/**
 * The state of the whole: the worst of what it cannot do without; what else is not well makes it degraded at
 * most, and what is absent does not count unless it is essential.
 */
export function overallState(
  parts: readonly Pick<PartHealth, 'part' | 'state'>[],
  essential: ReadonlySet<string>,
): HealthReport['status'] {
  if (parts.some(({ part, state }) => essential.has(part) && (state === 'down' || state === 'absent'))) {
    return 'down';
  }
  return parts.some(({ state }) => state === 'down' || state === 'degraded') ? 'degraded' : 'ok';
}

async function checkPart(
  { part, check }: HealthCheck,
  { timeoutMilliseconds, monotonicClock }: HealthOptions,
): Promise<PartHealth> {
  const started = monotonicClock();
  const ending = new AbortController();
  const { promise: late, resolve } = Promise.withResolvers<PartFinding>();
  const timer = setTimeout(() => {
    resolve({
      state: 'down',
      detail: `It has not answered within ${timeoutMilliseconds} ms.`,
      reason: 'timeout',
      action: 'Look whether it is overloaded or cannot be reached.',
    });
    ending.abort();
  }, timeoutMilliseconds);
  try {
    const finding = await Promise.race([
      // What throws at once is a finding too.
      Promise.resolve()
        .then(() => check(ending.signal))
        .catch(findingOf),
      late,
    ]);
    return { part, ...bounded(finding), latency_ms: Math.max(0, monotonicClock() - started) };
  } finally {
    clearTimeout(timer);
  }
}

function findingOf(error: unknown): PartFinding {
  const message = error instanceof Error ? error.message : String(error);
  const [reason, action] = LabError.is(error) ? [error.reason, error.action ?? null] : ['internal', null];
  return { state: 'down', detail: message, reason, action };
}

/** What is shown to callers holds no secret and has a bound. */
function bounded({ state, detail, reason, action }: PartFinding): PartFinding {
  const cut = (text: string, most: number): string => redact(text).slice(0, most);
  return {
    state,
    detail: cut(detail, 500),
    reason: reason === null ? null : cut(reason, 100),
    action: action === null ? null : cut(action, 500),
  };
}
