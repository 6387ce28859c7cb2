/**
 * Does the same work for many requests, the first at once and then not more often than every so many
 * milliseconds, never twice at a time; the last request is never lost.
 */
export class Pace {
  readonly #work: () => Promise<void> | void;
  readonly #milliseconds: number;
  #timer: NodeJS.Timeout | undefined;
  #isWanted = false;
  #isDisposed = false;

  /** `work` must not throw. */
  constructor(milliseconds: number, work: () => Promise<void> | void) {
    this.#milliseconds = milliseconds;
    this.#work = work;
  }

  request(): void {
    if (this.#isDisposed) return;
    this.#isWanted = true;
    if (this.#timer === undefined) void this.#run();
  }

  dispose(): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    this.#isWanted = false;
    let [hasRested, hasWorked] = [false, false];
    const next = () => {
      if (!hasRested || !hasWorked) return;
      this.#timer = undefined;
      if (this.#isWanted && !this.#isDisposed) void this.#run();
    };
    this.#timer = setTimeout(() => {
      hasRested = true;
      next();
    }, this.#milliseconds);
    await this.#work();
    hasWorked = true;
    next();
  }
}
