import { recoveryMilliseconds, type TaskLease } from '../../contracts/tasks.ts';

interface Held {
  readonly lease: TaskLease;
  readonly milliseconds: number;
}

/** Leases to be renewed for the same time. */
export interface Renewal {
  readonly leases: readonly TaskLease[];
  readonly milliseconds: number;
}

export interface HeldTasksOptions {
  readonly renew: (leases: readonly TaskLease[], milliseconds: number) => void;
  /** Called before each beat; may add leases and drop them. */
  readonly beforeBeat?: () => void;
  /** Hears in which milliseconds the next beats come; null when there are none any more, after which it may add leases. */
  readonly onPeriod?: (milliseconds: number | null) => void;
}

/** How often a lease for so long is renewed. */
export function renewalPeriod(milliseconds: number): number {
  return Math.min(recoveryMilliseconds.heartbeat, milliseconds / 3);
}

/** The leases of this process, which `renew` is called for three times within their duration. */
export class HeldTasks {
  readonly #options: HeldTasksOptions;
  readonly #held = new Map<string, Held>();
  #timer: NodeJS.Timeout | undefined;
  #period: number = Number.POSITIVE_INFINITY;

  constructor(options: HeldTasksOptions) {
    this.#options = options;
  }

  add(lease: TaskLease, milliseconds: number): void {
    this.#held.set(lease.id, { lease, milliseconds });
    const period = renewalPeriod(milliseconds);
    if (period >= this.#period) return;
    clearInterval(this.#timer);
    this.#period = period;
    this.#timer = setInterval(() => this.#beat(), period);
    this.#timer.unref();
    this.#options.onPeriod?.(period);
  }

  /** False when it was not held. */
  drop({ id, epoch }: TaskLease): boolean {
    if (this.#held.get(id)?.lease.epoch !== epoch) return false;
    return this.#held.delete(id);
  }

  get all(): TaskLease[] {
    return [...this.#held.values()].map(({ lease }) => lease);
  }

  /** Renews no more, and gives what is held. */
  stop(): TaskLease[] {
    clearInterval(this.#timer);
    const leases = this.all;
    this.#held.clear();
    return leases;
  }

  renewals(): Renewal[] {
    const byDuration = Map.groupBy(this.#held.values(), ({ milliseconds }) => milliseconds);
    return [...byDuration].map(([milliseconds, held]) => ({
      milliseconds,
      leases: held.map(({ lease }) => lease),
    }));
  }

  #beat(): void {
    this.#options.beforeBeat?.();
    if (this.#held.size > 0) {
      for (const { leases, milliseconds } of this.renewals()) this.#options.renew(leases, milliseconds);
      return;
    }
    clearInterval(this.#timer);
    this.#period = Number.POSITIVE_INFINITY;
    this.#options.onPeriod?.(null);
  }
}
