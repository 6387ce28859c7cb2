import type { DatabaseSync } from 'node:sqlite';
import { readPragma } from '../pragma.ts';
import type { ClaimMessage } from './taskProtocol.ts';
import type { ClaimedRow } from './taskRows.ts';

/** How soon a claim that waits sees what another process put into the queue. */
const otherProcessMilliseconds = 100;
const longestTimer = 2 ** 31 - 1;

export interface Waiter {
  readonly message: ClaimMessage;
  readonly answer: (tasks: readonly ClaimedRow[]) => void;
}

export interface WaitersOptions {
  readonly database: DatabaseSync;
  readonly clock: () => number;
  /** Tries to serve those who wait, soon. */
  readonly tryAgain: () => void;
  /** Hears that another connection has written. */
  readonly othersWrote: () => void;
  /** When a delayed task is due that a claim could find; null when there is none. */
  readonly nextDue: () => number | null;
}

/** Claims that wait for a task. What may bring one, in whatever process it happens, makes them try again. */
export class TaskWaiters {
  readonly #options: WaitersOptions;
  readonly #waiting = new Map<number, { waiter: Waiter; timer: NodeJS.Timeout }>();
  #due: NodeJS.Timeout | undefined;
  #others: NodeJS.Timeout | undefined;
  #dataVersion: unknown;

  constructor(options: WaitersOptions) {
    this.#options = options;
  }

  /** In the order in which they came. */
  get all(): Waiter[] {
    return [...this.#waiting.values()].map(({ waiter }) => waiter);
  }

  add(waiter: Waiter): void {
    const { ticket, waitMilliseconds } = waiter.message;
    // One that would not wait is here while its search goes on, and is stopped by who searches.
    const timer = setTimeout(() => this.stop(ticket), waitMilliseconds || longestTimer);
    this.#waiting.set(ticket, { waiter, timer });
    this.watch();
  }

  /** Ends a wait with what was found, nothing by default. */
  stop(ticket: number, tasks: readonly ClaimedRow[] = []): void {
    const found = this.#waiting.get(ticket);
    if (found === undefined) return;
    clearTimeout(found.timer);
    this.#waiting.delete(ticket);
    found.waiter.answer(tasks);
    if (this.#waiting.size === 0) this.#rest();
  }

  stopAll(): void {
    for (const ticket of [...this.#waiting.keys()]) this.stop(ticket);
  }

  /** Looks out for the next delay that is over, and for other processes. */
  watch(): void {
    if (this.#waiting.size === 0) return;
    clearTimeout(this.#due);
    const due = this.#options.nextDue();
    if (due !== null) {
      const wait = Math.min(longestTimer, Math.max(1, due - this.#options.clock()));
      this.#due = setTimeout(this.#options.tryAgain, wait);
    }
    // The first look tries in any case: another process may have written between the claim and now.
    this.#others ??= setInterval(() => {
      const version = this.#version();
      if (version === this.#dataVersion) return;
      this.#dataVersion = version;
      this.#options.othersWrote();
      this.#options.tryAgain();
    }, otherProcessMilliseconds);
  }

  #rest(): void {
    clearTimeout(this.#due);
    clearInterval(this.#others);
    this.#others = undefined;
    this.#dataVersion = undefined;
  }

  /** A number that changes when another connection has written. */
  #version(): unknown {
    return readPragma(this.#options.database, 'data_version');
  }
}
