import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { LabError } from '../contracts/errors.ts';
import { migrate } from './migrations.ts';
import { readPragma } from './pragma.ts';

/** How long a write waits for a writer in another process. */
const busyMilliseconds = 10_000;

const pageBytes = 2048;
/** A journal that is larger is not read through when it is opened: that would take seconds. */
export const mostBytesChecked = 512 * 1024 * 1024;

/**
 * Opens the journal's database and creates folder, file and tables where they are missing. WAL with
 * full sync: what was answered survives a power cut. One of up to `mostChecked` bytes is read through
 * first. Throws `journal.unavailable` or `journal.corrupt`.
 */
export function openDatabase(location: URL, mostChecked = mostBytesChecked): DatabaseSync {
  const file = fileURLToPath(location);
  const sqlite = process.getBuiltinModule('node:sqlite');
  if (sqlite === undefined) {
    throw new LabError('journal.unavailable', `Node ${process.version} has no SQLite built in.`, {
      action: 'Use Node 22.13 or later.',
    });
  }
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true });
    database = new sqlite.DatabaseSync(location, { timeout: busyMilliseconds });
    // For a new file. A commit writes each page that it touched to the log whole, and most touch many with a few bytes.
    database.exec(`PRAGMA page_size = ${pageBytes}`);
    const mode = readPragma(database, 'journal_mode = WAL');
    if (mode !== 'wal') {
      throw new LabError(
        'journal.unavailable',
        `The file system of ${file} does not carry a write-ahead log (journal mode is ${mode}).`,
        { action: 'Put the lab on a local disk, with --lab or STRATEGY_LAB_HOME.' },
      );
    }
    // fullfsync matters on macOS alone, where fsync leaves data in the drive's cache.
    database.exec(`
      PRAGMA synchronous = FULL;
      PRAGMA fullfsync = ON;
      PRAGMA checkpoint_fullfsync = ON;
      PRAGMA trusted_schema = OFF;
      PRAGMA wal_autocheckpoint = 4000;
      PRAGMA journal_size_limit = 67108864;
    `);
    migrate(database);
    if (bytesOf(database) <= mostChecked) checkIntegrity(database, file);
    return database;
  } catch (error) {
    database?.close();
    throw asJournalError(error, file);
  }
}

/** All tables but artefacts and trials: these can be large, and hashes elsewhere prove them. */
const checkedTables = ['streams', 'events', 'snapshots', 'leases', 'evaluations'];

function bytesOf(database: DatabaseSync): number {
  return Number(readPragma(database, 'page_count')) * Number(readPragma(database, 'page_size'));
}

/**
 * Reads all of a journal but artefacts and trials, which takes some seconds for each gigabyte. Throws as
 * `openDatabase`.
 */
export function checkWholeJournal(location: URL): void {
  const file = fileURLToPath(location);
  const database = openDatabase(location, 0);
  try {
    checkIntegrity(database, file);
  } catch (error) {
    throw asJournalError(error, file);
  } finally {
    database.close();
  }
}

function checkIntegrity(database: DatabaseSync, file: string): void {
  for (const table of checkedTables) {
    const finding = readPragma(database, `quick_check('${table}')`);
    if (finding !== 'ok') throw corrupt(file, String(finding));
  }
}

function corrupt(file: string, finding: string, cause?: unknown): LabError {
  return new LabError('journal.corrupt', `The lab's journal ${file} is damaged: ${finding}.`, {
    action: 'Move the file away and restore it from a backup; a new one is made when there is none.',
    cause,
  });
}

/** Primary result codes of SQLite, https://www.sqlite.org/rescode.html. */
const sqliteCorrupt = 11;
const sqliteNotADatabase = 26;
const sqliteBusy = 5;

/** What went wrong with `file`, as an error for people. */
export function asJournalError(error: unknown, file: string): LabError {
  if (error instanceof LabError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  const code = primaryCode(error);
  if (code === sqliteCorrupt || code === sqliteNotADatabase) return corrupt(file, detail, error);
  if (code === sqliteBusy) {
    return new LabError('journal.unavailable', `Another program has locked the journal ${file}.`, {
      action: 'Close the program that has it open, and try again.',
      cause: error,
    });
  }
  if (code !== null || isSystemError(error)) {
    return new LabError('journal.unavailable', `The journal ${file} cannot be used: ${detail}.`, {
      action: 'Check that its folder is writable and the disk has room, or choose another with --lab.',
      cause: error,
    });
  }
  return new LabError('internal', `The journal ${file} failed: ${detail}.`, { cause: error });
}

function primaryCode(error: unknown): number | null {
  if (!(error instanceof Error && 'errcode' in error && typeof error.errcode === 'number')) return null;
  return error.errcode & 0xff;
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
