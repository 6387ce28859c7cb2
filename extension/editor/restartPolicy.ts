/** Says whether a program that ended by itself is started again: not when it ended too often in a short time. */
export class RestartPolicy {
  readonly #mostEnds: number;
  readonly #milliseconds: number;
  readonly #clock: () => number;
  #ends: readonly number[] = [];

  /** Gives up at the `mostEnds`th end within `milliseconds`. */
  constructor(mostEnds: number, milliseconds: number, clock: () => number) {
    this.#mostEnds = mostEnds;
    this.#milliseconds = milliseconds;
    this.#clock = clock;
  }

  /** To be called at each end of the program; true when it shall be started again. */
  ended(): boolean {
    const now = this.#clock();
    this.#ends = [...this.#ends, now].filter((time) => now - time < this.#milliseconds);
    return this.#ends.length < this.#mostEnds;
  }
}
