import { setTimeout as delay } from 'node:timers/promises';

/** Waits until all have come to their ends, whatever these are, and no longer than so many milliseconds. */
export async function settledWithin(milliseconds: number, work: readonly Promise<unknown>[]): Promise<void> {
  const patience = new AbortController();
  const tired = delay(milliseconds, undefined, { signal: patience.signal }).catch(() => undefined);
  await Promise.race([Promise.allSettled(work), tired]);
  patience.abort();
}
