/** Holds all deliveries of a process back while it is paused. */
export class PauseSwitch {
  #paused: PromiseWithResolvers<void> | null = null;

  get isPaused(): boolean {
    return this.#paused !== null;
  }

  pause(): void {
    this.#paused ??= Promise.withResolvers();
  }

  resume(): void {
    this.#paused?.resolve();
    this.#paused = null;
  }

  /** Resolves while it is not paused, or when `signal` is aborted. */
  async whenOpen(signal: AbortSignal): Promise<void> {
    while (this.#paused !== null && !signal.aborted) {
      const aborted = Promise.withResolvers<void>();
      const end = () => aborted.resolve();
      signal.addEventListener('abort', end, { once: true });
      await Promise.race([this.#paused.promise, aborted.promise]);
      signal.removeEventListener('abort', end);
    }
  }
}
