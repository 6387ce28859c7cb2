/*
 * What a caller may do. `read`: look at tasks, logs and figures. `run`: start tasks, run code in the sandbox.
 * `decide`: say at a gate what becomes of a task. `control`: change how the whole lab works.
 * `scrape`: read the metrics, which are figures of all tenants.
 */
export const scopes = ['read', 'run', 'decide', 'control', 'scrape'] as const;
export type Scope = (typeof scopes)[number];

/** The tenant of who owns the lab: it sees the tasks of all tenants, and those of other surfaces. */
export const localTenant = 'local';

/** Who calls, and for what. */
export interface Caller {
  readonly tenant: string;
  readonly scopes: ReadonlySet<Scope>;
  /** Trace of the request, 32 hex digits. */
  readonly traceId: string;
  /** Id of the task that the request starts; the same one when the request is repeated. */
  readonly newTaskId: string;
  /** What the start of a task is known by: the same one when the request is repeated, and no other request has it. */
  readonly origin: string;
  /** Whether the request carries an idempotency key, and so may come again. */
  readonly isRepeatable: boolean;
  /** Aborted when the caller is gone or has waited for too long. */
  readonly signal: AbortSignal;
}
