import type { DatabaseSync } from 'node:sqlite';
import { LabError } from '../contracts/errors.ts';
import { readPragma } from './pragma.ts';

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
