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

/** What all jobs of a transaction keep together, in memory. Told of each attempt to run them without savepoints. */
export interface KeptTogether {
  begin(): void;
  /** Writes down what has changed; before the commit. */
  end(): void;
  /** All that was done since `begin` is undone. */
  undo(): void;
}

const nothingKept: KeptTogether = { begin() {}, end() {}, undo() {} };

/**
 * Runs jobs in order and commits them together: one disk sync serves all. A job that fails leaves nothing behind
 * and does not touch the others: they are undone with it, and all are run again, each with a savepoint of its own.
 * So `work` may run twice, and only what the second run did counts. Where all are of durability `normal`, nothing
 * is synced: they survive the end of the process, and a power cut once a later commit was synced. A `full` job that
 * changes nothing answers about what was written before, maybe by another process and not synced yet: then a page
 * is written that says the same as before, so that the commit syncs all that stands before it.
 */
export class GroupCommit {
  readonly #database: DatabaseSync;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #savepoint: StatementSync;
  readonly #release: StatementSync;
  readonly #undo: StatementSync;
  readonly #totalChanges: StatementSync;
  readonly #writePage: StatementSync;
  readonly #kept: KeptTogether;
  #durability: Durability | undefined;
  /** Whether the transaction has changed anything. */
  #hasChanged = false;

  constructor(database: DatabaseSync, kept: KeptTogether = nothingKept) {
    this.#database = database;
    this.#kept = kept;
    this.#begin = database.prepare('BEGIN IMMEDIATE');
    this.#commit = database.prepare('COMMIT');
    this.#savepoint = database.prepare('SAVEPOINT job');
    this.#release = database.prepare('RELEASE job');
    this.#undo = database.prepare('ROLLBACK TO job');
    this.#totalChanges = database.prepare('SELECT total_changes() AS total');
    // SQLite writes the page without a look at what it says, and commits nothing to the log where no page is written.
    this.#writePage = database.prepare('PRAGMA application_id = 0');
  }

  run(jobs: readonly WriteJob[]): void {
    if (jobs.length === 0) return;
    let outcomes: (() => void)[];
    try {
      this.#setDurability(jobs.some(({ durability }) => durability === 'full') ? 'full' : 'normal');
      outcomes = this.#runTogether(jobs) ?? this.#runEach(jobs);
      if (this.#durability === 'full' && !this.#hasChanged) this.#writePage.run();
      this.#commit.run();
    } catch (error) {
      this.#rollBack();
      for (const job of jobs) job.failed(error);
      return;
    }
    for (const tell of outcomes) tell();
  }

  /** Null when one of several failed, and nothing of them has happened. */
  #runTogether(jobs: readonly WriteJob[]): (() => void)[] | null {
    this.#begin.run();
    const before = this.#changes();
    try {
      this.#kept.begin();
      for (const job of jobs) job.work();
      this.#kept.end();
      this.#hasChanged = this.#changes() !== before;
    } catch (error) {
      if (jobs.length === 1) throw error;
      this.#rollBack();
      return null;
    }
    return jobs.map((job) => () => job.committed());
  }

  #runEach(jobs: readonly WriteJob[]): (() => void)[] {
    this.#begin.run();
    this.#hasChanged = false;
    return jobs.map((job) => this.#runInSavepoint(job));
  }

  #rollBack(): void {
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
    this.#kept.undo();
  }

  /** Answers what is to be told after the commit. */
  #runInSavepoint(job: WriteJob): () => void {
    this.#savepoint.run();
    const before = this.#changes();
    let tell = () => job.committed();
    try {
      job.work();
      if (this.#changes() !== before) this.#hasChanged = true;
    } catch (error) {
      // A full disk makes SQLite drop the whole transaction; then no job of it has happened.
      if (!this.#database.isTransaction) throw error;
      this.#undo.run();
      tell = () => job.failed(error);
    }
    this.#release.run();
    return tell;
  }

  /** How many rows this connection has changed; none where nothing is to be synced, which saves the question. */
  #changes(): unknown {
    return this.#durability === 'full' ? this.#totalChanges.get()?.['total'] : 0;
  }

  #setDurability(durability: Durability): void {
    if (durability === this.#durability) return;
    this.#database.exec(`PRAGMA synchronous = ${durability}`);
    this.#durability = durability;
  }
}
