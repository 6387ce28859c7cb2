import { expect, test } from 'vitest';
import { useEditor } from '../support/editorSession.ts';
import { importFixture } from './steps.ts';

const title = 'Moving-average cross';
// A walk-forward needs 90 days.
const editor = useEditor({ workspace: { bars: 2200 } });

test('a finding is seen while typing and mended by its quick fix, and the lens runs what was written into the panel', async () => {
  const { workbench, workspace } = editor;
  const { page } = workbench;
  await importFixture(editor);
  await workbench.openFile(workspace.strategyFile);
  await page.locator('.view-lines').getByText('if (position.isFlat').click();
  await page.keyboard.press('Home');
  await page.keyboard.type('if (fast.ago(-1) < 0) return;\n');
  await expect.poll(() => workbench.codeLenses(), { timeout: 60_000 }).toContain('Guardian errors: 1');
  const [problem] = await workbench.problems();
  expect(problem).toContain('it asks for a bar to come');
  await workbench.screenshot('finding');

  await page.locator('.view-lines').getByText('ago(').first().click();
  await page.keyboard.press('Control+.');
  await page.locator('.action-widget').getByText('Look back instead').click();
  await expect.poll(() => workbench.codeLenses(), { timeout: 60_000 }).toContain('Guardian: no findings');

  await workbench.clickCodeLens('Backtest');
  const panel = await workbench.webview(title);
  await panel.getByText('Sharpe').first().waitFor();
  await workbench.screenshot('panel');
  expect(workbench.consoleErrors()).toEqual([]);
});

test.each([
  ['Stress', 'Stress', 'One bar of delay'],
  ['Walk-Forward', 'Validation', 'Efficiency'],
])(
  'the lens %s runs the file too, and its panel has a tab for what came of it',
  async (lens, tab, figure) => {
    const { workbench } = editor;
    // The panel of the run before has the same title.
    await workbench.tab(title).getByRole('button', { name: /Close/ }).click();
    await workbench.clickCodeLens(lens);
    await workbench.tab(title).waitFor({ timeout: 120_000 });
    const panel = await workbench.webview(title);
    await panel.getByRole('tab', { name: tab }).click();
    await panel.getByText(figure).first().waitFor();
    await workbench.screenshot();
    expect(workbench.consoleErrors()).toEqual([]);
  },
);
