const windowMilliseconds = 3_600_000;
const slices = 60;
const sliceMilliseconds = windowMilliseconds / slices;

interface Slice {
  readonly number: number;
  completed: number;
  ended: number;
}

/**
 * The share of tasks that completed among those that came to an end, by type, over the last hour in minutes.
 * What is tried again has not come to its end. Memory is bounded by the types, which the caller bounds.
 */
export class CompletionRate {
  readonly #slices = new Map<string, Slice[]>();

  add(taskType: string, isCompleted: boolean, time: number): void {
    const number = Math.floor(time / sliceMilliseconds);
    const kept = this.#recent(taskType, time);
    let slice = kept.find((candidate) => candidate.number === number);
    if (slice === undefined) {
      slice = { number, completed: 0, ended: 0 };
      kept.push(slice);
    }
    slice.ended += 1;
    if (isCompleted) slice.completed += 1;
    this.#slices.set(taskType, kept);
  }

  /** From 0 to 1, by type; a type of which nothing ended within the hour has none. */
  read(time: number): ReadonlyMap<string, number> {
    const rates = new Map<string, number>();
    for (const taskType of [...this.#slices.keys()]) {
      const kept = this.#recent(taskType, time);
      if (kept.length === 0) {
        this.#slices.delete(taskType);
        continue;
      }
      const ended = kept.reduce((sum, slice) => sum + slice.ended, 0);
      rates.set(taskType, kept.reduce((sum, slice) => sum + slice.completed, 0) / ended);
    }
    return rates;
  }

  #recent(taskType: string, time: number): Slice[] {
    const oldest = Math.floor(time / sliceMilliseconds) - slices + 1;
    return (this.#slices.get(taskType) ?? []).filter(({ number }) => number >= oldest);
  }
}
