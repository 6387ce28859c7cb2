import type { EventLog } from './eventLog.ts';
import type { Sleep } from './groupRunner.ts';

/** How soon a pause of another process is seen here. */
const lookMilliseconds = 1000;

export interface PauseOptions {
  readonly log: Pick<EventLog, 'isPaused' | 'setPaused'>;
  readonly sleep: Sleep;
  readonly onTrouble: (error: unknown) => void;
}

/**
 * Holds the deliveries of all processes that use a log back while it is paused. Until the log has told whether it
 * is, nothing goes out.
 */
export class PauseSwitch {
  readonly #options: PauseOptions;
  #isOpen = false;
  #opened = Promise.withResolvers<void>();
  #following: Promise<void> | undefined;
  /** Of the last `set`: a look that began before it tells what was. */
  #changes = 0;

  constructor(options: PauseOptions) {
    this.#options = options;
  }

  /** Resolves once every process will see it within a second; this one holds back, or goes on, at once. */
  async set(isPaused: boolean): Promise<void> {
    await this.#options.log.setPaused(isPaused);
    this.#changes += 1;
    this.#note(isPaused);
  }

  /** Looks for pauses of other processes, until `signal` is aborted. */
  follow(signal: AbortSignal): void {
    this.#following ??= this.#followOn(signal);
  }

  /** Resolves when it no longer looks. */
  get over(): Promise<void> {
    return this.#following ?? Promise.resolve();
  }

  /** Resolves while it is not paused, or when `signal` is aborted. */
  async whenOpen(signal: AbortSignal): Promise<void> {
    while (!this.#isOpen && !signal.aborted) {
      const aborted = Promise.withResolvers<void>();
      const end = () => aborted.resolve();
      signal.addEventListener('abort', end, { once: true });
      await Promise.race([this.#opened.promise, aborted.promise]);
      signal.removeEventListener('abort', end);
    }
  }

  async #followOn(signal: AbortSignal): Promise<void> {
    const { log, sleep, onTrouble } = this.#options;
    while (!signal.aborted) {
      try {
        const before = this.#changes;
        const isPaused = await log.isPaused();
        if (before === this.#changes) this.#note(isPaused);
      } catch (error) {
        if (!signal.aborted) onTrouble(error);
      }
      await sleep(lookMilliseconds, signal);
    }
  }

  #note(isPaused: boolean): void {
    if (this.#isOpen !== isPaused) return;
    this.#isOpen = !isPaused;
    if (this.#isOpen) this.#opened.resolve();
    else this.#opened = Promise.withResolvers();
  }
}
