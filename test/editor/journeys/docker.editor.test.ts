import { expect, test } from 'vitest';
import { useEditor } from '../support/editorSession.ts';
import { importFixture } from './steps.ts';

const editor = useEditor({ hasDocker: true });

test('with Docker the image is built on request, the view says what is there, and a run is made under gVisor', {
  timeout: 300_000,
}, async () => {
  const { workbench, workspace } = editor;
  await importFixture(editor);
  await workbench.run('Strategy Lab: Build Sandbox Image');
  await workbench.notification('The sandbox image is ready').waitFor({ timeout: 120_000 });
  await workbench.openViews('Strategy Lab');
  await workbench.treeRow('Sandbox and Agents', 'Isolation: gvisor').waitFor();
  const rows = await workbench.treeRows('Sandbox and Agents');
  expect(rows.find(({ label }) => label === 'docker-runsc')?.description).toMatch(
    /^ready · (every limit holds|the limits that were tried hold)/,
  );

  await workbench.openFile(workspace.strategyFile);
  await workbench.clickCodeLens('Backtest');
  const panel = await workbench.webview('Moving-average cross');
  await panel.getByText('gvisor', { exact: true }).first().waitFor({ timeout: 60_000 });
  expect(await panel.getByText('This is a preview').count()).toBe(0);
  await workbench.screenshot();
  expect(workbench.consoleErrors()).toEqual([]);
});
