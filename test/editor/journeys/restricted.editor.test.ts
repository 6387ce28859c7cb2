import { expect, test } from 'vitest';
import { useEditor } from '../support/editorSession.ts';

const editor = useEditor({ isTrusted: false });

test('in Restricted Mode the views say what to do, nothing that runs is offered, and Guardian still judges', async () => {
  const { workbench, workspace } = editor;
  await workbench.openViews('Strategy Lab');
  await workbench.view('Runs').getByText('Restricted Mode: nothing is run').waitFor();
  await workbench.view('Runs').getByRole('button', { name: 'Manage Workspace Trust' }).waitFor();
  const strategies = async () => (await workbench.treeRows('Strategies')).map(({ label }) => label);
  await expect.poll(strategies, { timeout: 60_000 }).toEqual(['cross.strategy.ts']);

  await workbench.openFile(workspace.strategyFile);
  await expect.poll(() => workbench.codeLenses(), { timeout: 60_000 }).toEqual(['Guardian: no findings']);
  for (const title of [
    'New Strategy from Idea',
    'Run Backtest',
    'Import Data',
    'Check Setup',
    'Resume Run',
  ]) {
    expect(await workbench.offers(`Strategy Lab: ${title}`), title).toBe(false);
  }
  expect(await workbench.offers('Strategy Lab: Show Log')).toBe(true);
  await workbench.screenshot();
});
