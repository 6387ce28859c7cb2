import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useEditor } from '../support/editorSession.ts';
import { importFixture } from './steps.ts';

const editor = useEditor();

test('a fix runs the edited file anew, and two runs stand side by side', async () => {
  const { workbench, workspace } = editor;
  await importFixture(editor);
  await workbench.openFile(workspace.strategyFile);
  await workbench.clickCodeLens('Backtest');
  const title = 'Moving-average cross';
  await (await workbench.webview(title)).getByText('Sharpe').first().waitFor();
  const file = join(workspace.folder, workspace.strategyFile);
  await writeFile(file, (await readFile(file, 'utf8')).replace('default: 10', 'default: 20'));
  const lenses = async () => (await workbench.codeLenses()).join();
  await expect.poll(lenses, { timeout: 60_000 }).toContain('(edited since)');

  await workbench.run('Strategy Lab: Fix');
  await workbench.answer('a slower fast average');
  const runs = () => workbench.treeRows('Runs');
  await workbench.openViews('Strategy Lab');
  await expect.poll(lenses, { timeout: 30_000 }).not.toContain('(edited since)');

  await workbench.clickCodeLens('Backtest');
  await expect
    .poll(
      async () =>
        (await runs()).filter(({ description }) => description.endsWith('waits for you: Review')).length,
      { timeout: 60_000 },
    )
    .toBe(2);
  await workbench.run('Strategy Lab: Compare Runs');
  await workbench.pick('cross.strategy.ts');
  await workbench.quickInput.getByPlaceholder('The run to hold against it').waitFor();
  await workbench.pick('cross.strategy.ts');
  const active = workbench.page.locator('.tab.active[aria-label^="Moving-average cross"] .label-name');
  const panel = await workbench.webview((await active.innerText()).trim());
  await panel.getByText('Difference').first().waitFor();
  await workbench.screenshot('comparison');
  expect(workbench.consoleErrors()).toEqual([]);
});
