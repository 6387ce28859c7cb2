import { rateLimit } from './rateLimit.ts';

/** A page of the journal weighs 1; null where the signal was aborted before its turn came. */
export type GuestReads = <T>(
  read: () => Promise<T>,
  options: { readonly tenant: string; readonly weight: number; readonly signal: AbortSignal },
) => Promise<T | null>;

/**
 * What is read of the journal for event streams of guests: each has one read at a time, whatever the number of its
 * streams, and so many a second. More wait: the journal's thread has the owner's work in between. They are no
 * requests, so that who follows what happens can still call.
 * @param clock milliseconds, only forward
 */
export function guestReads(pagesPerSecond: number, clock: () => number): GuestReads {
  const pace = rateLimit(pagesPerSecond, 2 * pagesPerSecond, clock);
  const last = new Map<string, Promise<unknown>>();
  return async (read, { tenant, weight, signal }) => {
    const before = last.get(tenant);
    const inTurn = async () => {
      await before?.catch(() => {});
      for (;;) {
        if (signal.aborted) return null;
        const seconds = pace.take(tenant, weight);
        if (seconds === null) return read();
        await passed(seconds, signal);
      }
    };
    const reading = inTurn();
    last.set(tenant, reading);
    try {
      return await reading;
    } finally {
      if (last.get(tenant) === reading) last.delete(tenant);
    }
  };
}

function passed(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, 1000 * seconds);
    signal.addEventListener('abort', end);
  });
}
