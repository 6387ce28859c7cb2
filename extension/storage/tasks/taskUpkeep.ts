import { randomInt } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import * as z from 'zod';
import {
  retentionMilliseconds,
  type TaskFilter,
  type TaskState,
  taskFilterSchema,
  taskStateSchema,
} from '../../contracts/tasks.ts';
import { isDead, type ProcessIdentity, processIdentitySchema } from '../processIdentity.ts';
import { taskNotFound } from './taskErrors.ts';
import { type RecordRow, recordColumns, recordRowSchema } from './taskRows.ts';
import type { TaskStore } from './taskStore.ts';

const idsSchema = z.array(z.object({ id: z.string() }));
const ownersSchema = z.array(z.object({ owner: z.number(), identity: z.string() }));
const agesSchema = z.array(
  z.object({ seq: z.number(), state: taskStateSchema, finished: z.number().nullable() }),
);
const seqSchema = z.object({ seq: z.number() });

const indexOfState: Partial<Record<TaskState, string>> = {
  waiting: 'tasks_in_line',
  delayed: 'tasks_delayed',
  running: 'tasks_leased',
  dead: 'tasks_dead',
};
const mostToSort = 20_000;

/** How many tasks one call moves at most, so that no transaction takes long. */
const mostAtOnce = 1000;

/** A page of tasks was looked through, and those of them that ended long ago were deleted. */
export interface ForgottenPage {
  /** Goes on behind it the next time. To be called once the deletion is committed. */
  readonly committed: () => void;
  /** Most of what has ended on it was old, so more may follow. */
  readonly isMore: boolean;
}

/** Recovery, and what people look at. The caller opens and commits the transaction. */
export class TaskUpkeep {
  readonly #database: DatabaseSync;
  readonly #store: TaskStore;
  readonly #me: ProcessIdentity;
  readonly #clock: () => number;
  /** The number under which this process claims. */
  readonly owner = randomInt(2 ** 47);
  readonly #ages: StatementSync;
  readonly #delete: StatementSync;
  readonly #register: StatementSync;
  readonly #dismiss: StatementSync;
  /** What stands before was looked through and kept. */
  #forgottenTo = 0;
  /** How far what stands before was looked through once more. */
  #lookedAgainTo = 0;

  constructor(database: DatabaseSync, store: TaskStore, me: ProcessIdentity, clock: () => number) {
    this.#database = database;
    this.#store = store;
    this.#me = me;
    this.#clock = clock;
    this.#ages = database.prepare(
      `SELECT seq, state, finished FROM tasks WHERE seq > ? ORDER BY seq LIMIT ${mostAtOnce}`,
    );
    this.#delete = database.prepare('DELETE FROM tasks WHERE seq = ?');
    this.#register = database.prepare('INSERT OR IGNORE INTO task_owners (owner, identity) VALUES (?, ?)');
    this.#dismiss = database.prepare(
      `DELETE FROM task_owners WHERE owner = ?
        AND NOT EXISTS (SELECT 1 FROM tasks WHERE state = 'running' AND tasks.owner = task_owners.owner)`,
    );
  }

  /** Notes who this process is; to be done in the transaction of a claim, until one was committed, and with each beat. */
  registerOwner(): void {
    this.#register.run(this.owner, JSON.stringify(this.#me));
  }

  /** See `TaskQueue.recover`. `isSteady`: the clock tells whether a lease is over. */
  recover(isSteady: boolean): number {
    const now = this.#clock();
    this.#store.promote();
    const over = isSteady ? this.#ids("state = 'running' AND lease_expires <= ?", now) : [];
    const orphaned = this.#deadOwners().flatMap((owner) =>
      this.#ids("state = 'running' AND owner = ?", owner),
    );
    let ended = 0;
    for (const id of [...over, ...orphaned]) {
      const row = this.#store.find(id);
      if (row?.state !== 'running') continue;
      this.#store.endLease(row);
      ended += 1;
    }
    const missed = this.#ids(
      "deadline IS NOT NULL AND state IN ('waiting', 'delayed') AND deadline < ?",
      now,
    );
    for (const id of missed) {
      const row = this.#store.find(id);
      if (row !== null) this.#store.bury(row, now);
    }
    return ended;
  }

  /**
   * Deletes a page of the tasks that ended long ago, the oldest first. Without an index, which each task that ends
   * would have to be put into.
   */
  forget(): ForgottenPage {
    const { kept, isLast, isOld } = this.#forgetPage(this.#forgottenTo);
    const committed = () => {
      this.#forgottenTo = kept;
    };
    return { committed, isMore: isOld && !isLast };
  }

  /** Looks through another page of what `forget` has passed by, as it had not ended. */
  forgetAgain(): ForgottenPage {
    const { last, isLast } = this.#forgetPage(this.#lookedAgainTo);
    const committed = () => {
      this.#lookedAgainTo = isLast || last >= this.#forgottenTo ? 0 : last;
    };
    return { committed, isMore: false };
  }

  get(id: string): RecordRow | null {
    const row = this.#database.prepare(`SELECT ${recordColumns} FROM tasks WHERE id = ?`).get(id);
    return row === undefined ? null : recordRowSchema.parse(row);
  }

  list(filter: TaskFilter): RecordRow[] {
    const { state, type, tenant, limit, before } = taskFilterSchema.parse(filter);
    // A partial index serves where its state is written out.
    const conditions = [`state = '${state}'`];
    const values: (string | number)[] = [];
    if (type !== undefined) {
      conditions.push('type = ?');
      values.push(type);
    }
    if (tenant !== undefined) {
      conditions.push('tenant = ?');
      values.push(tenant);
    }
    if (before !== undefined) {
      conditions.push('seq < ?');
      values.push(this.#seqOf(before));
    }
    const rows = this.#database.prepare(
      `SELECT ${recordColumns} FROM tasks ${this.#hint(state)} WHERE ${conditions.join(' AND ')}
        ORDER BY seq DESC LIMIT ?`,
    );
    return z.array(recordRowSchema).parse(rows.all(...values, limit));
  }

  /**
   * How SQLite is to find the youngest of a state: few are looked up and sorted, many are met soon on the way back
   * from the end.
   */
  #hint(state: TaskState): string {
    const index = indexOfState[state];
    if (index === undefined) return 'NOT INDEXED';
    this.#store.book.open();
    const found = this.#store.book.counts().reduce((sum, { [state]: count }) => sum + count, 0);
    return found > mostToSort ? 'NOT INDEXED' : `INDEXED BY ${index}`;
  }

  #ids(condition: string, ...values: (string | number)[]): string[] {
    const rows = this.#database.prepare(`SELECT id FROM tasks WHERE ${condition} LIMIT ${mostAtOnce}`);
    return idsSchema.parse(rows.all(...values)).map(({ id }) => id);
  }

  /** Processes that are dead; those that work on nothing and are not known to live are forgotten. */
  #deadOwners(): number[] {
    const rows = ownersSchema.parse(this.#database.prepare('SELECT owner, identity FROM task_owners').all());
    const dead: number[] = [];
    for (const { owner, identity: text } of rows) {
      const identity = processIdentitySchema.parse(JSON.parse(text));
      const canBeSeen = identity.host === this.#me.host && identity.space === this.#me.space;
      const isGone = isDead(identity, this.#me);
      if (isGone || !canBeSeen) this.#dismiss.run(owner);
      if (isGone) dead.push(owner);
    }
    return dead;
  }

  #forgetPage(after: number) {
    const before = this.#clock() - retentionMilliseconds;
    const rows = agesSchema.parse(this.#ages.all(after));
    const ended = rows.filter(({ state }) => state === 'done' || state === 'cancelled');
    const old = ended.filter(({ finished }) => (finished ?? 0) < before);
    for (const { seq } of old) this.#delete.run(seq);
    const firstYoung = ended.find(({ finished }) => (finished ?? 0) >= before);
    const last = rows.at(-1)?.seq ?? after;
    return {
      last,
      /** Up to here nothing has ended. */
      kept: firstYoung === undefined ? last : firstYoung.seq - 1,
      isLast: rows.length < mostAtOnce,
      /** Most of what has ended in it was old, so more may follow. */
      isOld: old.length >= ended.length / 2,
    };
  }

  #seqOf(id: string): number {
    const row = this.#database.prepare('SELECT seq FROM tasks WHERE id = ?').get(id);
    if (row === undefined) throw taskNotFound(id);
    return seqSchema.parse(row).seq;
  }
}
