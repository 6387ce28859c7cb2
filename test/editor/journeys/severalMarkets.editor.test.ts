import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useEditor } from '../support/editorSession.ts';
import { importFile, importFixture } from './steps.ts';

const editor = useEditor();

test('a further market that is chosen for a strategy stands on its lens and in its backtest', async () => {
  const { workbench, workspace } = editor;
  const second = join(workspace.folder, 'data', 'Made_OTHERUSDT_1h.csv');
  await copyFile(join(workspace.folder, workspace.dataFile), second);
  await importFixture(editor);
  await importFile(editor, second);
  await workbench.openFile(workspace.strategyFile);
  await expect.poll(() => workbench.codeLenses(), { timeout: 60_000 }).toContain('choose data');

  await workbench.clickCodeLens('choose data');
  await workbench.pick('DEMO/USDT 1h');
  await workbench.pickMany(['OTHER/USDT 1h']);
  await expect.poll(() => workbench.codeLenses(), { timeout: 60_000 }).toContain('DEMO/USDT 1h + OTHER/USDT');

  await workbench.clickCodeLens('Backtest');
  const panel = await workbench.webview('Moving-average cross');
  await panel.getByText('the main one of 2 markets').waitFor();
  await workbench.screenshot('panel');
  expect(workbench.consoleErrors()).toEqual([]);
});
