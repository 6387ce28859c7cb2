/** From this priority on a run starts at once, in a slot of its own. */
export const urgentPriority = 10;

export interface QueueEntry {
  readonly id: string;
  readonly priority: number;
  readonly state: 'waiting' | 'running';
}

export interface RunQueueOptions {
  /** Runs one to its rest; must heed `signal`. */
  readonly run: (id: string, signal: AbortSignal) => Promise<unknown>;
  /** Runs at the same time, besides one urgent. Must not throw. */
  readonly slots: () => number;
  /** Hears of every change of `entries`. Must not throw. */
  readonly onChange: () => void;
}

interface Item {
  readonly id: string;
  readonly priority: number;
  readonly order: number;
  readonly stop: AbortController;
  readonly settle: { resolve: () => void; reject: (error: unknown) => void };
  readonly settled: Promise<void>;
  isRunning: boolean;
}

/**
 * Says which runs of this process go on now: the higher priority first, equal ones in the order in which
 * they came. What it holds is order alone; that a run exists is written in the journal.
 */
export class RunQueue {
  readonly #options: RunQueueOptions;
  readonly #items = new Map<string, Item>();
  #order = 0;
  #running = 0;
  #urgentRunning = 0;
  #isClosed = false;

  constructor(options: RunQueueOptions) {
    this.#options = options;
  }

  get entries(): readonly QueueEntry[] {
    return [...this.#items.values()]
      .sort(inOrder)
      .map(({ id, priority, isRunning }) => ({ id, priority, state: isRunning ? 'running' : 'waiting' }));
  }

  /**
   * Takes a run in and resolves once it has come to rest; rejects with what running it threw. A run that
   * is here already stays where it is.
   */
  add(id: string, priority: number): Promise<void> {
    const present = this.#items.get(id);
    if (present !== undefined) return present.settled;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const item: Item = {
      id,
      priority,
      order: this.#order++,
      stop: new AbortController(),
      settle: { resolve, reject },
      settled: promise,
      isRunning: false,
    };
    this.#items.set(id, item);
    this.startNext();
    this.#options.onChange();
    return promise;
  }

  /** Asks a run to stop; one that still waits leaves the queue. False when it is not here. */
  stop(id: string): boolean {
    const item = this.#items.get(id);
    if (item === undefined) return false;
    item.stop.abort();
    if (!item.isRunning) this.#leave(item);
    return true;
  }

  /** Stops everything and resolves once nothing runs. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const items = [...this.#items.values()];
    for (const { id } of items) this.stop(id);
    await Promise.allSettled(items.map(({ settled }) => settled));
  }

  /** Starts what has room now, as when there are more slots than before. */
  startNext(): void {
    if (this.#isClosed) return;
    for (const item of [...this.#items.values()].sort(inOrder)) {
      if (!item.isRunning && this.#hasRoom(item)) void this.#run(item);
    }
  }

  #hasRoom({ priority }: Item): boolean {
    const slots = this.#options.slots();
    if (priority >= urgentPriority) return this.#urgentRunning === 0 || this.#running < slots + 1;
    return this.#running - Math.min(this.#urgentRunning, 1) < slots;
  }

  #count(change: 1 | -1, { priority }: Item): void {
    this.#running += change;
    if (priority >= urgentPriority) this.#urgentRunning += change;
  }

  async #run(item: Item): Promise<void> {
    item.isRunning = true;
    this.#count(1, item);
    try {
      await this.#options.run(item.id, item.stop.signal);
      this.#count(-1, item);
      this.#leave(item);
    } catch (error) {
      this.#count(-1, item);
      this.#leave(item, { error });
    }
    this.startNext();
    this.#options.onChange();
  }

  #leave(item: Item, failure?: { readonly error: unknown }): void {
    this.#items.delete(item.id);
    if (failure === undefined) item.settle.resolve();
    else item.settle.reject(failure.error);
    this.#options.onChange();
  }
}

function inOrder(a: Item, b: Item): number {
  return b.priority - a.priority || a.order - b.order;
}
