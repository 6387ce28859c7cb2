import type { Journal } from '../contracts/journal.ts';
import { recoveryMilliseconds } from '../contracts/tasks.ts';
import { Leadership, type LeadershipOptions } from './leadership.ts';
import { WorkerPool, type WorkerPoolOptions } from './workers/workerPool.ts';

export interface TaskHostOptions extends WorkerPoolOptions {
  readonly journal: Pick<Journal, 'acquireLease' | 'releaseLease'>;
  /** As that of `Leadership`. */
  readonly onLeadChange?: LeadershipOptions['onChange'];
  /** What who leads does besides, after each look for tasks of processes that died. */
  readonly alsoLead?: () => Promise<void>;
}

/**
 * One process's part in the work on a lab: its pool of workers, and, while it leads, the care for the tasks of
 * processes that died. It takes these over as soon as it leads, so a restart goes on within moments.
 */
export class TaskHost {
  readonly pool: WorkerPool;
  readonly #options: TaskHostOptions;
  readonly #leadership: Leadership;
  readonly #stop = new AbortController();
  readonly #scaling: Promise<void>;

  constructor(options: TaskHostOptions) {
    this.#options = options;
    this.pool = new WorkerPool(options);
    const { journal, clock, sleep, onLeadChange } = options;
    this.#leadership = new Leadership({
      journal,
      clock,
      sleep,
      ...(onLeadChange !== undefined && { onChange: onLeadChange }),
      lead: (signal) => this.#repeat(recoveryMilliseconds.scan, signal, () => this.#recover()),
      onFault: (error) => this.#warn('Nobody can be chosen to lead', error),
    });
    const { everyMilliseconds } = options.policy;
    this.#scaling = sleep(everyMilliseconds, this.#stop.signal).then(() =>
      this.#repeat(everyMilliseconds, this.#stop.signal, () => this.pool.scale()),
    );
  }

  get isLeader(): boolean {
    return this.#leadership.isLeader;
  }

  /** Gives back what is at work and lets another lead. */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all([this.#leadership.close(), this.pool.close(), this.#scaling]);
  }

  async #recover(): Promise<void> {
    const recovered = await this.#options.queue.recover();
    if (recovered > 0) this.#options.log('info', `${recovered} tasks of workers that are gone go on.`);
    await this.#options.alsoLead?.();
  }

  async #repeat(milliseconds: number, signal: AbortSignal, action: () => Promise<void>): Promise<void> {
    while (!signal.aborted) {
      await action().catch((error: unknown) => this.#warn('The queue cannot be looked after', error));
      await this.#options.sleep(milliseconds, signal);
    }
  }

  #warn(what: string, error: unknown): void {
    this.#options.log('warning', `${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
