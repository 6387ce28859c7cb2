import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { Leadership } from '../../extension/orchestrator/leadership.ts';
import { emptyFolder, openTestJournal } from '../storage/lab.ts';

const script = fileURLToPath(new URL('./leadInProcess.ts', import.meta.url));

/** Another process that tries to lead; `heard` gives its next line. */
function rival(folder: string, leaseMilliseconds: number) {
  const child = spawn(process.execPath, [script, folder, String(leaseMilliseconds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return { child, heard: async () => (await lines.next()).value };
}

/** This process as one that tries to lead; `leads` settles with each time that it begins to. */
async function candidate(folder: string) {
  const journal = await openTestJournal(folder);
  let begun = Promise.withResolvers<void>();
  let leading = 0;
  const changes: [string, number | null][] = [];
  let mostLeading = 0;
  const leadership = new Leadership({
    journal,
    tryMilliseconds: 20,
    clock: Date.now,
    onChange: (change, recoverySeconds) => changes.push([change, recoverySeconds]),
    async lead(signal) {
      leading++;
      mostLeading = Math.max(mostLeading, leading);
      begun.resolve();
      begun = Promise.withResolvers();
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      leading--;
    },
    sleep: (wait, signal) => delay(wait, undefined, { signal }).catch(() => undefined),
    onFault: (error) => {
      throw error;
    },
  });
  onTestFinished(() => leadership.close());
  return { leadership, leads: () => begun.promise, mostLeading: () => mostLeading, changes };
}

test('of several processes one leads, and the next one does as soon as it steps back', async () => {
  const folder = emptyFolder();
  const first = await candidate(folder);
  await first.leads();
  const second = await candidate(folder);
  expect([first.leadership.isLeader, second.leadership.isLeader]).toEqual([true, false]);
  const secondLeads = second.leads();
  await first.leadership.close();
  await secondLeads;
  expect([first.leadership.isLeader, second.leadership.isLeader]).toEqual([false, true]);
  expect(first.changes).toEqual([
    ['acquired', null],
    ['released', null],
  ]);
  // What was given up is no recovery.
  expect(second.changes).toEqual([['acquired', null]]);
});

test('a leader that is killed is followed at once, however long its lease was for', async () => {
  const folder = emptyFolder();
  const { child, heard } = rival(folder, 3_600_000);
  expect(await heard()).toBe('leads');
  const { leadership, leads, changes } = await candidate(folder);
  expect(leadership.isLeader).toBe(false);
  const leading = leads();
  child.kill('SIGKILL');
  await leading;
  expect(leadership.isLeader).toBe(true);
  expect(changes).toEqual([['taken-over', expect.any(Number)]]);
});

test('a leader that hung and comes back learns that another leads, and does not lead beside it', async () => {
  const folder = emptyFolder();
  const { child, heard } = rival(folder, 500);
  expect(await heard()).toBe('leads');
  const { leadership, leads } = await candidate(folder);
  const leading = leads();
  child.kill('SIGSTOP');
  await leading;
  child.kill('SIGCONT');
  expect(await heard()).toBe('follows');
  expect(leadership.isLeader).toBe(true);
});
