import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { emptyFolder, openTestJournal } from '../../storage/lab.ts';

const script = fileURLToPath(new URL('./leaderChild.ts', import.meta.url));

function candidate(folder: string) {
  const child = spawn(process.execPath, [script, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return { child, heard: async () => (await lines.next()).value };
}

test('a leader that is stopped is followed within five seconds; when it goes on its writes are refused, and one leads', {
  retry: 2,
}, async () => {
  const folder = emptyFolder();
  const journal = await openTestJournal(folder);
  const first = candidate(folder);
  expect([await first.heard(), await first.heard(), await first.heard()]).toEqual([
    'ready',
    'leads',
    'wrote',
  ]);
  const second = candidate(folder);
  expect(await second.heard()).toBe('ready');
  // It is at rest: stopped within a transaction it would hold the database's lock, and with it everybody.
  first.child.kill('SIGSTOP');
  const stopped = performance.now();
  expect([await second.heard(), await second.heard()]).toEqual(['leads', 'wrote']);
  const milliseconds = performance.now() - stopped;
  first.child.stdin.write('write\n');
  first.child.kill('SIGCONT');
  expect(await first.heard()).toBe('refused journal.conflict');
  second.child.stdin.write('write\n');
  expect(await second.heard()).toBe('wrote');
  const writers = (await journal.read('test/leaders')).map(({ data }) => data);
  const [one, two] = [
    { pid: first.child.pid, epoch: 1 },
    { pid: second.child.pid, epoch: 2 },
  ];
  expect(writers).toEqual([one, two, two]);
  // By a machine that is busy with other things it may take longer, hence the other tries.
  expect(milliseconds).toBeLessThan(5000);
});
