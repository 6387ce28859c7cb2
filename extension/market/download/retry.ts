import { LabError } from '../../contracts/errors.ts';

/** How a failed request goes on. */
export type Failure =
  /** Asking again may help, after so many milliseconds where the exchange said how long. */
  | { readonly kind: 'passing'; readonly after: number | undefined; readonly message: string }
  /** Asking again does not help. */
  | { readonly kind: 'final'; readonly error: LabError };

export interface RetryOptions {
  readonly signal: AbortSignal;
  /** Waits; ends early, without an error, when the signal aborts. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly explain: (error: unknown) => Failure;
  /** Hears of a wait that somebody at a screen would wonder at. */
  readonly onWait: (milliseconds: number, reason: string) => void;
}

/** With the pauses below, a failing exchange is asked for half a minute. */
const mostAttempts = 6;
const firstPause = 1000;
/** Who asks for a longer pause has locked this address out. */
const longestPause = 120_000;

/**
 * Makes a request, again after pauses of 1, 2, 4, 8 and 16 s, or as long as the exchange asks, where its
 * failure may pass.
 * @throws LabError `exchange.unavailable`, `cancelled`, or the final error
 */
export async function withRetries<T>(request: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { signal, sleep, explain, onWait } = options;
  for (let attempt = 1; ; attempt += 1) {
    throwIfStopped(signal);
    try {
      return await request();
    } catch (error) {
      throwIfStopped(signal);
      const failure = explain(error);
      if (failure.kind === 'final') throw failure.error;
      const pause = failure.after ?? firstPause * 2 ** (attempt - 1);
      if (attempt === mostAttempts || pause > longestPause) {
        const seconds = Math.ceil(pause / 1000);
        const what = pause > longestPause ? ` and asks to wait for ${seconds} s` : '';
        throw new LabError(
          'exchange.unavailable',
          `The exchange does not answer${what}: ${failure.message}.`,
          {
            action: 'Run the same command again later; what was loaded is kept.',
            cause: error,
          },
        );
      }
      onWait(pause, failure.message);
      await sleep(pause, signal);
    }
  }
}

/** @throws LabError `cancelled` */
export function throwIfStopped(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw new LabError('cancelled', 'The download was stopped; what was loaded is kept.', {
    action: 'Run the same command again to go on.',
  });
}

/** Milliseconds that a `Retry-After` header asks to wait: seconds, or a date (RFC 9110, 10.2.3). */
export function retryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
