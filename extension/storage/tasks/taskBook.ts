import type { DatabaseSync, StatementSync } from 'node:sqlite';
import * as z from 'zod';
import { LabError } from '../../contracts/errors.ts';
import { type TaskCounts, type TaskLimits, type TaskState, taskCountsSchema } from '../../contracts/tasks.ts';
import {
  type Candidate,
  compareHeads,
  firstInTurn,
  type Head,
  type Line,
  type LineKey,
  type Tenant,
} from './taskLines.ts';

const rowsSchema = z.array(taskCountsSchema.extend({ served: z.number() }));
const limitsSchema = z.array(
  z.object({ scope: z.string(), most_waiting: z.number().nullable(), most_running: z.number().nullable() }),
);
const headSchema = z.object({ ready: z.number(), seq: z.number() });
const versionSchema = z.object({ data_version: z.number() });

/** The scope of the whole queue, and that of tenants without limits of their own. */
const whole = '';
const eachTenant = '*';
const noLimits: TaskLimits = { mostWaiting: null, mostRunning: null };

/**
 * The lines, counts and limits of the queue. Their rows are the truth; this is what they said last, read again
 * when another connection has written or a transaction was undone. The caller opens and commits the transaction,
 * calls `open` first, and `save` before it ends.
 */
export class TaskBook {
  readonly #database: DatabaseSync;
  readonly #version: StatementSync;
  readonly #head: StatementSync;
  readonly #put: StatementSync;
  readonly #lines = new Map<string, Line>();
  readonly #byType = new Map<string, Line[]>();
  readonly #tenants = new Map<string, Tenant>();
  readonly #limits = new Map<string, TaskLimits>();
  #changed: Line[] = [];
  #seenVersion: number | null = null;
  #isPaused = false;
  #waiting = 0;
  #delayed = 0;
  #running = 0;
  #served = 0;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#version = database.prepare('PRAGMA data_version');
    this.#head = database.prepare(
      `SELECT ready, seq FROM tasks WHERE tenant = ? AND priority = ? AND type = ? AND state = 'waiting'
        ORDER BY ready, seq LIMIT 1`,
    );
    this.#put = database.prepare(
      `INSERT INTO task_lines VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (tenant, priority, type) DO UPDATE SET served = excluded.served, waiting = excluded.waiting,
          delayed = excluded.delayed, running = excluded.running, done = excluded.done, dead = excluded.dead,
          cancelled = excluded.cancelled`,
    );
  }

  /** Takes in what other connections wrote. */
  open(): void {
    const { data_version: version } = versionSchema.parse(this.#version.get());
    if (version === this.#seenVersion) return;
    this.#read();
    this.#seenVersion = version;
  }

  /** Writes what has changed. */
  save(): void {
    for (const line of this.#changed) {
      const { tenant, priority, type, counts } = line;
      const served = this.#tenantOf(line).served.get(priority) ?? 0;
      const { waiting, delayed, running, done, dead, cancelled } = counts;
      this.#put.run(tenant, priority, type, served, waiting, delayed, running, done, dead, cancelled);
      line.isChanged = false;
    }
    this.#changed = [];
  }

  /** What was done since the last `save` is undone. */
  undo(): void {
    if (this.#changed.length > 0) this.forget();
  }

  /** A transaction was undone: what this says may never have happened. */
  forget(): void {
    this.#seenVersion = null;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  get hasDelayed(): boolean {
    return this.#delayed > 0;
  }

  /** How many more may run in the whole queue; 0 while it is paused. */
  room(): number {
    const { mostRunning } = this.#limits.get(whole) ?? noLimits;
    if (this.#isPaused) return 0;
    return mostRunning === null ? Number.POSITIVE_INFINITY : Math.max(0, mostRunning - this.#running);
  }

  /** The line whose turn it is, of those types. */
  next(types: readonly string[], onlyHigh: boolean): Candidate | null {
    const lines = types.length === 1 ? this.#ofType(types[0]) : types.flatMap((type) => this.#ofType(type));
    return firstInTurn(
      lines,
      onlyHigh,
      (line) => this.#headOf(line),
      (line) => this.#tenantOf(line),
      (tenant, name) => {
        const { mostRunning } = this.#limitsOf(name);
        return mostRunning === null || tenant.running < mostRunning;
      },
    );
  }

  /** The line's tenant was served at its priority. */
  serve(line: Line, now: number): void {
    // Just after the moment at which others may have become ready, so that they are next.
    this.#served = Math.max(1000 * now, this.#served) + 1;
    this.#tenantOf(line).served.set(line.priority, this.#served);
    line.head = undefined;
    this.#move(line, 'waiting', 'running');
  }

  /** Counts one more that waits. Throws `queue.full`, after which the transaction must be undone. */
  admit(key: LineKey, state: 'waiting' | 'delayed', head: Head): void {
    const line = this.#line(key);
    const { mostWaiting } = this.#limitsOf(key.tenant);
    const ofAll = this.#limits.get(whole)?.mostWaiting ?? null;
    if (mostWaiting !== null && this.#tenantOf(line).waiting >= mostWaiting) {
      throw queueFull(`The task queue of ${key.tenant}`, mostWaiting);
    }
    if (ofAll !== null && this.#waiting >= ofAll) throw queueFull('The task queue', ofAll);
    this.#move(line, null, state);
    if (state === 'waiting') offerHead(line, head);
  }

  /** Counts a task in another state than before. */
  move(key: LineKey, from: TaskState, to: TaskState): void {
    const line = this.#line(key);
    if (from === 'waiting' || to === 'waiting') line.head = undefined;
    this.#move(line, from, to);
  }

  /** Counts a task in another line than before. */
  moveLine(key: LineKey, priority: number, state: TaskState): void {
    const [line, other] = [this.#line(key), this.#line({ ...key, priority })];
    line.head = undefined;
    other.head = undefined;
    this.#move(line, state, null);
    this.#move(other, null, state);
  }

  counts(): TaskCounts[] {
    return [...this.#lines.values()].map(({ tenant, priority, type, counts }) => ({
      tenant,
      priority,
      type,
      ...counts,
    }));
  }

  /** Of the tasks that wait; null where none does. */
  oldestReadyTime(): number | null {
    const heads = [...this.#lines.values()].flatMap((line) => this.#headOf(line)?.ready ?? []);
    return heads.length === 0 ? null : Math.min(...heads);
  }

  pause(isPaused: boolean): void {
    this.#database.exec(
      isPaused ? 'INSERT OR IGNORE INTO task_pauses (id) VALUES (1)' : 'DELETE FROM task_pauses',
    );
    this.#isPaused = isPaused;
  }

  setLimits(scope: string, { mostWaiting, mostRunning }: TaskLimits): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO task_limits (scope, most_waiting, most_running) VALUES (?, ?, ?)')
      .run(scope, mostWaiting, mostRunning);
    this.#limits.set(scope, { mostWaiting, mostRunning });
  }

  #read(): void {
    for (const map of [this.#lines, this.#byType, this.#tenants, this.#limits]) map.clear();
    this.#changed = [];
    this.#waiting = 0;
    this.#delayed = 0;
    this.#running = 0;
    const limits = this.#database.prepare('SELECT scope, most_waiting, most_running FROM task_limits').all();
    for (const { scope, most_waiting: mostWaiting, most_running: mostRunning } of limitsSchema.parse(
      limits,
    )) {
      this.#limits.set(scope, { mostWaiting, mostRunning });
    }
    this.#isPaused = this.#database.prepare('SELECT 1 FROM task_pauses').get() !== undefined;
    const rows = this.#database.prepare('SELECT * FROM task_lines').all();
    for (const { tenant, priority, type, served, ...counts } of rowsSchema.parse(rows)) {
      const line = this.#make({ tenant, priority, type }, counts);
      const { served: byPriority } = this.#tenantOf(line);
      byPriority.set(priority, Math.max(served, byPriority.get(priority) ?? 0));
      this.#served = Math.max(this.#served, served);
    }
  }

  #line(key: LineKey): Line {
    const found = this.#lines.get(nameOf(key));
    if (found !== undefined) return found;
    const none = { waiting: 0, delayed: 0, running: 0, done: 0, dead: 0, cancelled: 0 };
    return this.#make(key, none);
  }

  #make({ tenant, priority, type }: LineKey, counts: Record<TaskState, number>): Line {
    const head = counts.waiting === 0 ? null : undefined;
    const line: Line = { tenant, priority, type, counts, head, isChanged: false };
    this.#lines.set(nameOf(line), line);
    const sameType = this.#byType.get(type);
    if (sameType === undefined) this.#byType.set(type, [line]);
    else sameType.push(line);
    const owner = this.#tenants.get(tenant) ?? { served: new Map(), waiting: 0, running: 0 };
    this.#tenants.set(tenant, owner);
    this.#count(owner, counts.waiting + counts.delayed, counts.running, counts.delayed);
    return line;
  }

  /** Null stands for another line, or for none yet. */
  #move(line: Line, from: TaskState | null, to: TaskState | null): void {
    if (from !== null) line.counts[from] -= 1;
    if (to !== null) line.counts[to] += 1;
    const change = (...states: (TaskState | null)[]) =>
      Number(states.includes(to)) - Number(states.includes(from));
    this.#count(this.#tenantOf(line), change('waiting', 'delayed'), change('running'), change('delayed'));
    if (line.isChanged) return;
    line.isChanged = true;
    this.#changed.push(line);
  }

  #count(tenant: Tenant, waiting: number, running: number, delayed: number): void {
    tenant.waiting += waiting;
    tenant.running += running;
    this.#waiting += waiting;
    this.#running += running;
    this.#delayed += delayed;
  }

  #headOf(line: Line): Head | null {
    if (line.head !== undefined) return line.head;
    const row = this.#head.get(line.tenant, line.priority, line.type);
    line.head = row === undefined ? null : headSchema.parse(row);
    return line.head;
  }

  #ofType(type: string | undefined): Line[] {
    return this.#byType.get(type ?? '') ?? [];
  }

  #tenantOf({ tenant }: LineKey): Tenant {
    const found = this.#tenants.get(tenant);
    if (found === undefined) throw new Error(`the line of ${tenant} has no tenant`);
    return found;
  }

  #limitsOf(tenant: string): TaskLimits {
    const own = this.#limits.get(tenant);
    const ofEach = this.#limits.get(eachTenant) ?? noLimits;
    if (own === undefined) return ofEach;
    return {
      mostWaiting: own.mostWaiting ?? ofEach.mostWaiting,
      mostRunning: own.mostRunning ?? ofEach.mostRunning,
    };
  }
}

/** A task has come that may be the next of its line. */
function offerHead(line: Line, head: Head): void {
  if (line.head === null || (line.head !== undefined && compareHeads(head, line.head) < 0)) line.head = head;
}

function nameOf({ tenant, priority, type }: LineKey): string {
  return `${tenant} ${priority} ${type}`;
}

function queueFull(where: string, most: number): LabError {
  return new LabError('queue.full', `${where} holds its ${most} waiting tasks and takes no more.`, {
    action: 'Try again when some of them are done, or raise the limit.',
  });
}
