/** Wakes those who wait for it. */
export class Bell {
  #next = Promise.withResolvers<void>();

  /** The next ring from now on. */
  get next(): Promise<void> {
    return this.#next.promise;
  }

  ring(): void {
    this.#next.resolve();
    this.#next = Promise.withResolvers<void>();
  }

  /** Resolves at `ring`, a ring that was asked for before, when the time is over, or when the signal aborts. */
  async wait(ring: Promise<void>, milliseconds: number, signal?: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, milliseconds);
    const stop = () => resolve();
    signal?.addEventListener('abort', stop, { once: true });
    await Promise.race([ring, promise]);
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}
