import { seededRandom } from '../../../../extension/backtest/random.ts';

interface Due {
  readonly time: number;
  readonly order: number;
  readonly happen: () => void;
}

/**
 * Fake time. What takes time is put here, and happens in the order of its time; after each happening all
 * code that waits for it runs before the next. Equal seeds give equal runs.
 */
export class Scheduler {
  time = 1_800_000_000_000;
  readonly random: () => number;
  readonly #due: Due[] = [];
  #order = 0;

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  /** A whole number from 0 up to below `bound`. */
  pick(bound: number): number {
    return Math.floor(this.random() * bound);
  }

  chance(probability: number): boolean {
    return this.random() < probability;
  }

  after(milliseconds: number, happen: () => void): void {
    this.#due.push({ time: this.time + milliseconds, order: this.#order++, happen });
  }

  wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.after(milliseconds, resolve));
  }

  /** Lets things happen until `isOver`. Throws when nothing is left to happen, or far too much has. */
  async runUntil(isOver: () => boolean, mostHappenings = 20_000): Promise<void> {
    await settle();
    for (let happened = 0; !isOver(); happened += 1) {
      if (happened === mostHappenings) throw new Error('It does not come to an end.');
      const next = this.#takeNext();
      if (next === undefined) throw new Error('Nothing is left to happen, and it is not over.');
      this.time = Math.max(this.time, next.time);
      next.happen();
      await settle();
    }
  }

  #takeNext(): Due | undefined {
    let best = 0;
    for (let index = 1; index < this.#due.length; index += 1) {
      const [a, b] = [this.#due[index] as Due, this.#due[best] as Due];
      if (a.time < b.time || (a.time === b.time && a.order < b.order)) best = index;
    }
    return this.#due.splice(best, 1)[0];
  }
}

/** All promises that can be kept now are. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
