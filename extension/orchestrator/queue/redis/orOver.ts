/** Waits for work until it is done, or a signal aborts: then it goes on without anybody, and null is answered. */
export async function orOver<T>(work: Promise<T>, signals: readonly AbortSignal[]): Promise<T | null> {
  const over = Promise.withResolvers<null>();
  const leave = () => over.resolve(null);
  for (const signal of signals) {
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
  }
  try {
    return await Promise.race([work, over.promise]);
  } catch (error) {
    if (signals.some(({ aborted }) => aborted)) return null;
    throw error;
  } finally {
    for (const signal of signals) signal.removeEventListener('abort', leave);
  }
}
