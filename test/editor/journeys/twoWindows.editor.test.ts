import { expect, test } from 'vitest';
import { useEditor } from '../support/editorSession.ts';
import { Workbench } from '../support/workbench.ts';
import { importFixture } from './steps.ts';

const editor = useEditor();

test('two windows on one folder see the same runs, and what one decides the other shows', async () => {
  const { workbench: first, browser, server, workspace } = editor;
  await importFixture(editor);
  const second = await Workbench.open({ browser, server, folder: workspace.folder });
  await second.openViews('Strategy Lab');

  await first.openFile(workspace.strategyFile);
  await first.clickCodeLens('Backtest');
  const stateIn = async (window: Workbench) => (await window.treeRows('Runs'))[0]?.description ?? '';
  await expect.poll(() => stateIn(second), { timeout: 60_000 }).toMatch(/waits for you: Review$/);

  await second.run('Strategy Lab: Approve');
  await second.answer('seen in the second window');
  await expect.poll(() => stateIn(second), { timeout: 30_000 }).toMatch(/approved$/);
  await first.openViews('Strategy Lab');
  await expect.poll(() => stateIn(first), { timeout: 30_000 }).toMatch(/approved$/);
  await second.close();
});
