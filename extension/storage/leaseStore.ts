import type { DatabaseSync, StatementSync } from 'node:sqlite';
import * as z from 'zod';
import { LabError } from '../contracts/errors.ts';
import type { LeaseHolder } from '../contracts/journal.ts';
import { isDead, type ProcessIdentity, processIdentitySchema } from './processIdentity.ts';

const leaseRowSchema = z.object({
  owner: z.string().nullable(),
  epoch: z.number().int().positive(),
  expires: z.number(),
});

export type Acquisition =
  | { held: true; epoch: number; abandoned?: number }
  | { held: false; holder: LeaseHolder };

/** Leases with epochs. The caller opens and commits the transaction. */
export class LeaseStore {
  readonly #me: ProcessIdentity;
  readonly #clock: () => number;
  readonly #select: StatementSync;
  readonly #take: StatementSync;
  readonly #renew: StatementSync;
  readonly #release: StatementSync;

  constructor(database: DatabaseSync, me: ProcessIdentity, clock: () => number) {
    this.#me = me;
    this.#clock = clock;
    this.#select = database.prepare('SELECT owner, epoch, expires FROM leases WHERE name = ?');
    this.#take = database.prepare(
      'INSERT OR REPLACE INTO leases (name, owner, epoch, expires) VALUES (?, ?, ?, ?)',
    );
    this.#renew = database.prepare(
      'UPDATE leases SET expires = ? WHERE name = ? AND epoch = ? AND owner IS NOT NULL',
    );
    this.#release = database.prepare('UPDATE leases SET owner = NULL WHERE name = ? AND epoch = ?');
  }

  acquire(name: string, milliseconds: number): Acquisition {
    const holder = this.holder(name);
    if (holder !== null) return { held: false, holder };
    const before = this.#row(name);
    const epoch = (before?.epoch ?? 0) + 1;
    this.#take.run(name, JSON.stringify(this.#me), epoch, this.#clock() + milliseconds);
    // One that was given up has no owner.
    return before?.owner == null ? { held: true, epoch } : { held: true, epoch, abandoned: before.expires };
  }

  /** The living holder whose lease has not expired. */
  holder(name: string): LeaseHolder | null {
    const row = this.#row(name);
    if (row === null || row.owner === null || row.expires <= this.#clock()) return null;
    const owner = processIdentitySchema.parse(JSON.parse(row.owner));
    if (isDead(owner, this.#me)) return null;
    return { host: owner.host, pid: owner.pid, epoch: row.epoch, expires: row.expires };
  }

  /** False when the lease has passed to another holder. */
  renew(name: string, epoch: number, milliseconds: number): boolean {
    return this.#renew.run(this.#clock() + milliseconds, name, epoch).changes === 1;
  }

  release(name: string, epoch: number): void {
    this.#release.run(name, epoch);
  }

  /**
   * Throws `journal.conflict` unless `epoch` is still the lease's. One that has expired but that
   * nobody took since is still good.
   */
  check(name: string, epoch: number): void {
    const row = this.#row(name);
    if (row?.epoch === epoch && row.owner !== null) return;
    throw new LabError(
      'journal.conflict',
      `The lease on ${name} with epoch ${epoch} is over: the epoch is now ${row?.epoch ?? 0}.`,
      { action: 'Drop this work: another process has taken it over.' },
    );
  }

  #row(name: string): z.infer<typeof leaseRowSchema> | null {
    const row = this.#select.get(name);
    return row === undefined ? null : leaseRowSchema.parse(row);
  }
}
