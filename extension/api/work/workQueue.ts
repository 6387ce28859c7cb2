import { type QueueEntry, RunQueue } from '../../orchestrator/runQueue.ts';
import type { WorkReading } from '../ports.ts';

export interface WorkQueueOptions {
  /** Runs one task to its rest; must heed `signal`. */
  readonly run: (id: string, signal: AbortSignal) => Promise<unknown>;
  readonly workers: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly monotonicClock: () => number;
}

interface Entry {
  readonly id: string;
  readonly priority: number;
  readonly settled: Promise<void>;
  readonly settle: { resolve: () => void; reject: (error: unknown) => void };
  /** Its turn in the queue; null while it is held back. */
  turn: { isWithdrawn: boolean } | null;
}

/** The tasks that this program works on: a queue that can be scaled, held and let go. */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #queue: RunQueue;
  readonly #entries = new Map<string, Entry>();
  #workers: number;
  #isPaused = false;
  #busyMilliseconds = 0;
  /** What the workers could have worked up to `#countedTime`. */
  #offeredMilliseconds = 0;
  #countedTime: number;
  #active = 0;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
    this.#workers = options.workers;
    this.#countedTime = options.monotonicClock();
    this.#queue = new RunQueue({
      run: async (id, signal) => {
        this.#count(1);
        try {
          await options.run(id, signal);
        } finally {
          this.#count(-1);
        }
      },
      slots: () => this.#workers,
      onChange: () => {},
    });
  }

  get reading(): WorkReading {
    return {
      queueDepth: this.#entries.size - this.#active,
      activeWorkers: this.#active,
      workers: this.#workers,
      isPaused: this.#isPaused,
    };
  }

  /** Share of the workers' time that was worked, 0 to 1; null before any has passed. */
  get utilisation(): number | null {
    this.#count(0);
    // An urgent task has a worker of its own besides.
    return this.#offeredMilliseconds === 0
      ? null
      : Math.min(1, this.#busyMilliseconds / this.#offeredMilliseconds);
  }

  /** Whether a task waits here, works, or is not here. */
  stateOf(id: string): QueueEntry['state'] | null {
    if (!this.#entries.has(id)) return null;
    return this.#queue.entries.find((entry) => entry.id === id)?.state ?? 'waiting';
  }

  /** Resolves once the task has come to rest; rejects with what running it threw. */
  add(id: string, priority: number): Promise<void> {
    const present = this.#entries.get(id);
    if (present !== undefined) return present.settled;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const entry: Entry = { id, priority, settled: promise, settle: { resolve, reject }, turn: null };
    this.#entries.set(id, entry);
    if (!this.#isPaused) this.#submit(entry);
    return promise;
  }

  /** What `add` answered; undefined for a task that is not here. */
  settled(id: string): Promise<void> | undefined {
    return this.#entries.get(id)?.settled;
  }

  /** Asks a task to stop; false when it is not here. */
  stop(id: string): boolean {
    const entry = this.#entries.get(id);
    if (entry === undefined) return false;
    if (entry.turn === null) {
      this.#entries.delete(id);
      entry.settle.resolve();
    } else this.#queue.stop(id);
    return true;
  }

  scale(workers: number): void {
    this.#count(0);
    this.#workers = workers;
    this.#queue.startNext();
  }

  pause(): void {
    this.#isPaused = true;
    for (const { id, state } of this.#queue.entries) {
      const entry = this.#entries.get(id);
      if (state !== 'waiting' || entry?.turn == null) continue;
      entry.turn.isWithdrawn = true;
      entry.turn = null;
      this.#queue.stop(id);
    }
  }

  resume(): void {
    this.#isPaused = false;
    for (const entry of this.#entries.values()) if (entry.turn === null) this.#submit(entry);
  }

  /** Stops everything, so that it can go on later, and resolves once nothing is at work. */
  async close(): Promise<void> {
    const all = [...this.#entries.values()];
    for (const { id, turn } of all) if (turn === null) this.stop(id);
    await this.#queue.close();
    await Promise.allSettled(all.map(({ settled }) => settled));
  }

  #submit(entry: Entry): void {
    const turn = { isWithdrawn: false };
    entry.turn = turn;
    const leave = (tell: () => void): void => {
      if (turn.isWithdrawn) return;
      this.#entries.delete(entry.id);
      tell();
    };
    this.#queue.add(entry.id, entry.priority).then(
      () => leave(entry.settle.resolve),
      (error: unknown) => leave(() => entry.settle.reject(error)),
    );
  }

  #count(change: -1 | 0 | 1): void {
    const now = this.#options.monotonicClock();
    const passed = now - this.#countedTime;
    this.#busyMilliseconds += passed * this.#active;
    this.#offeredMilliseconds += passed * this.#workers;
    this.#countedTime = now;
    this.#active += change;
  }
}
