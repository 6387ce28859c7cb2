import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { z } from 'zod';
import { LabError } from '../../contracts/errors.ts';
import type { TaskLimits } from '../../contracts/tasks.ts';

const tenantSchema = z.object({
  tenant: z.string(),
  waiting: z.number(),
  running: z.number(),
  most_waiting: z.number().nullable(),
  most_running: z.number().nullable(),
});
type Tenant = z.infer<typeof tenantSchema>;
const wholeSchema = z.object({
  is_paused: z.number(),
  running: z.number(),
  most_running: z.number().nullable(),
});

/** What became of a tenant's right to run more. */
export interface TenantChange {
  readonly isBlocked: boolean;
  readonly wasBlocked: boolean;
}

/** The name of the row for the whole queue. */
const whole = '';

/** How much waits and runs for each tenant, and how much may. The caller opens and commits the transaction. */
export class TaskTenants {
  readonly #database: DatabaseSync;
  readonly #change: StatementSync;
  readonly #insert: StatementSync;
  readonly #whole: StatementSync;
  readonly #pause: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    // The defaults are no limits of the whole queue.
    this.#change = database.prepare(
      `UPDATE task_tenants SET waiting = waiting + ?, running = running + ? WHERE tenant IN (?, '')
        RETURNING tenant, waiting, running,
          CASE tenant WHEN '' THEN most_waiting
            ELSE coalesce(most_waiting, (SELECT most_waiting FROM task_tenants WHERE tenant = '*')) END AS most_waiting,
          CASE tenant WHEN '' THEN most_running
            ELSE coalesce(most_running, (SELECT most_running FROM task_tenants WHERE tenant = '*')) END AS most_running`,
    );
    this.#insert = database.prepare('INSERT OR IGNORE INTO task_tenants (tenant, waiting) VALUES (?, ?)');
    this.#whole = database.prepare(
      "SELECT is_paused, running, most_running FROM task_tenants WHERE tenant = ''",
    );
    this.#pause = database.prepare("UPDATE task_tenants SET is_paused = ? WHERE tenant = ''");
  }

  /** Takes in more waiting tasks. Throws `queue.full`, after which the transaction must be rolled back. */
  admit(tenant: string, tasks: number): TenantChange {
    let rows = this.#add(tenant, tasks, 0);
    if (rows.length < 2) {
      // The whole has been counted, the tenant is new.
      this.#insert.run(tenant, tasks);
      rows = this.#add(tenant, 0, 0);
    }
    for (const { tenant: name, waiting, most_waiting: most } of rows) {
      if (most !== null && waiting > most) throw queueFull(name, most);
    }
    return changeOf(rows, tenant, 0);
  }

  change(tenant: string, waiting: number, running: number): TenantChange {
    return changeOf(this.#add(tenant, waiting, running), tenant, running);
  }

  isBlocked(tenant: string): boolean {
    return this.change(tenant, 0, 0).isBlocked;
  }

  /** How many more may run in the whole queue; 0 while it is paused. */
  room(): number {
    const { is_paused, running, most_running: most } = wholeSchema.parse(this.#whole.get());
    if (is_paused === 1) return 0;
    return most === null ? Number.POSITIVE_INFINITY : Math.max(0, most - running);
  }

  get isPaused(): boolean {
    return wholeSchema.parse(this.#whole.get()).is_paused === 1;
  }

  pause(isPaused: boolean): void {
    this.#pause.run(isPaused ? 1 : 0);
  }

  /** Answers the tenants that the limits hold for. */
  setLimits(scope: string, { mostWaiting, mostRunning }: TaskLimits): string[] {
    this.#insert.run(scope, 0);
    this.#database
      .prepare('UPDATE task_tenants SET most_waiting = ?, most_running = ? WHERE tenant = ?')
      .run(mostWaiting, mostRunning, scope);
    if (scope === whole) return [];
    if (scope !== '*') return [scope];
    const rows = this.#database.prepare("SELECT tenant FROM task_tenants WHERE tenant NOT IN ('', '*')");
    return z
      .array(tenantSchema.pick({ tenant: true }))
      .parse(rows.all())
      .map(({ tenant }) => tenant);
  }

  #add(tenant: string, waiting: number, running: number): Tenant[] {
    return z.array(tenantSchema).parse(this.#change.all(waiting, running, tenant));
  }
}

function changeOf(rows: readonly Tenant[], tenant: string, running: number): TenantChange {
  const row = rows.find((candidate) => candidate.tenant === tenant);
  const most = row?.most_running ?? null;
  if (row === undefined || most === null) return { isBlocked: false, wasBlocked: false };
  return { isBlocked: row.running >= most, wasBlocked: row.running - running >= most };
}

function queueFull(tenant: string, most: number): LabError {
  const where = tenant === whole ? 'The task queue' : `The task queue of ${tenant}`;
  return new LabError('queue.full', `${where} holds its ${most} waiting tasks and takes no more.`, {
    action: 'Try again when some of them are done, or raise the limit.',
  });
}
