import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { LabError } from '../../extension/contracts/errors.ts';
import type { Journal, Lease } from '../../extension/contracts/journal.ts';
import { isDead, thisProcess } from '../../extension/storage/processIdentity.ts';
import { emptyFolder, noted, openTestJournal } from './lab.ts';

const script = fileURLToPath(new URL('./holdLease.ts', import.meta.url));

/** A process that holds the lease `work`; `heard` gives its next line. */
async function holder(folder: string, milliseconds: number) {
  const child: ChildProcess = spawn(process.execPath, [script, folder, String(milliseconds)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  if (child.stdout === null) throw new Error('the child has no output');
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const heard = async () => (await lines.next()).value;
  expect(await heard()).toBe('held');
  return { child, heard, tell: (line: string) => child.stdin?.write(`${line}\n`) };
}

async function acquire(journal: Journal, milliseconds = 60_000): Promise<Lease> {
  const outcome = await journal.acquireLease('work', milliseconds);
  if (!outcome.held) throw new Error(`process ${outcome.holder.pid} holds the lease`);
  return outcome.lease;
}

/** Tries until the lease of the stopped `child` is free; gives it and how often it was refused. */
async function acquireWhenFree(journal: Journal, child: ChildProcess) {
  for (let refusals = 0; ; refusals += 1) {
    try {
      const outcome = await journal.acquireLease('work', 60_000);
      if (outcome.held) return { lease: outcome.lease, refusals };
    } catch (error) {
      // It was stopped while it wrote and holds the database's lock: stop it at another instruction.
      if (!LabError.is(error, 'journal.unavailable')) throw error;
      child.kill('SIGCONT');
      await journal.streams('note');
      child.kill('SIGSTOP');
    }
  }
}

test('only one holds a lease, the other learns who, and each holder has a higher epoch', async () => {
  const folder = emptyFolder();
  const [journal, other] = [await openTestJournal(folder), await openTestJournal(folder)];
  const lease = await acquire(journal);
  expect(await other.acquireLease('work', 1000)).toMatchObject({
    held: false,
    holder: { pid: process.pid, epoch: 1 },
  });
  expect(await other.leaseHolder('work')).toMatchObject({ pid: process.pid });
  await journal.releaseLease(lease);
  expect(await other.leaseHolder('work')).toBeNull();
  expect((await acquire(other)).epoch).toBe(lease.epoch + 1);
});

test('an append with an epoch that is over is refused, and one may give the lease up in its transaction', async () => {
  const journal = await openTestJournal(emptyFolder());
  const first = await acquire(journal);
  await journal.append({ stream: 'note/1', lease: first, events: [noted(1)] });
  await journal.append({ stream: 'note/1', lease: { ...first, release: true }, events: [noted(2)] });
  const stale = () => journal.append({ stream: 'note/1', lease: first, events: [noted('stale')] });
  await expect(stale()).rejects.toMatchObject({ reason: 'journal.conflict' });
  await acquire(journal);
  await expect(stale()).rejects.toMatchObject({ reason: 'journal.conflict' });
  expect((await journal.read('note/1')).map((event) => event.data)).toEqual([1, 2]);
});

test('a refused append does not give its lease up', async () => {
  const journal = await openTestJournal(emptyFolder());
  const lease = await acquire(journal);
  const wrong = {
    stream: 'note/1',
    expectedSequence: 7,
    lease: { ...lease, release: true },
    events: [noted(1)],
  };
  await expect(journal.append(wrong)).rejects.toMatchObject({ reason: 'journal.conflict' });
  expect(await journal.leaseHolder('work')).toMatchObject({ epoch: lease.epoch });
});

test('closing the journal releases its leases', async () => {
  const folder = emptyFolder();
  const journal = await openTestJournal(folder);
  await acquire(journal);
  await journal.close();
  expect((await acquire(await openTestJournal(folder))).epoch).toBe(2);
});

test('the lease of a killed process is free at once, however long it was for', async () => {
  const folder = emptyFolder();
  const { child } = await holder(folder, 3_600_000);
  const journal = await openTestJournal(folder);
  expect(await journal.acquireLease('work', 1000)).toMatchObject({ held: false, holder: { pid: child.pid } });
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect((await acquire(journal)).epoch).toBe(2);
});

test('a holder whose own thread is busy for long keeps its lease', async () => {
  const folder = emptyFolder();
  const journal = await openTestJournal(folder);
  const { heard, tell } = await holder(folder, 1500);
  tell('block');
  let blocked = true;
  const unblocked = heard().finally(() => {
    blocked = false;
  });
  for (let tries = 0; blocked; tries += 1) {
    expect(await journal.acquireLease('work', 1000), `try ${tries}`).toMatchObject({ held: false });
  }
  expect(await unblocked).toBe('unblocked');
  tell('append');
  expect(await heard()).toBe('appended');
});

test('a holder that was stopped past its time loses the lease, learns it, and can write nothing under it', async () => {
  const folder = emptyFolder();
  const journal = await openTestJournal(folder);
  const { child, heard, tell } = await holder(folder, 600);
  child.kill('SIGSTOP');
  const { lease, refusals } = await acquireWhenFree(journal, child);
  expect(refusals).toBeGreaterThan(0);
  child.kill('SIGCONT');
  expect(await heard()).toBe('lost');
  tell('append');
  expect(await heard()).toBe('journal.conflict');
  await journal.append({ stream: 'note/work', lease, events: [noted('mine')] });
  expect((await journal.read('note/work')).map((event) => event.data)).toEqual(['mine']);
});

test('a process is taken for dead only when that is certain', async () => {
  const here = thisProcess();
  const child = spawn(process.execPath, ['--eval', '']);
  await once(child, 'exit');
  const gone = child.pid ?? 0;
  expect(isDead(here, here)).toBe(false);
  expect(isDead({ ...here, pid: gone }, here)).toBe(true);
  expect(isDead({ ...here, pid: gone, host: 'elsewhere' }, here)).toBe(false);
  expect(isDead({ ...here, pid: gone, space: 'other container' }, here)).toBe(false);
  expect(isDead({ ...here, started: null }, here)).toBe(false);
  // The number was given to another process since.
  if (here.started !== null) expect(isDead({ ...here, started: '1' }, here)).toBe(true);
});
