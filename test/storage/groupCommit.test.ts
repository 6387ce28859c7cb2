import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { GroupCommit } from '../../extension/storage/groupCommit.ts';
import { emptyFolderInMemory } from './lab.ts';

function counting() {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE numbers (number INTEGER PRIMARY KEY)');
  database.exec('CREATE TABLE parents (id INTEGER PRIMARY KEY)');
  database.exec(
    'CREATE TABLE children (parent INTEGER REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)',
  );
  const outcomes: string[] = [];
  const job = (name: string, ...statements: string[]) => ({
    durability: 'full' as const,
    work: () => {
      for (const statement of statements) database.exec(statement);
    },
    committed: () => outcomes.push(`${name} ${database.isTransaction ? 'inside' : 'committed'}`),
    failed: () => outcomes.push(`${name} failed`),
  });
  const numbers = () =>
    database.prepare('SELECT number FROM numbers ORDER BY number').all().map(Object.values);
  return { database, job, outcomes, numbers };
}

test('a job that fails leaves nothing behind and the others are committed, and told so after the commit', () => {
  const { database, job, outcomes, numbers } = counting();
  new GroupCommit(database).run([
    job('first', 'INSERT INTO numbers (number) VALUES (1)'),
    job('second', 'INSERT INTO numbers (number) VALUES (2)', 'INSERT INTO numbers (number) VALUES (1)'),
    job('third', 'INSERT INTO numbers (number) VALUES (3)'),
  ]);
  expect(outcomes).toEqual(['first committed', 'second failed', 'third committed']);
  expect(numbers()).toEqual([[1], [3]]);
});

test('when the commit fails, all jobs have failed', () => {
  const { database, job, outcomes, numbers } = counting();
  new GroupCommit(database).run([
    job('first', 'INSERT INTO numbers (number) VALUES (1)'),
    job('orphan', 'INSERT INTO children (parent) VALUES (9)'),
  ]);
  expect(outcomes).toEqual(['first failed', 'orphan failed']);
  expect(numbers()).toEqual([]);
});

test('when a job loses the whole transaction, as a full disk does, all jobs have failed', () => {
  const { database, job, outcomes, numbers } = counting();
  new GroupCommit(database).run([
    job('first', 'INSERT INTO numbers (number) VALUES (1)'),
    job('full', 'INSERT OR ROLLBACK INTO numbers (number) VALUES (1)'),
    job('third', 'INSERT INTO numbers (number) VALUES (3)'),
  ]);
  expect(outcomes).toEqual(['first failed', 'full failed', 'third failed']);
  expect(numbers()).toEqual([]);
});

test('what jobs keep together is written once for all, and undone before they run again', () => {
  const { database, job, outcomes, numbers } = counting();
  const told: string[] = [];
  const kept = {
    begin: () => void told.push('begin'),
    end: () => void told.push(`end ${numbers().join(' ')}`),
    undo: () => void told.push(`undo ${database.isTransaction ? 'inside' : 'outside'}`),
  };
  const commit = new GroupCommit(database, kept);
  const [one, two] = ['INSERT INTO numbers (number) VALUES (1)', 'INSERT INTO numbers (number) VALUES (2)'];
  commit.run([job('first', one), job('second', two)]);
  expect(told).toEqual(['begin', 'end 1 2']);
  commit.run([job('third', 'INSERT INTO numbers (number) VALUES (3)'), job('again', one)]);
  expect(told.slice(2)).toEqual(['begin', 'undo outside']);
  expect(outcomes.slice(2)).toEqual(['third committed', 'again failed']);
  expect(numbers()).toEqual([[1], [2], [3]]);
});

/** A database whose log can be looked at. */
function logged() {
  const file = join(emptyFolderInMemory(), 'test.sqlite');
  const database = new DatabaseSync(file);
  onTestFinished(() => database.close());
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE numbers (number INTEGER PRIMARY KEY)');
  const job = (durability: 'full' | 'normal', statement: string) => ({
    durability,
    work: () => void database.exec(statement),
    committed: () => {},
    failed: () => {},
  });
  const commit = new GroupCommit(database);
  /** Whether a commit has written to the log, which it syncs then if it is `full`. */
  const writes = (...jobs: ReturnType<typeof job>[]) => {
    const before = statSync(`${file}-wal`).size;
    commit.run(jobs);
    return statSync(`${file}-wal`).size > before;
  };
  return { job, writes };
}

describe('what a job that changes nothing answers about', () => {
  const put = 'INSERT OR IGNORE INTO numbers (number) VALUES (1)';
  const fail = 'INSERT INTO numbers (number) VALUES (2), (1)';

  test('is synced before it is answered in full, as it may have been committed without', () => {
    const { job, writes } = logged();
    expect(writes(job('normal', put))).toBe(true);
    expect(writes(job('full', put))).toBe(true);
    expect(writes(job('full', put))).toBe(true);
  });

  test('is synced too where another job of the transaction was undone', () => {
    const { job, writes } = logged();
    writes(job('normal', put));
    expect(writes(job('full', put), job('full', fail))).toBe(true);
  });

  test('is not synced where nobody asks for it', () => {
    const { job, writes } = logged();
    writes(job('normal', put));
    expect(writes(job('normal', put))).toBe(false);
  });
});
