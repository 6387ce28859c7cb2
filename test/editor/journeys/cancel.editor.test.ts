import { expect, test } from 'vitest';
import { useEditor } from '../support/editorSession.ts';
import { slowBars, slowStrategy } from './slowStrategy.ts';
import { importFixture } from './steps.ts';

const editor = useEditor({ workspace: { bars: slowBars, strategy: slowStrategy } });

test('a run that the person cancels stops soon, says so, and can be resumed or left; it stays so when the window is opened again', async () => {
  const { workbench, workspace } = editor;
  await importFixture(editor);
  await workbench.openFile(workspace.strategyFile);
  await workbench.clickCodeLens('Backtest');
  await workbench.openViews('Strategy Lab');
  const state = async () => (await workbench.treeRows('Runs'))[0]?.description;
  await expect.poll(state, { timeout: 60_000 }).toBe('running');

  await workbench.pressInNotification('Backtest of cross.strategy.ts', 'Cancel');

  await expect.poll(state, { timeout: 60_000 }).toBe('interrupted');
  await expect.poll(() => workbench.offers('Strategy Lab: Resume Run'), { timeout: 60_000 }).toBe(true);
  expect(await workbench.offers('Strategy Lab: Stop Run')).toBe(false);
  expect(await workbench.offers('Strategy Lab: Approve')).toBe(false);
  expect(workbench.consoleErrors()).toEqual([]);

  await workbench.reload();
  await workbench.notification('A run was interrupted').waitFor();
  await workbench.openViews('Strategy Lab');
  await expect.poll(state, { timeout: 60_000 }).toBe('interrupted');
});
