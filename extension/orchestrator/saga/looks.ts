import type { Sleep } from './stepWork.ts';

const never = new AbortController().signal;

/** Has the sagas that run look now and then what others have written: one timer for all of them. */
export class Looks {
  readonly #milliseconds: number;
  readonly #sleep: Sleep;
  readonly #looks = new Map<string, () => void>();
  #isLooking = false;

  constructor(milliseconds: number, sleep: Sleep) {
    this.#milliseconds = milliseconds;
    this.#sleep = sleep;
  }

  /** From now on until `stop`. */
  start(id: string, look: () => void): void {
    this.#looks.set(id, look);
    if (this.#isLooking) return;
    this.#isLooking = true;
    void this.#lookOn();
  }

  stop(id: string): void {
    this.#looks.delete(id);
  }

  /** Has one look at once, where it runs here. */
  now(id: string): void {
    this.#looks.get(id)?.();
  }

  async #lookOn(): Promise<void> {
    while (this.#looks.size > 0) {
      await this.#sleep(this.#milliseconds, never);
      for (const look of this.#looks.values()) look();
    }
    this.#isLooking = false;
  }
}
