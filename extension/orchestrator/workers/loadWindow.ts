import type { ClaimedTask } from '../../contracts/tasks.ts';

/** How one attempt at a task went. Times are UTC milliseconds. */
export interface TaskSample
  extends Pick<ClaimedTask, 'id' | 'type' | 'tenant' | 'priority' | 'attempt' | 'traceId' | 'epoch'> {
  /** When it could have been started, when it was, and when it came to its end. */
  readonly readyTime: number;
  readonly startedTime: number;
  readonly endedTime: number;
  /**
   * `unsuccessful`: it came to its end, which is no success; `retry` and `dead`: the attempt failed, and is made again
   * or not; `dropped`: the task was cancelled, or another has it.
   */
  readonly outcome: 'done' | 'unsuccessful' | 'yielded' | 'retry' | 'dead' | 'dropped';
}

const mostSamples = 10_000;

/** The attempts of the latest minutes, of bounded number. */
export class LoadWindow {
  readonly #milliseconds: number;
  #samples: TaskSample[] = [];

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  add(sample: TaskSample): void {
    this.#samples.push(sample);
    // Twice the bound before it is cut: the copying stays a small part of the adding.
    if (this.#samples.length > 2 * mostSamples) this.#samples = this.#samples.slice(-mostSamples);
  }

  /** Those that ended after `now` less the window's length, or after `from`. */
  since(now: number, from = now - this.#milliseconds): readonly TaskSample[] {
    return this.#samples.filter(({ endedTime }) => endedTime > from && endedTime <= now);
  }
}

/** The value that a share of all values does not exceed (nearest rank); null without values. */
export function quantile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null;
  const ascending = values.toSorted((a, b) => a - b);
  return ascending[Math.min(ascending.length - 1, Math.ceil(share * ascending.length) - 1)] ?? null;
}
