import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { newShortId, openLab } from '../../extension/lab.ts';
import { ideaRun } from '../lab/ideaRun.ts';
import { call, newFolder, program } from './program.ts';

let folder: Awaited<ReturnType<typeof newFolder>>;
beforeEach(async () => {
  folder = await newFolder();
});
afterEach(() => folder.remove());

test('a pause outlives who made it: status tells, and resume ends it', async () => {
  const lab = await openLab({
    folder: join(folder.path, '.strategy-lab'),
    strategiesFolder: join(folder.path, 'strategies'),
    assets: join(program, '..'),
    clock: Date.now,
    newId: newShortId,
  });
  onTestFinished(() => lab.close());
  await (await lab.tasks.queue()).pause();
  const told = await call(['status'], { folder: folder.path });
  expect(told.stderr).toContain('The queue is paused');
  const resumed = await call(['resume'], { folder: folder.path });
  expect(resumed.stdout).toContain('The queue was paused, and goes on.');
  expect(await (await lab.tasks.queue()).isPaused()).toBe(false);
  const after = await call(['status', '--json'], { folder: folder.path });
  expect(JSON.parse(after.stdout)).toMatchObject({ queuePaused: false });
});

test('a worker takes the runs that another program has put into the queue, and ends cleanly', async () => {
  const lab = await openLab({
    folder: join(folder.path, '.strategy-lab'),
    strategiesFolder: join(folder.path, 'strategies'),
    assets: join(program, '..'),
    clock: Date.now,
    newId: newShortId,
    dockerSocket: '/nowhere/docker.sock',
    bubblewrap: '/nowhere/bwrap',
  });
  onTestFinished(() => lab.close());
  const sagas = await lab.sagas();
  const id = await ideaRun(lab, ['reason']);
  await lab.tasks.enqueueRun(id);

  const worker = spawn(process.execPath, [program, 'worker', '--json', '--workers', '1'], {
    cwd: folder.path,
    env: {
      ...process.env,
      STRATEGY_LAB_DOCKER_SOCKET: '/nowhere/docker.sock',
      STRATEGY_LAB_BUBBLEWRAP: '/nowhere/bwrap',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void worker.kill('SIGKILL'));
  const [line = ''] = (await once(createInterface({ input: worker.stdout }), 'line')) as string[];
  expect(JSON.parse(line)).toEqual({ lab: lab.folder, pid: worker.pid, workers: 1 });
  await expect.poll(async () => (await sagas.view(id)).state, { timeout: 50_000 }).toBe('waiting-for-reason');
  worker.kill('SIGTERM');
  expect(await once(worker, 'exit')).toEqual([0, null]);
});
