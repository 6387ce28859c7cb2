import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hostileWorker } from '../../sandbox/hostileRunner.ts';
import { useEditor } from '../support/editorSession.ts';
import { importFixture } from './steps.ts';

const editor = useEditor();

test('a sandbox that sends what is no answer is warned of at once, shown with its run, and counted', async () => {
  const { workbench, workspace, server } = editor;
  const build = join(server.installedExtension(), 'dist');
  // The preview's runner of this installation lies.
  const worker = hostileWorker('warned', "lie.intents = () => Buffer.from('this is no answer');");
  await copyFile(worker, join(build, 'hostile.cjs'));
  await writeFile(join(build, 'previewWorker.js'), "import './hostile.cjs';\n");
  await importFixture(editor);
  await workbench.openViews('Strategy Lab');
  await workbench.run('Strategy Lab: Check Setup');
  const rows = async () => (await workbench.treeRows('Sandbox and Agents')).map(({ label }) => label);
  await expect.poll(rows, { timeout: 60_000 }).toContain('Attempts to break out: 0');
  await workbench.openFile(workspace.strategyFile);
  await workbench.clickCodeLens('Backtest');
  const warning = workbench.notification('Sandbox alert sandbox.protocol under quickjs (preview)');
  await warning.waitFor({ timeout: 60_000 });
  expect(await warning.getByRole('button', { name: 'Show Log', exact: true }).count()).toBe(1);
  // Without a daemon that traces there is nothing to offer.
  expect(await warning.getByRole('button', { name: 'Run Forensics', exact: true }).count()).toBe(0);
  await workbench.pressInNotification('Sandbox alert', 'Open Report');
  const panel = await workbench.webview('Run ');
  await panel.getByText('Signs of an attempt to break out').waitFor({ timeout: 30_000 });
  await panel.getByText('Sandbox alert sandbox.protocol').first().waitFor();
  await workbench.screenshot();
  await workbench.openViews('Strategy Lab');
  await expect.poll(rows, { timeout: 30_000 }).toContain('Attempts to break out: 1');
});
