import { once } from 'node:events';
import { copyFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hostileWorker } from '../../sandbox/hostileRunner.ts';
import { useEditor } from '../support/editorSession.ts';
import { importFixture } from './steps.ts';

/** A daemon that has gVisor without its trace, and can do nothing. */
const socket = join(tmpdir(), `strategy-lab-daemon-${process.pid}.sock`);
const daemon = createServer(({ url }, response) => {
  const isInfo = url?.endsWith('/info') === true;
  const answer = isInfo ? { Runtimes: { runsc: { path: '/usr/bin/runsc' } } } : { message: 'Nothing works.' };
  response.writeHead(isInfo ? 200 : 500, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer));
});
const editor = useEditor({ env: { STRATEGY_LAB_DOCKER_SOCKET: socket } });

beforeAll(() => once(daemon.listen(socket), 'listening'));
afterAll(() => daemon[Symbol.asyncDispose]());

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
  await expect
    .poll(() => workbench.treeRows('Sandbox and Agents'), { timeout: 30_000 })
    .toContainEqual({ label: 'Attempts to break out: 1', description: '1 × It sent what is no answer.' });
});

test('where nothing traces, forensics say what to do in a sentence, and give the lines that it takes', async () => {
  const { workbench } = editor;
  const { page } = workbench;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await workbench.run('Strategy Lab: Run Forensics');
  const told = workbench.notification('No runtime of Docker writes down system calls');
  await told.getByText('add these lines to /etc/docker/daemon.json, and restart Docker.').waitFor();
  expect(await told.innerText()).not.toContain('runtimeArgs');
  await workbench.screenshot();
  await told.getByRole('button', { name: 'Copy Lines', exact: true }).click();
  const copied = () => page.evaluate<string>('navigator.clipboard.readText()');
  await expect.poll(copied, { timeout: 60_000 }).toMatch(/^\{\n {2}"runtimes": \{\n {4}"runsc-strace": \{/);
});
