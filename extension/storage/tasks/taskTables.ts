import { defaultMostWaiting } from '../../contracts/tasks.ts';

/** Tables of the task queue, as a migration of the journal's database. */
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
  CREATE INDEX tasks_by_state ON tasks (state, seq);
  CREATE INDEX tasks_in_line ON tasks (tenant, priority, type, ready, seq) WHERE state = 'waiting';
  CREATE INDEX tasks_delayed ON tasks (ready, seq) WHERE state = 'delayed';
  CREATE INDEX tasks_leased ON tasks (lease_expires) WHERE state = 'running';
  CREATE INDEX tasks_with_deadline ON tasks (deadline)
    WHERE deadline IS NOT NULL AND state IN ('waiting', 'delayed');
  CREATE INDEX tasks_finished ON tasks (finished) WHERE state IN ('done', 'cancelled');

  -- One row a tenant, priority and type. Ready times are milliseconds, served and rank microseconds.
  CREATE TABLE task_lines (
    tenant TEXT NOT NULL,
    priority INTEGER NOT NULL,
    type TEXT NOT NULL,
    is_high INTEGER NOT NULL,
    is_open INTEGER NOT NULL DEFAULT 0,
    head_ready INTEGER NOT NULL DEFAULT 0,
    head_seq INTEGER NOT NULL DEFAULT 0,
    served INTEGER NOT NULL,
    rank INTEGER NOT NULL DEFAULT 0,
    waiting INTEGER NOT NULL DEFAULT 0,
    delayed INTEGER NOT NULL DEFAULT 0,
    running INTEGER NOT NULL DEFAULT 0,
    done INTEGER NOT NULL DEFAULT 0,
    dead INTEGER NOT NULL DEFAULT 0,
    cancelled INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant, priority, type)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX task_lines_in_order ON task_lines (type, is_high, rank, priority DESC, tenant)
    WHERE is_open = 1;

  -- '' is the queue as a whole, '*' holds the limits of a tenant without limits of its own.
  CREATE TABLE task_tenants (
    tenant TEXT PRIMARY KEY,
    waiting INTEGER NOT NULL DEFAULT 0,
    running INTEGER NOT NULL DEFAULT 0,
    most_waiting INTEGER,
    most_running INTEGER,
    is_paused INTEGER NOT NULL DEFAULT 0
  ) STRICT, WITHOUT ROWID;
  INSERT INTO task_tenants (tenant, most_waiting) VALUES ('', ${defaultMostWaiting}), ('*', NULL);

  -- Processes that have claimed tasks.
  CREATE TABLE task_owners (
    owner INTEGER PRIMARY KEY,
    identity TEXT NOT NULL
  ) STRICT;
`;
