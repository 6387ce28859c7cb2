import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Durability } from '../contracts/tasks.ts';

/** One small transaction and who waits for its outcome. */
export interface WriteJob {
  readonly durability: Durability;
  work(): void;
  /** Called after the commit, which reached the disk where the job asked for that. */
  committed(): void;
  /** Called when this job's work failed, or the commit that it was part of. */
  failed(error: unknown): void;
}

/**
 * Runs jobs in order and commits them together: one disk sync serves all. Each job has its own savepoint, so one
 * that fails leaves nothing behind and does not touch the others. Where all are of durability `normal`, nothing
 * is synced: they survive the end of the process, and a power cut once a later commit was synced.
 */
export class GroupCommit {
  readonly #database: DatabaseSync;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #savepoint: StatementSync;
  readonly #release: StatementSync;
  readonly #undo: StatementSync;
  #durability: Durability | undefined;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#begin = database.prepare('BEGIN IMMEDIATE');
    this.#commit = database.prepare('COMMIT');
    this.#savepoint = database.prepare('SAVEPOINT job');
    this.#release = database.prepare('RELEASE job');
    this.#undo = database.prepare('ROLLBACK TO job');
  }

  run(jobs: readonly WriteJob[]): void {
    if (jobs.length === 0) return;
    const outcomes: (() => void)[] = [];
    try {
      this.#setDurability(jobs.some(({ durability }) => durability === 'full') ? 'full' : 'normal');
      this.#begin.run();
      const [first] = jobs;
      if (jobs.length === 1 && first !== undefined) {
        // What it did is undone with the transaction.
        first.work();
        outcomes.push(() => first.committed());
      } else {
        for (const job of jobs) outcomes.push(this.#runInSavepoint(job));
      }
      this.#commit.run();
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      for (const job of jobs) job.failed(error);
      return;
    }
    for (const tell of outcomes) tell();
  }

  /** Answers what is to be told after the commit. */
  #runInSavepoint(job: WriteJob): () => void {
    this.#savepoint.run();
    let tell = () => job.committed();
    try {
      job.work();
    } catch (error) {
      // A full disk makes SQLite drop the whole transaction; then no job of it has happened.
      if (!this.#database.isTransaction) throw error;
      this.#undo.run();
      tell = () => job.failed(error);
    }
    this.#release.run();
    return tell;
  }

  #setDurability(durability: Durability): void {
    if (durability === this.#durability) return;
    this.#database.exec(`PRAGMA synchronous = ${durability}`);
    this.#durability = durability;
  }
}
