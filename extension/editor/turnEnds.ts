interface Waiting {
  readonly runId: string;
  readonly ended: PromiseWithResolvers<void>;
}

/** Tells those who wait for a turn of a run, which may be another process's, how it has ended. */
export class TurnEnds {
  readonly #hasEnded: (taskId: string, runId: string) => Promise<boolean>;
  readonly #waiting = new Map<string, Waiting>();

  /** `hasEnded` throws what the turn has failed with. */
  constructor(hasEnded: (taskId: string, runId: string) => Promise<boolean>) {
    this.#hasEnded = hasEnded;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Resolves once the turn is over; rejects with what it failed with. */
  async of(taskId: string, runId: string): Promise<void> {
    const waiting = this.#waiting.get(taskId) ?? { runId, ended: Promise.withResolvers<void>() };
    this.#waiting.set(taskId, waiting);
    // It may be over before anyone could hear of it.
    await this.#lookAt(taskId, waiting);
    await waiting.ended.promise;
  }

  /** Looks which are over; to be called whenever something may have happened. */
  async look(): Promise<void> {
    await Promise.all([...this.#waiting].map(([taskId, waiting]) => this.#lookAt(taskId, waiting)));
  }

  async #lookAt(taskId: string, { runId, ended }: Waiting): Promise<void> {
    try {
      if (!(await this.#hasEnded(taskId, runId))) return;
      ended.resolve();
    } catch (error) {
      // Who wants to hear of it has the promise; nobody else shall be ended by it.
      ended.promise.catch(() => undefined);
      ended.reject(error);
    }
    this.#waiting.delete(taskId);
  }
}
