/** Milliseconds between two requests: what a hand moves in between is one. */
const pause = 40;

export interface WantedWindow {
  readonly from: number;
  readonly to: number;
  readonly buckets: number;
}

/**
 * Asks for windows of series while a hand moves, and tells whether an answer is still of use: one that comes
 * after a newer one is not, nor one of a run that is no longer shown.
 */
export class WindowLoader {
  readonly #send: (window: WantedWindow) => number;
  #wanted: WantedWindow | undefined;
  #timer: number | undefined;
  /** Number of the last request, of the last answer that was taken, and of the first that may be. */
  #sent = -1;
  #taken = -1;
  #oldest = 0;

  /** @param send asks the host and answers the request's number; numbers rise */
  constructor(send: (window: WantedWindow) => number) {
    this.#send = send;
  }

  want(window: WantedWindow): void {
    this.#wanted = window;
    if (this.#timer !== undefined) return;
    this.#flush();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#wanted !== undefined) this.want(this.#wanted);
    }, pause);
  }

  /** True when the answer is newer than all before, and of what is shown. */
  takes(request: number): boolean {
    if (request < this.#oldest || request <= this.#taken) return false;
    this.#taken = request;
    return true;
  }

  /** True while the newest request has no answer. */
  get isWaiting(): boolean {
    return this.#sent > this.#taken;
  }

  /** What was asked for until now is of no use any more. */
  forget(): void {
    this.#oldest = this.#sent + 1;
    this.#wanted = undefined;
  }

  #flush(): void {
    if (this.#wanted === undefined) return;
    this.#sent = this.#send(this.#wanted);
    this.#wanted = undefined;
  }
}
