import { expect, test } from 'vitest';
import { useEditor } from '../support/editorSession.ts';
import { importFixture } from './steps.ts';

const strategy = `import { defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Throws',
  setup: ({ indicators }) => ({ average: indicators.sma(20) }),
  next({ bar, position, orders }, { average }) {
    if (bar.index === 500) throw new RangeError('no such level');
    if (position.isFlat && bar.close > average.value) orders.buy({ percent: 50, stopLossPercent: 5 });
    else if (position.isLong && bar.close < average.value) orders.close();
  },
});
`;
const editor = useEditor({ workspace: { strategy } });

test('a strategy that throws is told of with its place, and its line is marked with the bar until it is edited', async () => {
  const { workbench, workspace } = editor;
  const { page } = workbench;
  await importFixture(editor);
  await workbench.openFile(workspace.strategyFile);
  await workbench.clickCodeLens('Backtest');
  await workbench.notification('no such level').waitFor({ timeout: 60_000 });
  const line = page.locator('.view-line').filter({ hasText: 'no such level' });
  // What is written behind a line is style, not text.
  const mark = () =>
    line.evaluate((element) =>
      [...element.querySelectorAll('span')]
        .map((span) => element.ownerDocument.defaultView.getComputedStyle(span, '::after').content)
        .find((content) => content.includes('failed')),
    );
  await expect
    .poll(async () => (await mark())?.replaceAll('\u00a0', ' '))
    .toContain('the last run failed here at bar 500, 2022-01-21 20:00 UTC');
  await workbench.openViews('Strategy Lab');
  await expect.poll(async () => (await workbench.treeRows('Runs'))[0]?.description).toBe('failed');
  await workbench.screenshot();

  await line.click();
  await page.keyboard.press('End');
  await page.keyboard.type(' ');
  await expect.poll(mark).toBeUndefined();
});
