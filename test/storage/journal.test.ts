import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../extension/storage/canonicalJson.ts';
import { openJournal } from '../../extension/storage/openJournal.ts';
import { emptyFolder, noted, openTestJournal, workerUrl } from './lab.ts';
import { endThread, mortalWorkerUrl } from './mortalJournal.ts';

/** Changes the database behind the journal's back, as someone who forges history would. */
function tamper(folder: string, statements: string): void {
  const database = new DatabaseSync(join(folder, 'journal.sqlite'));
  database.exec(
    `DROP TRIGGER events_are_never_changed; DROP TRIGGER events_are_never_deleted; ${statements}`,
  );
  database.close();
}

describe('appending', () => {
  test('events come back in order, as they were written, also after the lab was closed', async () => {
    const folder = emptyFolder();
    const journal = await openJournal({ folder, workerUrl });
    const values = [{ b: 1, a: [null, 'ü\u{1F600}', -0.1] }, 'text', null, 1e300, { nested: { deep: true } }];
    const head = await journal.append({ stream: 'note/1', events: values.map(noted) });
    expect(head.sequence).toBe(5);
    await journal.close();

    const again = await openTestJournal(folder);
    const events = await again.read('note/1');
    expect(events.map((event) => event.data)).toEqual(values);
    expect(events.map((event) => event.sequence)).toEqual([1, 2, 3, 4, 5]);
    expect(events[4]?.hash).toBe(head.hash);
    expect(await again.read('note/1', 4)).toEqual(events.slice(3));
    expect(await again.read('note/none')).toEqual([]);
  });

  test('a stream longer than a page is read whole', async () => {
    const journal = await openTestJournal(emptyFolder());
    const events = Array.from({ length: 1203 }, (_, index) => noted(index));
    await journal.append({ stream: 'note/long', events });
    const read = await journal.read('note/long', 2);
    expect(read.map((event) => event.data)).toEqual(events.slice(1).map((event) => event.data));
  });

  test('of two writers with the same expectation the second is refused and leaves nothing', async () => {
    const journal = await openTestJournal(emptyFolder());
    const write = (data: string) =>
      journal.append({ stream: 'note/1', expectedSequence: 0, events: [noted(data)], snapshot: data });
    const [first, second, other] = await Promise.allSettled([
      write('first'),
      write('second'),
      journal.append({ stream: 'note/2', events: [noted('other')] }),
    ]);
    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({ status: 'rejected', reason: { reason: 'journal.conflict' } });
    expect(other.status).toBe('fulfilled');
    expect((await journal.read('note/1')).map((event) => event.data)).toEqual(['first']);
    expect(await journal.snapshots('note')).toEqual([{ stream: 'note/1', sequence: 1, data: 'first' }]);
    expect((await journal.streams('note')).map(({ stream }) => stream)).toEqual(['note/1', 'note/2']);
  });

  test('one that refers to an artefact that is not stored is refused whole', async () => {
    const journal = await openTestJournal(emptyFolder());
    const artefacts = ['0'.repeat(64)];
    await expect(
      journal.append({ stream: 'note/1', events: [noted(1)], snapshot: 1, artefacts }),
    ).rejects.toMatchObject({ reason: 'not-found' });
    expect(await journal.read('note/1')).toEqual([]);
    expect(await journal.snapshots('note')).toEqual([]);
  });

  test('what JSON cannot carry is refused with its place', async () => {
    const journal = await openTestJournal(emptyFolder());
    await expect(
      journal.append({ stream: 'note/1', events: [noted({ a: [Number.NaN] })] }),
    ).rejects.toMatchObject({
      reason: 'usage',
      message: expect.stringContaining('$.a[0]'),
    });
    await expect(journal.append({ stream: 'no kind', events: [noted(1)] })).rejects.toMatchObject({
      reason: 'usage',
    });
  });

  test('after closing every call says that the journal is closed', async () => {
    const journal = await openJournal({ folder: emptyFolder(), workerUrl });
    await journal.close();
    await journal.close();
    await expect(journal.read('note/1')).rejects.toMatchObject({ reason: 'journal.unavailable' });
    expect(journal.died.aborted).toBe(false);
  });

  test('a journal whose thread dies tells it, and another has all that it had written', async () => {
    const folder = emptyFolder();
    const journal = await openJournal({ folder, workerUrl: mortalWorkerUrl });
    await journal.append({ stream: 'note/1', events: [noted('kept')] });
    const outcome = await journal.acquireLease('note', 60_000);
    const waiting = journal.tasks.claim({ worker: 'w', types: ['t'], waitMilliseconds: 60_000 });
    const heard = once(journal.died, 'abort');
    endThread(folder);
    await heard;
    expect(journal.died.reason).toMatchObject({
      reason: 'journal.unavailable',
      message: "The journal's thread failed: the disk is gone.",
    });
    await expect(waiting).rejects.toBe(journal.died.reason);
    expect(outcome.held && outcome.lease.lost.aborted).toBe(true);
    await expect(journal.read('note/1')).rejects.toBe(journal.died.reason);
    await journal.close();
    const next = await openTestJournal(folder);
    expect((await next.read('note/1')).map(({ data }) => data)).toEqual(['kept']);
  });
});

describe('the hash chain', () => {
  test.each([
    ['changed data', `UPDATE events SET data = '9' WHERE sequence = 2`, 2],
    ['a changed time', `UPDATE events SET time = time + 1 WHERE sequence = 3`, 3],
    ['a changed type', `UPDATE events SET type = 'test.other' WHERE sequence = 1`, 1],
    ['a missing event', `DELETE FROM events WHERE sequence = 2`, 2],
    ['a missing end', `DELETE FROM events WHERE sequence = 3`, 3],
    [
      'swapped hashes',
      `UPDATE events SET hash = (SELECT hash FROM events WHERE sequence = 1) WHERE sequence = 2`,
      2,
    ],
  ])('shows %s', async (_, statements, brokenAt) => {
    const folder = emptyFolder();
    const journal = await openTestJournal(folder);
    await journal.append({ stream: 'note/1', events: [noted(1), noted(2), noted(3)] });
    expect(await journal.verifyChain('note/1')).toEqual({ events: 3, brokenAt: null });
    tamper(folder, statements);
    expect(await journal.verifyChain('note/1')).toMatchObject({ brokenAt });
  });

  test('events cannot be changed or deleted by a slip', async () => {
    const folder = emptyFolder();
    const journal = await openTestJournal(folder);
    await journal.append({ stream: 'note/1', events: [noted(1)] });
    const database = new DatabaseSync(join(folder, 'journal.sqlite'));
    expect(() => database.exec(`UPDATE events SET data = '9'`)).toThrow();
    expect(() => database.exec('DELETE FROM events')).toThrow();
    database.close();
  });

  test('canonical text is equal for equal values whatever the order of their keys, and is JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(reversed(value))).toBe(text);
      }),
    );
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => [key, reversed(item)]);
  return Object.fromEntries(entries.reverse());
}

describe('artefacts', () => {
  test('are found by the SHA-256 of their content, once, with several megabytes too', async () => {
    const journal = await openTestJournal(emptyFolder());
    const bytes = new Uint8Array(randomBytes(5_000_000));
    const hash = await journal.putArtefact(bytes);
    expect(await journal.putArtefact(bytes)).toBe(hash);
    expect(Buffer.compare(await journal.getArtefact(hash), bytes)).toBe(0);
    expect(await journal.putArtefact('abc')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
    expect(await journal.putArtefact('')).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
  });

  test('that were changed on disk are not handed out', async () => {
    const folder = emptyFolder();
    const journal = await openTestJournal(folder);
    const hash = await journal.putArtefact('evidence');
    tamper(folder, `UPDATE artefacts SET content = x'00'`);
    await expect(journal.getArtefact(hash)).rejects.toMatchObject({ reason: 'journal.corrupt' });
    await expect(journal.getArtefact('0'.repeat(64))).rejects.toMatchObject({ reason: 'not-found' });
  });
});
