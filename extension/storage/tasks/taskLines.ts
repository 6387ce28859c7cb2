import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { z } from 'zod';
import {
  ageingStepMilliseconds,
  highPriority,
  type TaskCounts,
  type TaskState,
  taskCountsSchema,
} from '../../contracts/tasks.ts';

/** Which line a task stands in. */
export interface LineKey {
  readonly tenant: string;
  readonly priority: number;
  readonly type: string;
}

const lineSchema = z.object({
  tenant: z.string(),
  priority: z.number(),
  type: z.string(),
  head_ready: z.number(),
  head_seq: z.number(),
  rank: z.number(),
});
export type Line = z.infer<typeof lineSchema>;

const headSchema = z.object({ ready: z.number(), seq: z.number() });
const servedSchema = z.object({ served: z.number().nullable() });
const waitingSchema = z.object({ is_open: z.number(), head_ready: z.number() });

const ageingStep = 1000 * ageingStepMilliseconds;
const byKey = 'tenant = ? AND priority = ? AND type = ?';

/**
 * The lines of ready tasks: how many tasks of each state belong to them, and which comes next. A line is open
 * when it has a ready task and its tenant may run more. The caller opens and commits the transaction.
 */
export class TaskLines {
  readonly #database: DatabaseSync;
  readonly #moves = new Map<string, StatementSync>();
  readonly #addWaiting: StatementSync;
  readonly #insert: StatementSync;
  readonly #served: StatementSync;
  readonly #head: StatementSync;
  readonly #put: StatementSync;
  readonly #serve: StatementSync;
  readonly #close: StatementSync;
  readonly #ofTenant: StatementSync;
  readonly #next: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#addWaiting = database.prepare(
      `UPDATE task_lines SET waiting = waiting + 1 WHERE ${byKey} RETURNING is_open, head_ready`,
    );
    this.#insert = database.prepare(
      'INSERT INTO task_lines (tenant, priority, type, is_high, served) VALUES (?, ?, ?, ?, ?)',
    );
    this.#served = database.prepare(
      'SELECT max(served) AS served FROM task_lines WHERE tenant = ? AND priority = ?',
    );
    this.#head = database.prepare(
      `SELECT ready, seq FROM tasks WHERE ${byKey} AND state = 'waiting' ORDER BY ready, seq LIMIT 1`,
    );
    this.#put = database.prepare(
      `UPDATE task_lines SET is_open = ?, head_ready = ?, head_seq = ?,
        rank = max(1000 * ?, served) - priority * ${ageingStep} WHERE ${byKey}`,
    );
    this.#serve = database.prepare(
      `UPDATE task_lines SET served = ?, rank = max(1000 * head_ready, ?) - priority * ${ageingStep}
        WHERE tenant = ? AND priority = ?`,
    );
    this.#close = database.prepare('UPDATE task_lines SET is_open = 0 WHERE tenant = ?');
    this.#ofTenant = database.prepare(
      'SELECT tenant, priority, type FROM task_lines WHERE tenant = ? AND waiting > 0',
    );
    this.#next = database.prepare(
      `SELECT tenant, priority, type, head_ready, head_seq, rank FROM task_lines
        WHERE type = ? AND is_high = ? AND is_open = 1 ORDER BY rank, priority DESC, tenant LIMIT 1`,
    );
  }

  /** The line whose turn it is, of those types. */
  next(types: readonly string[], onlyHigh: boolean): Line | null {
    let best: Line | null = null;
    for (const type of types) {
      for (const isHigh of onlyHigh ? [1] : [1, 0]) {
        const row = this.#next.get(type, isHigh);
        if (row === undefined) continue;
        const line = lineSchema.parse(row);
        if (best === null || compareLines(line, best) < 0) best = line;
      }
    }
    return best;
  }

  /** Counts a task that came, in `state`; its line is made when it is new. */
  add(key: LineKey, state: 'waiting' | 'delayed', ready: number, isBlocked: boolean): void {
    const { tenant, priority, type } = key;
    if (state === 'delayed') {
      if (this.#move('', state).run(tenant, priority, type).changes === 0) {
        this.#make(key);
        this.#move('', state).run(tenant, priority, type);
      }
      return;
    }
    let row = this.#addWaiting.get(tenant, priority, type);
    if (row === undefined) {
      this.#make(key);
      row = this.#addWaiting.get(tenant, priority, type);
    }
    const line = waitingSchema.parse(row);
    if (!isBlocked && (line.is_open === 0 || ready < line.head_ready)) this.refresh(key, isBlocked);
  }

  /** Counts a task of the line in another state than before. The head is the caller's to `refresh`. */
  move({ tenant, priority, type }: LineKey, from: TaskState, to: TaskState): void {
    this.#move(from, to).run(tenant, priority, type);
  }

  /** Counts a task that left the line for another. */
  remove({ tenant, priority, type }: LineKey, state: TaskState): void {
    this.#move(state, '').run(tenant, priority, type);
  }

  /** Counts a task that came from another line. */
  addMoved(key: LineKey, state: TaskState): void {
    const { tenant, priority, type } = key;
    if (this.#move('', state).run(tenant, priority, type).changes > 0) return;
    this.#make(key);
    this.#move('', state).run(tenant, priority, type);
  }

  /** Looks for the line's head again. */
  refresh(key: LineKey, isBlocked: boolean): void {
    const { tenant, priority, type } = key;
    const row = this.#head.get(tenant, priority, type);
    const head = row === undefined ? { ready: 0, seq: 0 } : headSchema.parse(row);
    const isOpen = row !== undefined && !isBlocked;
    this.#put.run(isOpen ? 1 : 0, head.ready, head.seq, head.ready, tenant, priority, type);
  }

  /** The tenant was served at that priority, at `served` microseconds. */
  serve({ tenant, priority }: LineKey, served: number): void {
    this.#serve.run(served, served, tenant, priority);
  }

  /** The tenant runs as much as it may. */
  closeTenant(tenant: string): void {
    this.#close.run(tenant);
  }

  /** The tenant may run more again. */
  openTenant(tenant: string): void {
    for (const row of this.#ofTenant.all(tenant)) {
      this.refresh(lineSchema.pick({ tenant: true, priority: true, type: true }).parse(row), false);
    }
  }

  lastServed(): number {
    return (
      servedSchema.parse(this.#database.prepare('SELECT max(served) AS served FROM task_lines').get())
        .served ?? 0
    );
  }

  counts(): TaskCounts[] {
    const rows = this.#database.prepare(
      `SELECT tenant, priority, type, waiting, delayed, running, done, dead, cancelled FROM task_lines
        ORDER BY tenant, priority DESC, type`,
    );
    return z.array(taskCountsSchema).parse(rows.all());
  }

  #make({ tenant, priority, type }: LineKey): void {
    const { served } = servedSchema.parse(this.#served.get(tenant, priority));
    this.#insert.run(tenant, priority, type, priority >= highPriority ? 1 : 0, served ?? 0);
  }

  /** `''` stands for another line. */
  #move(from: TaskState | '', to: TaskState | ''): StatementSync {
    const key = `${from} ${to}`;
    const known = this.#moves.get(key);
    if (known !== undefined) return known;
    const changes = [from === '' ? '' : `${from} = ${from} - 1`, to === '' ? '' : `${to} = ${to} + 1`];
    const statement = this.#database.prepare(
      `UPDATE task_lines SET ${changes.filter(Boolean).join(', ')} WHERE ${byKey}`,
    );
    this.#moves.set(key, statement);
    return statement;
  }
}

function compareLines(a: Line, b: Line): number {
  if (a.rank !== b.rank) return a.rank - b.rank;
  if (a.priority !== b.priority) return b.priority - a.priority;
  if (a.tenant !== b.tenant) return a.tenant < b.tenant ? -1 : 1;
  return a.head_ready - b.head_ready || a.head_seq - b.head_seq;
}
