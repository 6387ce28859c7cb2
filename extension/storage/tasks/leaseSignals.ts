import { LabError } from '../../contracts/errors.ts';
import type { TaskLease } from '../../contracts/tasks.ts';

/** Tells workers of leases that are over. */
export class LeaseSignals {
  readonly #held = new Map<string, { epoch: number; lost: AbortController }>();

  add({ id, epoch }: TaskLease): AbortSignal {
    // Claimed again before its loss was noticed: the older attempt is over all the same.
    const older = this.#held.get(id);
    if (older !== undefined) this.lose({ id, epoch: older.epoch });
    const lost = new AbortController();
    this.#held.set(id, { epoch, lost });
    return lost.signal;
  }

  forget({ id, epoch }: TaskLease): void {
    if (this.#held.get(id)?.epoch === epoch) this.#held.delete(id);
  }

  lose(lease: TaskLease): void {
    const held = this.#held.get(lease.id);
    if (held?.epoch !== lease.epoch) return;
    this.#held.delete(lease.id);
    held.lost.abort(
      new LabError('task.stale', `The lease on task ${lease.id} with epoch ${lease.epoch} is over.`, {
        action: 'Drop this work.',
      }),
    );
  }

  loseAll(reason: unknown): void {
    for (const { lost } of this.#held.values()) lost.abort(reason);
    this.#held.clear();
  }
}
