import { expect, test } from 'vitest';
import { useEditor } from '../support/editorSession.ts';
import { crossStrategy } from '../support/workspace.ts';

const strategy = crossStrategy
  .replace('{ position, orders }', '{ position, orders, log }')
  .replace('if (position.isFlat', "log('bar');\n    if (position.isFlat");
const editor = useEditor({ workspace: { strategy } });

test("a finding's link shows the page of its rule, from the hover and from the list of problems", async () => {
  const { workbench, workspace } = editor;
  const { page } = workbench;
  const pageOfRule = page
    .frameLocator('iframe.webview.ready')
    .frameLocator('#active-frame')
    .getByRole('heading', { name: 'RES005 Log on every bar' });

  await workbench.openFile(workspace.strategyFile);
  const hover = page.locator('.monaco-hover:visible');
  // A hover that is drawn anew under the pointer swallows the click.
  const openFromHover = async (): Promise<void> => {
    await page.locator('.squiggly-warning').hover({ force: true });
    await hover.getByText('The log keeps 64 KiB').waitFor();
    await hover.locator('a.code-link').click();
    await pageOfRule.waitFor({ timeout: 10_000 });
  };
  await openFromHover().catch(openFromHover);
  await page.keyboard.press('Control+w');
  await pageOfRule.waitFor({ state: 'detached' });

  await workbench.run('Problems: Focus on Problems View');
  await page.keyboard.press('ArrowRight');
  await page.locator('.markers-panel').getByText('RES005', { exact: true }).click();
  await pageOfRule.waitFor();
  expect(workbench.consoleErrors()).toEqual([]);
});
