import { defaultMostWaiting } from '../../contracts/tasks.ts';

/**
 * Tables of the task queue, as a migration of the journal's database. Each page that a transaction touches is
 * written to the log whole, so there are as few tables and indexes as the hot path can do with.
 */
export const taskTables = `
  CREATE TABLE tasks (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    tenant TEXT NOT NULL,
    priority INTEGER NOT NULL,
    type TEXT NOT NULL,
    state TEXT NOT NULL,
    ready INTEGER NOT NULL,
    created INTEGER NOT NULL,
    deadline INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0,
    maximum_attempts INTEGER NOT NULL,
    backoff_initial INTEGER NOT NULL,
    backoff_maximum INTEGER NOT NULL,
    epoch INTEGER NOT NULL DEFAULT 0,
    worker TEXT,
    owner INTEGER,
    lease_expires INTEGER,
    finished INTEGER,
    dead_reason TEXT,
    error TEXT,
    trace_id TEXT NOT NULL,
    idempotency_key TEXT,
    payload TEXT NOT NULL,
    checkpoint TEXT,
    result TEXT
  ) STRICT;
  CREATE UNIQUE INDEX tasks_by_key ON tasks (tenant, idempotency_key) WHERE idempotency_key IS NOT NULL;
  CREATE INDEX tasks_in_line ON tasks (tenant, priority, type, ready, seq) WHERE state = 'waiting';
  CREATE INDEX tasks_delayed ON tasks (ready, seq) WHERE state = 'delayed';
  CREATE INDEX tasks_leased ON tasks (lease_expires) WHERE state = 'running';
  CREATE INDEX tasks_dead ON tasks (seq) WHERE state = 'dead';
  CREATE INDEX tasks_with_deadline ON tasks (deadline)
    WHERE deadline IS NOT NULL AND state IN ('waiting', 'delayed');

  -- One row a tenant, priority and type; served is in microseconds.
  CREATE TABLE task_lines (
    tenant TEXT NOT NULL,
    priority INTEGER NOT NULL,
    type TEXT NOT NULL,
    served INTEGER NOT NULL,
    waiting INTEGER NOT NULL,
    delayed INTEGER NOT NULL,
    running INTEGER NOT NULL,
    done INTEGER NOT NULL,
    dead INTEGER NOT NULL,
    cancelled INTEGER NOT NULL,
    PRIMARY KEY (tenant, priority, type)
  ) STRICT, WITHOUT ROWID;

  -- Scope: a tenant, '*' for each tenant without limits of its own, '' for the queue as a whole.
  CREATE TABLE task_limits (
    scope TEXT PRIMARY KEY,
    most_waiting INTEGER,
    most_running INTEGER
  ) STRICT, WITHOUT ROWID;
  INSERT INTO task_limits VALUES ('', ${defaultMostWaiting}, NULL);

  -- A row while the queue is paused.
  CREATE TABLE task_pauses (id INTEGER PRIMARY KEY CHECK (id = 1)) STRICT;

  -- Processes that have claimed tasks.
  CREATE TABLE task_owners (
    owner INTEGER PRIMARY KEY,
    identity TEXT NOT NULL
  ) STRICT;
`;
