import { copyFile, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openJournal } from '../../../extension/storage/openJournal.ts';
import { workerUrl } from '../../storage/lab.ts';
import { useEditor } from '../support/editorSession.ts';
import { slowBars, slowStrategy } from './slowStrategy.ts';
import { importFixture } from './steps.ts';

// Slow enough to be met at work, quick enough to be done twice.
const editor = useEditor({ workspace: { bars: slowBars / 2, strategy: slowStrategy } });

const firstRun = async (): Promise<string> => (await editor.workbench.treeRows('Runs'))[0]?.description ?? '';

/** A thread that ends as by a fault of its own when the file says so. */
const mortal = (file: string): string => `import { existsSync, rmSync } from 'node:fs';
import './realJournalWorker.js';
setInterval(() => {
  if (!existsSync(${JSON.stringify(file)})) return;
  rmSync(${JSON.stringify(file)});
  throw new Error('the disk is gone');
}, 50).unref();
`;

test('a lab whose journal dies under a run is told in one sentence, and goes on with the run when it is opened again', async () => {
  const { workbench, workspace, server } = editor;
  const build = join(server.installedExtension(), 'dist');
  const file = join(workspace.folder, 'end-of-the-journal');
  await rename(join(build, 'journalWorker.js'), join(build, 'realJournalWorker.js'));
  await writeFile(join(build, 'journalWorker.js'), mortal(file));
  await importFixture(editor);
  await workbench.openFile(workspace.strategyFile);
  await workbench.clickCodeLens('Backtest');
  await workbench.openViews('Strategy Lab');
  await expect.poll(firstRun, { timeout: 20_000 }).toBe('running');
  await writeFile(file, '');
  await workbench.notification('The lab stopped because its journal did').waitFor();
  await workbench.screenshot('lost');
  await workbench.pressInNotification('The lab stopped because its journal did', 'Open Lab Again');
  await expect.poll(firstRun, { timeout: 120_000 }).toMatch(/waits for you: Review$/);
  await copyFile(join(build, 'realJournalWorker.js'), join(build, 'journalWorker.js'));
  expect(await readFile(join(build, 'journalWorker.js'), 'utf8')).not.toContain('the disk is gone');
});

test('a pause that another program made is seen in the status bar and on the dashboard, and ends by a command', async () => {
  const { workbench, workspace } = editor;
  const journal = await openJournal({ folder: join(workspace.folder, '.strategy-lab'), workerUrl });
  await journal.tasks.pause();
  await workbench.statusItem('Queue paused').waitFor();
  await workbench.run('Strategy Lab: Open Dashboard');
  const dashboard = await workbench.webview('Strategy Lab Dashboard');
  const notice = dashboard.getByText('The queue is paused: nothing that waits is started');
  await notice.waitFor();
  await workbench.screenshot('paused');
  await workbench.run('Strategy Lab: Resume Queue');
  await workbench.statusItem('Queue paused').waitFor({ state: 'hidden' });
  await notice.waitFor({ state: 'hidden' });
  expect(await journal.tasks.isPaused()).toBe(false);
  await journal.close();
});
