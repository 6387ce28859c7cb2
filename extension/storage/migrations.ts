import type { DatabaseSync } from 'node:sqlite';
import { LabError } from '../contracts/errors.ts';
import { busTables, eventPauseTable } from './bus/busTables.ts';
import { readPragma } from './pragma.ts';
import { taskTables } from './tasks/taskTables.ts';

/** One entry a version of the schema; an entry that was released is never changed. */
const migrations: readonly string[] = [
  `
  CREATE TABLE streams (
    stream TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    hash TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX streams_by_kind ON streams (kind);

  CREATE TABLE events (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    stream TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    type TEXT NOT NULL,
    version INTEGER NOT NULL,
    time INTEGER NOT NULL,
    trace_id TEXT NOT NULL,
    data TEXT NOT NULL,
    hash TEXT NOT NULL,
    UNIQUE (stream, sequence)
  ) STRICT;
  CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
  CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;

  CREATE TABLE snapshots (
    stream TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    data TEXT NOT NULL
  ) STRICT;
  CREATE INDEX snapshots_by_kind ON snapshots (kind);

  CREATE TABLE artefacts (
    hash TEXT PRIMARY KEY,
    content BLOB NOT NULL
  ) STRICT;

  -- A released lease has no owner; its row stays so that the epoch never goes back.
  CREATE TABLE leases (
    name TEXT PRIMARY KEY,
    owner TEXT,
    epoch INTEGER NOT NULL,
    expires INTEGER NOT NULL
  ) STRICT;
  `,
  `
  -- Refers to no run, so that the deletion of one leaves it alone.
  CREATE TABLE evaluations (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    content_hash TEXT NOT NULL UNIQUE,
    time INTEGER NOT NULL,
    key TEXT NOT NULL,
    purpose TEXT NOT NULL,
    run_id TEXT,
    code_hash TEXT NOT NULL,
    venue TEXT NOT NULL,
    symbol TEXT NOT NULL,
    timeframe TEXT NOT NULL,
    first_time INTEGER NOT NULL,
    last_time INTEGER NOT NULL,
    -- End of the last bar, for the overlap of windows.
    end_time INTEGER NOT NULL,
    data_hash TEXT NOT NULL,
    hash TEXT NOT NULL
  ) STRICT;
  CREATE INDEX evaluations_by_symbol ON evaluations (symbol, venue, end_time);

  CREATE TABLE trials (
    evaluation INTEGER NOT NULL,
    number INTEGER NOT NULL,
    params TEXT NOT NULL,
    observations INTEGER NOT NULL,
    sharpe REAL,
    skewness REAL,
    kurtosis REAL,
    PRIMARY KEY (evaluation, number)
  ) STRICT, WITHOUT ROWID;

  CREATE TRIGGER evaluations_are_never_changed BEFORE UPDATE ON evaluations
    BEGIN SELECT RAISE(ABORT, 'evaluations are never changed'); END;
  CREATE TRIGGER evaluations_are_never_deleted BEFORE DELETE ON evaluations
    BEGIN SELECT RAISE(ABORT, 'evaluations are never deleted'); END;
  CREATE TRIGGER trials_are_never_changed BEFORE UPDATE ON trials
    BEGIN SELECT RAISE(ABORT, 'trials are never changed'); END;
  CREATE TRIGGER trials_are_never_deleted BEFORE DELETE ON trials
    BEGIN SELECT RAISE(ABORT, 'trials are never deleted'); END;
  `,
  taskTables,
  busTables,
  eventPauseTable,
];

/** Brings the schema up to this program's version. Throws `journal.unavailable` when it is newer. */
export function migrate(database: DatabaseSync): void {
  // The lock comes before the look: two programs may open a new lab at once.
  database.exec('BEGIN IMMEDIATE');
  try {
    const version = Number(readPragma(database, 'user_version'));
    if (version > migrations.length) {
      throw new LabError(
        'journal.unavailable',
        `The lab's journal has version ${version}; this program knows versions up to ${migrations.length}.`,
        { action: 'Update Strategy Lab, or open another lab.' },
      );
    }
    for (const statements of migrations.slice(version)) database.exec(statements);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
