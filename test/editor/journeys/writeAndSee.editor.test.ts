import { expect, test } from 'vitest';
import { useEditor } from '../support/editorSession.ts';
import { importFixture } from './steps.ts';

const editor = useEditor();

test('a finding is seen while typing and mended by its quick fix, and the lens runs what was written into the panel', async () => {
  const { workbench, workspace } = editor;
  const { page } = workbench;
  await importFixture(editor);
  await workbench.openFile(workspace.strategyFile);
  await page.locator('.view-lines').getByText('if (position.isFlat').click();
  await page.keyboard.press('Home');
  await page.keyboard.type('if (fast.ago(-1) < 0) return;');
  await expect.poll(() => workbench.codeLenses(), { timeout: 20_000 }).toContain('Guardian errors: 1');
  const [problem] = await workbench.problems();
  expect(problem).toContain('it asks for a bar to come');
  await workbench.screenshot('finding');

  await page.locator('.view-lines').getByText('ago(').first().click();
  await page.keyboard.press('Control+.');
  await page.locator('.action-widget').getByText('Look back instead').click();
  await expect.poll(() => workbench.codeLenses(), { timeout: 20_000 }).toContain('Guardian: no findings');

  await workbench.clickCodeLens('Backtest');
  const panel = await workbench.webview('Moving-average cross');
  await panel.getByText('Sharpe').first().waitFor();
  await workbench.screenshot('panel');
  expect(workbench.consoleErrors()).toEqual([]);
});
