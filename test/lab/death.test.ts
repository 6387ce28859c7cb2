import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { untilStopped } from '../../extension/cli/untilStopped.ts';
import { type Lab, newShortId, openLab } from '../../extension/lab.ts';
import { emptyFolder } from '../storage/lab.ts';
import { endThread, mortalWorkerUrl } from '../storage/mortalJournal.ts';
import { ideaRun } from './ideaRun.ts';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));

/** The build, with a journal whose thread can be ended. */
async function mortalBuild(folder: string): Promise<string> {
  const build = join(folder, 'build');
  await mkdir(build);
  for (const name of await readdir(dist)) {
    if (name !== 'journalWorker.js') await symlink(join(dist, name), join(build, name));
  }
  await writeFile(join(build, 'journalWorker.js'), `import ${JSON.stringify(mortalWorkerUrl.href)};\n`);
  return build;
}

const labIn = async (folder: string, assets: string): Promise<Lab> => {
  const lab = await openLab({
    folder: join(folder, '.strategy-lab'),
    strategiesFolder: join(folder, 'strategies'),
    assets,
    clock: Date.now,
    newId: newShortId,
    dockerSocket: '/nowhere/docker.sock',
    bubblewrap: '/nowhere/bwrap',
  });
  onTestFinished(() => lab.close());
  return lab;
};

test('a lab whose journal dies tells it and can be closed, and the next one has its runs and its queue', async () => {
  const folder = emptyFolder();
  const dying = await labIn(folder, await mortalBuild(folder));
  const id = await ideaRun(dying, ['reason']);
  await dying.tasks.enqueueRun(id, { priority: 3 });
  await (await dying.tasks.queue()).pause();
  await dying.tasks.work();
  await dying.events();
  const stays = untilStopped(dying, new AbortController().signal);
  endThread(dying.folder);
  await expect(stays).rejects.toMatchObject({
    reason: 'journal.unavailable',
    message: "The journal's thread failed: the disk is gone.",
    action: expect.stringMatching(/^Start it again/),
  });
  await expect(dying.sagas().then((sagas) => sagas.list())).rejects.toBe(dying.died.reason);
  await dying.close();

  const next = await labIn(folder, dist);
  expect(next.died.aborted).toBe(false);
  expect((await next.tasks.turns()).map(({ id: run, priority }) => `${run} ${priority}`)).toEqual([
    `${id} 3`,
  ]);
  expect((await (await next.sagas()).run(id)).state).toBe('waiting-for-reason');
});

test('who stays until stopped ends quietly when the person says so, whatever became of the lab', async () => {
  const died = new AbortController();
  const stop = new AbortController();
  const stays = untilStopped({ died: died.signal }, stop.signal);
  stop.abort();
  await stays;
  died.abort(new Error('later'));
  await untilStopped({ died: died.signal }, stop.signal);
});
