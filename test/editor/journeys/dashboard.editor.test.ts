import { expect, test } from 'vitest';
import { useEditor } from '../support/editorSession.ts';
import { importFixture } from './steps.ts';

const editor = useEditor({ workspace: { bars: 2000 } });

test('the dashboard follows a run from before the lab was there to its end, and comes back after a reload', async () => {
  const { workbench, workspace } = editor;
  await workbench.run('Strategy Lab: Open Dashboard');
  const empty = await workbench.webview('Strategy Lab Dashboard');
  await empty.getByText('There is no lab in this folder yet.').waitFor();
  await importFixture(editor);
  await workbench.openFile(workspace.strategyFile);
  await workbench.clickCodeLens('Backtest');
  await (await workbench.webview('Moving-average cross'))
    .getByText('Sharpe')
    .first()
    .waitFor({ timeout: 60_000 });
  await workbench.run('Strategy Lab: Open Dashboard');
  const dashboard = await workbench.webview('Strategy Lab Dashboard');
  await dashboard.getByRole('row', { name: /^(Completed|Waiting) 1/ }).waitFor();
  await dashboard.getByRole('row', { name: /^Journal OK/ }).waitFor();
  await workbench.screenshot('dashboard');
  await workbench.reload();
  await (await workbench.webview('Strategy Lab Dashboard')).getByText('Queue depth').first().waitFor();
  expect(workbench.consoleErrors()).toEqual([]);
});
