import type { DatabaseSync, StatementSync } from 'node:sqlite';
import * as z from 'zod';
import {
  type DeadReason,
  type Enqueued,
  enqueuedSchema,
  type TaskLease,
  type TaskState,
} from '../../contracts/tasks.ts';
import { TaskBook } from './taskBook.ts';
import { staleLease, taskNotFound, wrongState } from './taskErrors.ts';
import type { TaskMessage } from './taskProtocol.ts';
import { type ClaimedRow, claimedColumns, claimedRowSchema, recordRowSchema } from './taskRows.ts';

const transitionSchema = recordRowSchema
  .pick({
    tenant: true,
    priority: true,
    type: true,
    state: true,
    ready: true,
    attempts: true,
    maximum_attempts: true,
    backoff_initial: true,
    backoff_maximum: true,
    epoch: true,
    error: true,
  })
  .extend({ seq: z.number() });
const lineKeySchema = transitionSchema.pick({ tenant: true, priority: true, type: true });
const idSchema = enqueuedSchema.pick({ id: true });
const readySchema = recordRowSchema.pick({ ready: true });
/** A task as it was before its state changes. */
export type TaskRow = z.infer<typeof transitionSchema>;
const transitionColumns = `seq, tenant, priority, type, state, ready, attempts, maximum_attempts, backoff_initial,
  backoff_maximum, epoch, error`;

/** What else changes with a task's state; what is left out stays as it is. */
export interface Change {
  readonly ready?: number;
  /** True when another than the worker ends the lease, which that worker must then not use any more. */
  readonly endsLease?: boolean;
  readonly attempts?: number;
  readonly finished?: number;
  readonly deadReason?: DeadReason;
  readonly error?: string;
  readonly checkpoint?: string | null;
}

export interface Claim {
  readonly worker: string;
  readonly owner: number | null;
  readonly types: readonly string[];
  readonly count: number;
  readonly band: 'any' | 'high';
  readonly leaseMilliseconds: number;
}

export interface Found {
  readonly tasks: ClaimedRow[];
  /** False when there may be more behind tasks that missed their deadlines. */
  readonly isAll: boolean;
}

/** How many tasks that missed their deadlines one claim meets: it takes a few milliseconds to bury them. */
const mostBuried = 100;

/** How many tasks one call moves at most, so that no transaction takes long. */
const mostAtOnce = 1000;

/** Tasks and their changes of state. The caller opens and commits the transaction. */
export class TaskStore {
  readonly book: TaskBook;
  readonly #clock: () => number;
  readonly #insert: StatementSync;
  readonly #byId: StatementSync;
  readonly #byKey: StatementSync;
  readonly #due: StatementSync;
  readonly #take: StatementSync;
  readonly #bySeq: StatementSync;
  readonly #change: StatementSync;
  readonly #complete: StatementSync;
  readonly #extend: StatementSync;
  readonly #isHeld: StatementSync;
  readonly #nextDue: StatementSync;
  readonly #checkpoint: StatementSync;
  readonly #reorder: StatementSync;
  readonly #forgetDeadline: StatementSync;

  constructor(database: DatabaseSync, clock: () => number) {
    this.book = new TaskBook(database);
    this.#clock = clock;
    this.#insert = database.prepare(
      `INSERT INTO tasks (id, tenant, priority, type, state, ready, created, deadline, maximum_attempts,
        backoff_initial, backoff_maximum, trace_id, idempotency_key, payload)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
    );
    this.#byId = database.prepare(`SELECT ${transitionColumns} FROM tasks WHERE id = ?`);
    this.#byKey = database.prepare('SELECT id FROM tasks WHERE tenant = ? AND idempotency_key = ?');
    this.#due = database.prepare(
      `SELECT ${transitionColumns} FROM tasks WHERE state = 'delayed' AND ready <= ?
        ORDER BY ready, seq LIMIT ${mostAtOnce}`,
    );
    this.#take = database.prepare(
      `UPDATE tasks SET state = 'running', epoch = epoch + 1, attempts = attempts + 1, worker = ?, owner = ?,
        lease_expires = ? WHERE seq = ? AND (deadline IS NULL OR deadline >= ?) RETURNING ${claimedColumns}`,
    );
    this.#bySeq = database.prepare(`SELECT ${transitionColumns} FROM tasks WHERE seq = ?`);
    this.#change = database.prepare(
      `UPDATE tasks SET state = ?, ready = ?, epoch = epoch + ?, attempts = attempts + ?, finished = ?,
        dead_reason = ?, error = coalesce(?, error), checkpoint = coalesce(?, checkpoint), worker = NULL,
        owner = NULL, lease_expires = NULL WHERE seq = ?`,
    );
    this.#complete = database.prepare(
      `UPDATE tasks SET state = 'done', result = ?, finished = ?, worker = NULL, owner = NULL,
        lease_expires = NULL WHERE id = ? AND epoch = ? AND state = 'running' RETURNING tenant, priority, type`,
    );
    this.#extend = database.prepare(
      "UPDATE tasks SET lease_expires = ? WHERE id = ? AND epoch = ? AND state = 'running'",
    );
    this.#isHeld = database.prepare("SELECT 1 FROM tasks WHERE id = ? AND epoch = ? AND state = 'running'");
    this.#nextDue = database.prepare(
      "SELECT ready FROM tasks WHERE state = 'delayed' ORDER BY ready, seq LIMIT 1",
    );
    this.#checkpoint = database.prepare(
      'UPDATE tasks SET checkpoint = ? WHERE seq = ? AND checkpoint IS NOT ?',
    );
    this.#reorder = database.prepare('UPDATE tasks SET priority = ? WHERE seq = ?');
    this.#forgetDeadline = database.prepare('UPDATE tasks SET deadline = NULL WHERE seq = ?');
  }

  /** Throws `queue.full`; the caller then rolls back. */
  enqueue(tasks: readonly TaskMessage[]): Enqueued[] {
    const now = this.#clock();
    return tasks.map((task) => this.#enqueueOne(task, now));
  }

  claim({ types, count, band, worker, owner, leaseMilliseconds }: Claim): Found {
    const now = this.#clock();
    const room = Math.min(count, this.book.room());
    const claimed: ClaimedRow[] = [];
    if (room === 0) return { tasks: claimed, isAll: true };
    this.promote();
    for (let buried = 0; claimed.length < room; ) {
      if (buried === mostBuried) return { tasks: claimed, isAll: false };
      const next = this.book.next(types, band === 'high');
      if (next === null) break;
      const { line, head } = next;
      const row = this.#take.get(worker, owner, now + leaseMilliseconds, head.seq, now);
      if (row === undefined) {
        this.bury(transitionSchema.parse(this.#bySeq.get(head.seq)), now);
        buried += 1;
      } else {
        claimed.push(claimedRowSchema.parse(row));
        this.book.serve(line, now);
      }
    }
    return { tasks: claimed, isAll: true };
  }

  /** Lets those begin to wait in line whose delay is over. */
  promote(): void {
    if (!this.book.hasDelayed) return;
    const due = z.array(transitionSchema).parse(this.#due.all(this.#clock()));
    for (const row of due) this.change(row, 'waiting');
  }

  /** When a claim may find more as a delay is over; null when nothing is delayed, or nothing may start whatever is due. */
  nextDue(): number | null {
    if (this.book.room() === 0) return null;
    const row = this.#nextDue.get();
    return row === undefined ? null : readySchema.parse(row).ready;
  }

  /** Those whose leases are over. */
  extend(leases: readonly TaskLease[], milliseconds: number): TaskLease[] {
    const expires = this.#clock() + milliseconds;
    return leases.filter(({ id, epoch }) => this.#extend.run(expires, id, epoch).changes === 0);
  }

  /** Those that have been ended, which changes nothing. */
  over(leases: readonly TaskLease[]): TaskLease[] {
    return leases.filter(({ id, epoch }) => this.#isHeld.get(id, epoch) === undefined);
  }

  complete({ id, epoch }: TaskLease, result: string | null): void {
    const row = this.#complete.get(result, this.#clock(), id, epoch);
    if (row === undefined) {
      // Asked again by a worker that did not hear the answer.
      const found = this.find(id);
      if (found?.epoch === epoch && found.state === 'done') return;
      throw staleLease(id, epoch, found);
    }
    const line = lineKeySchema.parse(row);
    this.book.move(line, 'running', 'done');
  }

  fail(lease: TaskLease, error: string, retry: boolean): 'retry' | 'dead' {
    const found = this.find(lease.id);
    const isRepeated = found?.epoch === lease.epoch && found.error === error && found.state !== 'running';
    if (isRepeated) return found.state === 'dead' ? 'dead' : 'retry';
    const row = this.leased(lease);
    const now = this.#clock();
    if (!retry || row.attempts >= row.maximum_attempts) {
      this.change(row, 'dead', { error, finished: now, deadReason: 'failed' });
      return 'dead';
    }
    const wait = Math.min(row.backoff_maximum, row.backoff_initial * 2 ** (row.attempts - 1));
    this.change(row, wait > 0 ? 'delayed' : 'waiting', { error, ready: now + wait });
    return 'retry';
  }

  keepCheckpoint({ seq }: TaskRow, checkpoint: string | null): void {
    // One that says the same changes no row, by which the commit knows that it has written nothing.
    if (checkpoint !== null) this.#checkpoint.run(checkpoint, seq, checkpoint);
  }

  /** The lease that it ended, or would have; null where the task had come to its end. */
  cancel(id: string): TaskLease | null {
    const row = this.#known(id);
    if (!isPending(row.state) && row.state !== 'running') return null;
    this.change(row, 'cancelled', { endsLease: true, finished: this.#clock() });
    return { id, epoch: row.epoch };
  }

  /** Throws `task.state` where the task has come to its end. */
  setPriority(id: string, priority: number): void {
    const row = this.#known(id);
    if (!isPending(row.state) && row.state !== 'running') throw wrongState(id, row.state, 'reordered');
    if (row.priority === priority) return;
    this.#reorder.run(priority, row.seq);
    this.book.moveLine(row, priority, row.state);
  }

  /** Throws `task.state` for anything but a dead letter. */
  replay(id: string): void {
    const row = this.#known(id);
    if (row.state !== 'dead') throw wrongState(id, row.state, 'replayed');
    this.#forgetDeadline.run(row.seq);
    this.change(row, 'waiting', { ready: this.#clock(), attempts: -row.attempts });
  }

  /** The task under a lease that still holds. Throws `task.stale`. */
  leased({ id, epoch }: TaskLease): TaskRow {
    const row = this.find(id);
    if (row === null || row.epoch !== epoch || row.state !== 'running') throw staleLease(id, epoch, row);
    return row;
  }

  find(id: string): TaskRow | null {
    const row = this.#byId.get(id);
    return row === undefined ? null : transitionSchema.parse(row);
  }

  /** Ends a lease whose worker is lost. */
  endLease(row: TaskRow): void {
    const endsLease = true;
    if (row.attempts < row.maximum_attempts) {
      this.change(row, 'waiting', { endsLease });
    } else {
      const error = 'The worker of the last attempt was lost.';
      this.change(row, 'dead', { endsLease, error, finished: this.#clock(), deadReason: 'lost' });
    }
  }

  /** Takes a task from one state to another, with all that is counted. */
  change(row: TaskRow, state: TaskState, change: Change = {}): void {
    this.#change.run(
      state,
      change.ready ?? row.ready,
      change.endsLease === true ? 1 : 0,
      change.attempts ?? 0,
      change.finished ?? null,
      change.deadReason ?? null,
      change.error ?? null,
      change.checkpoint ?? null,
      row.seq,
    );
    this.book.move(row, row.state, state);
  }

  #enqueueOne(task: TaskMessage, now: number): Enqueued {
    const { tenant, priority, type, backoff, idempotencyKey = null } = task;
    if (idempotencyKey !== null) {
      const known = this.#byKey.get(tenant, idempotencyKey);
      if (known !== undefined) return { ...idSchema.parse(known), isNew: false };
    }
    const ready = Math.max(now, task.notBefore ?? 0);
    const state = ready > now ? 'delayed' : 'waiting';
    const { changes, lastInsertRowid } = this.#insert.run(
      task.id,
      tenant,
      priority,
      type,
      state,
      ready,
      now,
      task.deadline ?? null,
      task.maximumAttempts,
      backoff.initialMilliseconds,
      backoff.maximumMilliseconds,
      task.traceId,
      idempotencyKey,
      task.payload,
    );
    if (changes === 0) return { id: task.id, isNew: false };
    this.book.admit(task, state, { ready, seq: Number(lastInsertRowid) });
    return { id: task.id, isNew: true };
  }

  /** Puts a task that missed its deadline with the dead letters. */
  bury(row: TaskRow, now: number): void {
    const error = 'It was not started before its deadline.';
    this.change(row, 'dead', { error, finished: now, deadReason: 'deadline' });
  }

  #known(id: string): TaskRow {
    const row = this.find(id);
    if (row === null) throw taskNotFound(id);
    return row;
  }
}

function isPending(state: TaskState): boolean {
  return state === 'waiting' || state === 'delayed';
}
