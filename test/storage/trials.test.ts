import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Evaluation, Trial, TrialQuery } from '../../extension/contracts/trials.ts';
import { openJournal } from '../../extension/storage/openJournal.ts';
import { emptyFolder, emptyFolderInMemory, noted, openTestJournal, workerUrl } from './lab.ts';

const hour = 3_600_000;
const day = 24 * hour;
const start = Date.UTC(2024, 0, 1);
const recordedAt = Date.UTC(2025, 0, 1);
const [codeA, codeB] = ['a'.repeat(64), 'b'.repeat(64)];

function trial(params: Trial['params'], sharpe: number | null = null): Trial {
  return { params, observations: 100, sharpe, skewness: 0.5, kurtosis: 3.5 };
}

let made = 0;

/** A hundred hourly bars of TEST, evaluated on their own, unless told otherwise. */
function evaluation(trials: readonly Trial[], changes: Partial<Evaluation> = {}): Evaluation {
  return {
    key: `run/${made++}`,
    purpose: 'backtest',
    runId: 'run',
    codeHash: codeA,
    venue: 'venue',
    symbol: 'TEST',
    timeframe: '1h',
    firstTime: start,
    lastTime: start + 99 * hour,
    dataHash: 'd'.repeat(64),
    trials: [...trials],
    ...changes,
  };
}

const window: TrialQuery = {
  markets: [{ venue: 'venue', symbol: 'TEST' }],
  from: start,
  to: start + 100 * hour,
};

/** Changes the database behind the journal's back, as someone who forges history would. */
function tamper(folder: string, statements: string): void {
  const database = new DatabaseSync(join(folder, 'journal.sqlite'));
  const triggers = database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'trigger'`).all();
  for (const { name } of triggers) database.exec(`DROP TRIGGER ${String(name)}`);
  database.exec(statements);
  database.close();
}

describe('the number of trials', () => {
  test('counts the same code and parameters once, however often and in whatever order they are written', async () => {
    const { trials } = await openTestJournal(emptyFolder());
    await trials.record(
      evaluation([trial({ fast: 10, slow: 30 }), trial({ slow: 30, fast: 10 })]),
      recordedAt,
    );
    await trials.record(evaluation([trial({ slow: 30, fast: 10 })], { purpose: 'sandbox' }), recordedAt);
    expect(await trials.count(window)).toMatchObject({ trials: 1, codes: 1, position: 2 });
  });

  test('counts another parameter and another code apart', async () => {
    const { trials } = await openTestJournal(emptyFolder());
    await trials.record(evaluation([trial({ fast: 10 }), trial({ fast: 11 })]), recordedAt);
    await trials.record(evaluation([trial({ fast: 10 })], { codeHash: codeB }), recordedAt);
    expect(await trials.count(window)).toMatchObject({ trials: 3, codes: 2 });
  });

  test.each<[string, Partial<Evaluation>, number]>([
    ['another symbol', { symbol: 'OTHER' }, 0],
    ['the same symbol at another venue', { venue: 'other' }, 0],
    ['bars that end where these begin', { firstTime: start - 100 * hour, lastTime: start - hour }, 0],
    ['bars that begin where these end', { firstTime: start + 100 * hour, lastTime: start + 200 * hour }, 0],
    ['bars that share one with these', { firstTime: start + 99 * hour, lastTime: start + 200 * hour }, 1],
    ['bars around these', { firstTime: start - day, lastTime: start + 50 * day }, 1],
    [
      'a longer bar that reaches into these',
      { timeframe: '1d', firstTime: start - 9 * day, lastTime: start - hour },
      1,
    ],
  ])('of evaluations on %s', async (_, changes, expected) => {
    const { trials } = await openTestJournal(emptyFolder());
    await trials.record(evaluation([trial({ fast: 10 })], changes), recordedAt);
    expect((await trials.count(window)).trials).toBe(expected);
  });

  test('still counts those of a run that was deleted', async () => {
    const folder = emptyFolder();
    const journal = await openTestJournal(folder);
    await journal.append({ stream: 'saga/gone', events: [noted(1)], snapshot: {} });
    await journal.trials.record(evaluation([trial({ fast: 10 }, 0.1)], { runId: 'gone' }), recordedAt);
    const before = await journal.trials.count(window);
    tamper(folder, 'DELETE FROM events; DELETE FROM streams; DELETE FROM snapshots; DELETE FROM artefacts;');
    expect(await journal.read('saga/gone')).toEqual([]);
    expect(await journal.trials.count(window)).toEqual(before);
    expect(await journal.trials.verify()).toEqual({ events: 1, brokenAt: null });
  });

  test('up to a position is the same for ever', async () => {
    const folder = emptyFolder();
    const journal = await openJournal({ folder, workerUrl });
    await journal.trials.record(evaluation([trial({ fast: 10 }, 0.1), trial({ fast: 11 }, 0.3)]), recordedAt);
    const pinned = await journal.trials.count(window);
    expect(pinned).toMatchObject({ trials: 2, position: 1 });
    await journal.trials.record(evaluation([trial({ fast: 10 }, 0.7), trial({ fast: 12 }, 0.9)]), recordedAt);
    expect((await journal.trials.count(window)).trials).toBe(3);
    await journal.close();
    const again = await openTestJournal(folder);
    expect(await again.trials.count({ ...window, upTo: pinned.position })).toEqual(pinned);
  });

  test('is one more for each of ten thousand parameter sets that come at once', async () => {
    const { trials } = await openTestJournal(emptyFolderInMemory());
    const sets = Array.from({ length: 10_000 }, (_, index) => trial({ fast: index }, Math.sin(index)));
    await trials.record(evaluation(sets), recordedAt);
    expect(await trials.count(window)).toMatchObject({ trials: 10_000, sharpes: 10_000, position: 1 });
    expect(await trials.verify()).toEqual({ events: 1, brokenAt: null });
  });

  test('agrees with a count by hand, and so does the variance of the latest Sharpe ratios', async () => {
    const journal = await openTestJournal(emptyFolderInMemory());
    const evaluations = fc.record({
      symbol: fc.constantFrom('X', 'Y'),
      codeHash: fc.constantFrom(codeA, codeB),
      first: fc.integer({ min: 0, max: 30 }),
      bars: fc.integer({ min: 1, max: 10 }),
      sets: fc.array(
        fc.record({
          fast: fc.integer({ min: 1, max: 3 }),
          sharpe: fc.option(fc.double({ min: -1, max: 1, noNaN: true })),
        }),
        { minLength: 1, maxLength: 4 },
      ),
    });
    let scene = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(evaluations, { maxLength: 8 }),
        fc.integer({ min: 0, max: 40 }),
        fc.constantFrom<string[]>(['X'], ['X', 'Y'], ['Y', 'X']),
        async (list, from, asked) => {
          const venue = `venue ${scene++}`;
          const latest = new Map<string, number | null>();
          for (const { symbol, codeHash, first, bars, sets } of list) {
            const changes = {
              venue,
              symbol,
              codeHash,
              firstTime: first * hour,
              lastTime: (first + bars - 1) * hour,
            };
            // Of one parameter set twice in an evaluation only the first is kept here: which one counts is open.
            const distinct = [...new Map(sets.map((set) => [set.fast, set])).values()];
            await journal.trials.record(
              evaluation(
                distinct.map(({ fast, sharpe }) => trial({ fast }, sharpe)),
                changes,
              ),
              recordedAt,
            );
            const isSeen = asked.includes(symbol) && first < from + 5 && first + bars > from;
            for (const { fast, sharpe } of isSeen ? distinct : []) {
              const name = `${codeHash} ${fast}`;
              latest.set(name, sharpe ?? latest.get(name) ?? null);
            }
          }
          const query = {
            markets: asked.map((symbol) => ({ venue, symbol })),
            from: from * hour,
            to: (from + 5) * hour,
          };
          const found = await journal.trials.count(query);
          const sharpes = [...latest.values()].filter((sharpe) => sharpe !== null);
          expect(found.trials).toBe(latest.size);
          expect(found.sharpes).toBe(sharpes.length);
          if (sharpes.length < 2) {
            expect(found.sharpeVariance).toBeNull();
            return;
          }
          const pairs = sharpes.flatMap((a) => sharpes.map((b) => (a - b) ** 2));
          const variance =
            pairs.reduce((sum, square) => sum + square, 0) / (2 * sharpes.length * (sharpes.length - 1));
          expect(found.sharpeVariance).toBeCloseTo(variance, 12);
        },
      ),
      { numRuns: 60 },
    );
    expect((await journal.trials.verify()).brokenAt).toBeNull();
  });
});

describe('an evaluation', () => {
  test('that is recorded again, as after a crash, is on record once', async () => {
    const { trials } = await openTestJournal(emptyFolder());
    const [first, second] = [evaluation([trial({ fast: 10 })]), evaluation([trial({ fast: 11 })])];
    expect(await trials.record(first, recordedAt)).toBe(1);
    expect(await trials.record(second, recordedAt)).toBe(2);
    expect(await trials.record(first, recordedAt + 1)).toBe(1);
    expect(await trials.verify()).toEqual({ events: 2, brokenAt: null });
  });

  test('of the same step that came to something else is on record besides', async () => {
    const { trials } = await openTestJournal(emptyFolder());
    const first = evaluation([trial({ fast: 10 }, 0.1)]);
    expect(await trials.record(first, recordedAt)).toBe(1);
    expect(await trials.record({ ...first, trials: [trial({ fast: 11 }, 0.1)] }, recordedAt)).toBe(2);
    expect((await trials.count(window)).trials).toBe(2);
  });

  test('that does not fit is refused and leaves nothing', async () => {
    const { trials } = await openTestJournal(emptyFolder());
    const broken = evaluation([trial({ fast: 10 }), trial({ fast: 11 }, Number.POSITIVE_INFINITY)]);
    await expect(trials.record(broken, recordedAt)).rejects.toMatchObject({ reason: 'usage' });
    expect(await trials.count(window)).toEqual({
      trials: 0,
      codes: 0,
      sharpes: 0,
      sharpeVariance: null,
      position: 0,
    });
  });

  test('cannot be changed or deleted by a slip', async () => {
    const folder = emptyFolder();
    const { trials } = await openTestJournal(folder);
    await trials.record(evaluation([trial({ fast: 10 })]), recordedAt);
    const database = new DatabaseSync(join(folder, 'journal.sqlite'));
    for (const table of ['evaluations', 'trials']) {
      expect(() => database.exec(`DELETE FROM ${table}`)).toThrow();
    }
    expect(() => database.exec(`UPDATE evaluations SET symbol = 'OTHER'`)).toThrow();
    expect(() => database.exec('UPDATE trials SET sharpe = 9')).toThrow();
    database.close();
  });

  test.each([
    ['a changed Sharpe ratio', 'UPDATE trials SET sharpe = 9 WHERE evaluation = 2', 2],
    ['a changed parameter', `UPDATE trials SET params = '{"fast":10}' WHERE evaluation = 2`, 2],
    ['another symbol', `UPDATE evaluations SET symbol = 'OTHER' WHERE position = 1`, 1],
    ['another time', 'UPDATE evaluations SET time = time + 1 WHERE position = 3', 3],
    ['a deleted trial', 'DELETE FROM trials WHERE evaluation = 1', 1],
    ['a trial put in later', `INSERT INTO trials VALUES (2, 7, '{}', 1, NULL, NULL, NULL)`, 2],
    ['a deleted evaluation', 'DELETE FROM evaluations WHERE position = 2', 2],
    ['a deleted end', 'DELETE FROM evaluations WHERE position = 3', 3],
  ])('is chained to those before: the chain shows %s', async (_, statements, brokenAt) => {
    const folder = emptyFolder();
    const { trials } = await openTestJournal(folder);
    for (const fast of [10, 11, 12]) await trials.record(evaluation([trial({ fast }, 0.1)]), recordedAt);
    expect(await trials.verify()).toEqual({ events: 3, brokenAt: null });
    tamper(folder, statements);
    expect(await trials.verify()).toMatchObject({ brokenAt });
  });

  test('fits into a journal that an earlier version made', async () => {
    const folder = emptyFolder();
    const journal = await openJournal({ folder, workerUrl });
    await journal.append({ stream: 'note/1', events: [noted(1)] });
    await journal.close();
    const later = [
      'evaluations',
      'trials',
      'tasks',
      'task_lines',
      'task_limits',
      'task_pauses',
      'task_owners',
      'event_groups',
      'parked_events',
      'event_pauses',
    ];
    const drops = later.map((table) => `DROP TABLE ${table};`).join(' ');
    tamper(folder, `${drops} DROP INDEX events_by_time; PRAGMA user_version = 1;`);
    const again = await openTestJournal(folder);
    await again.trials.record(evaluation([trial({ fast: 10 })]), recordedAt);
    expect((await again.trials.count(window)).trials).toBe(1);
    expect(await again.verifyChain('note/1')).toEqual({ events: 1, brokenAt: null });
  });
});
