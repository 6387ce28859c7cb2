import type { DatabaseSync } from 'node:sqlite';

/** One small transaction and who waits for its outcome. */
export interface WriteJob {
  work(): void;
  /** Called after the commit reached the disk. */
  committed(): void;
  /** Called when this job's work failed, or the commit that it was part of. */
  failed(error: unknown): void;
}

/**
 * Runs the jobs in order and commits them together: one disk sync serves all. Each job has its own
 * savepoint, so one that fails leaves nothing behind and does not touch the others.
 */
export function commitTogether(database: DatabaseSync, jobs: readonly WriteJob[]): void {
  if (jobs.length === 0) return;
  const outcomes: (() => void)[] = [];
  try {
    database.exec('BEGIN IMMEDIATE');
    for (const job of jobs) {
      database.exec('SAVEPOINT job');
      try {
        job.work();
        outcomes.push(() => job.committed());
      } catch (error) {
        // A full disk makes SQLite drop the whole transaction; then no job of it has happened.
        if (!database.isTransaction) throw error;
        database.exec('ROLLBACK TO job');
        outcomes.push(() => job.failed(error));
      }
      database.exec('RELEASE job');
    }
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    for (const job of jobs) job.failed(error);
    return;
  }
  for (const tell of outcomes) tell();
}
