import type { Journal, Lease } from '../contracts/journal.ts';
import type { LeaseChanged } from '../contracts/observation.ts';

const leaseName = 'leader';

export interface LeadershipOptions {
  readonly journal: Pick<Journal, 'acquireLease' | 'releaseLease'>;
  /** How long a leader that says nothing stays one; a dead process is none at once. */
  readonly leaseMilliseconds?: number;
  /** How often another process tries to lead. */
  readonly tryMilliseconds?: number;
  /**
   * What the leader does, and nobody else; begins when this process leads. Must come to its end soon once `signal`
   * is aborted: another may lead by then. Must not reject.
   */
  readonly lead: (signal: AbortSignal) => Promise<void>;
  /** Resolves after so many milliseconds, or once the signal is aborted. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** UTC milliseconds. */
  readonly clock: () => number;
  /**
   * Hears what became of this process's lead; with a take-over, the seconds since the last sign of life of the
   * leader before. Must not throw.
   */
  readonly onChange?: (change: LeaseChanged['change'], recoverySeconds: number | null) => void;
  /** Hears why this process could not try. Must not throw. */
  readonly onFault: (error: unknown) => void;
}

/**
 * A leader that dies is noticed by the next try, and one that hangs when its lease is over: after
 * `leaseMilliseconds + tryMilliseconds` = 4 s at worst.
 */
const defaults = { leaseMilliseconds: 3000, tryMilliseconds: 1000 };

/** Whether a process works on the lab's tasks now. */
export async function isLed(journal: Pick<Journal, 'leaseHolder'>): Promise<boolean> {
  return (await journal.leaseHolder(leaseName)) !== null;
}

/**
 * Of all processes on one lab at most one leads at a time. All of them work on its tasks; the leader alone does
 * what must be done once: recovery, scaling, schedules.
 */
export class Leadership {
  readonly #options: LeadershipOptions;
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;
  #isLeader = false;

  constructor(options: LeadershipOptions) {
    this.#options = options;
    this.#ended = this.#seek();
  }

  get isLeader(): boolean {
    return this.#isLeader;
  }

  /** Steps back, so that another may lead at once. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
  }

  async #seek(): Promise<void> {
    const { journal, sleep, onFault } = this.#options;
    const { leaseMilliseconds, tryMilliseconds } = { ...defaults, ...this.#options };
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        const outcome = await journal.acquireLease(leaseName, leaseMilliseconds);
        if (outcome.held) {
          this.#tellOf(outcome.abandoned, leaseMilliseconds);
          await this.#lead(outcome.lease);
        }
      } catch (error) {
        onFault(error);
      }
      await sleep(tryMilliseconds, signal);
    }
  }

  /** A lease is renewed to its whole length: before its end by that, its holder was alive. */
  #tellOf(abandoned: number | undefined, leaseMilliseconds: number): void {
    const { clock, onChange } = this.#options;
    if (abandoned === undefined) onChange?.('acquired', null);
    else onChange?.('taken-over', Math.max(0, clock() - (abandoned - leaseMilliseconds)) / 1000);
  }

  async #lead(lease: Lease): Promise<void> {
    this.#isLeader = true;
    try {
      await this.#options.lead(AbortSignal.any([lease.lost, this.#stop.signal]));
    } finally {
      this.#isLeader = false;
      this.#options.onChange?.(lease.lost.aborted ? 'lost' : 'released', null);
      // One that was lost is another's already.
      await this.#options.journal.releaseLease(lease).catch(() => undefined);
    }
  }
}
