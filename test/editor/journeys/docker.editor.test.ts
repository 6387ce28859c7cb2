import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { call } from '../../cli/program.ts';
import { breakOut, pythonOf, signalsOf } from '../../sandbox/python/support.ts';
import { useEditor } from '../support/editorSession.ts';
import { importFixture } from './steps.ts';

const editor = useEditor({ hasDocker: true });
const view = 'Sandbox and Agents';

/** Writes a strategy in Python into the folder and opens it, and nothing else. */
async function openPython(name: string, source: string): Promise<void> {
  const { workbench, workspace } = editor;
  await writeFile(join(workspace.folder, 'strategies', name), source);
  await workbench.run('View: Close All Editors');
  await workbench.openFile(`strategies/${name}`);
}

test('with Docker the image is built on request, the view says what is there, and a run is made under gVisor', {
  timeout: 300_000,
}, async () => {
  const { workbench, workspace } = editor;
  await importFixture(editor);
  await workbench.run('Strategy Lab: Build Sandbox Image');
  await workbench.notification('The sandbox image is ready').waitFor({ timeout: 120_000 });
  await workbench.openViews('Strategy Lab');
  await workbench.treeRow(view, 'Isolation: gvisor').waitFor();
  const rows = await workbench.treeRows(view);
  expect(rows.find(({ label }) => label === 'docker-runsc')?.description).toMatch(
    /^ready · (every limit holds|the limits that were tried hold)/,
  );

  await workbench.openFile(workspace.strategyFile);
  await workbench.clickCodeLens('Backtest');
  const panel = await workbench.webview('Moving-average cross');
  await panel.getByText('gvisor', { exact: true }).first().waitFor({ timeout: 60_000 });
  expect(await panel.getByText('This is a preview').count()).toBe(0);
  await workbench.screenshot();
  expect(workbench.consoleErrors()).toEqual([]);
});

test('a strategy in Python is judged while it is written, mended by its quick fix, and backtested by its lens', async () => {
  const { workbench } = editor;
  const { page } = workbench;
  const pair = await readFile(
    new URL('../../strategies/pairs/averageCross.strategy.py', import.meta.url),
    'utf8',
  );
  const source = pair
    .replace("'Moving-average cross'", "'Averages in Python'")
    .replace('cross_above(self.fast, self.slow)', 'self.fast.ago(-1) > self.slow.value');
  await openPython('averages.strategy.py', source);
  await expect.poll(() => workbench.codeLenses(), { timeout: 60_000 }).toContain('Guardian errors: 1');
  await page.locator('.squiggly-error').first().waitFor();
  await workbench.screenshot('finding');
  await page.locator('.view-lines').getByText('ago').first().click();
  await page.keyboard.press('Control+.');
  await page.locator('.action-widget').getByText('Look back instead').click();
  await expect.poll(() => workbench.codeLenses(), { timeout: 60_000 }).toContain('Guardian: no findings');

  await workbench.clickCodeLens('Backtest');
  const panel = await workbench.webview('Averages in Python');
  await panel.getByText('gvisor', { exact: true }).first().waitFor({ timeout: 60_000 });
  await panel.getByText('Sharpe').first().waitFor();
  await workbench.screenshot();
  expect(workbench.consoleErrors()).toEqual([]);
});

test('a look ahead that only the double run sees is a problem of the file with the page of its rule, until it is edited', async () => {
  const { workbench } = editor;
  const { page } = workbench;
  await openPython(
    'peek.strategy.py',
    signalsOf(
      "highest = max([price for price in frame['close']])\nreturn (frame['close'] < 0.9 * highest).astype(float)",
    ),
  );
  await expect.poll(() => workbench.codeLenses(), { timeout: 60_000 }).toContain('Guardian: no findings');
  await workbench.clickCodeLens('Backtest');
  await expect.poll(() => workbench.codeLenses(), { timeout: 60_000 }).toContain('Guardian errors: 1');
  const [problem, ...others] = await workbench.problems();
  expect(problem).toMatch(/Two runs over the same bars gave different orders on bar \d+: .* at line 7 /);
  expect(others).toEqual([]);
  await workbench.screenshot('problem');
  await page.keyboard.press('ArrowRight');
  await page.locator('.markers-panel').getByText('D1', { exact: true }).click();
  await page
    .frameLocator('iframe.webview.ready')
    .frameLocator('#active-frame')
    .getByRole('heading', { name: 'D1 Orders that depend on what comes later' })
    .waitFor();
  await workbench.screenshot('page');
  await page.keyboard.press('Control+w');
  await page.locator('.view-lines').getByText('highest =').first().click();
  await page.keyboard.type(' ');
  await expect.poll(() => workbench.codeLenses(), { timeout: 60_000 }).toContain('Guardian: no findings');
});

test('what a strategy that Guardian refused would have done is told by a forensic re-run, and counted in the view and by doctor', async () => {
  const { workbench, workspace } = editor;
  await openPython('escape.strategy.py', pythonOf("os.system('id')", breakOut));
  await expect.poll(() => workbench.codeLenses(), { timeout: 60_000 }).toContain('Guardian errors: 10');
  await workbench.clickCodeLens('Backtest');
  await workbench.notification('Guardian refuses the strategy').waitFor({ timeout: 60_000 });
  await workbench.run('Notifications: Clear All Notifications');
  await workbench.run('Strategy Lab: Run Forensics');
  await workbench.pick('escape.strategy.py');
  await workbench.pressInNotification(
    'Forensic re-run under runsc-strace. Kinds of suspicious calls: 1.',
    'Open Run Graph',
  );
  const panel = await workbench.webview('Run ');
  await panel.getByText('Signs of an attempt to break out').waitFor();
  await panel.getByText('It tried to make a process of its own.').first().waitFor();
  await workbench.screenshot('graph');

  await workbench.openViews('Strategy Lab');
  const rows = () => workbench.treeRows(view);
  await expect.poll(rows, { timeout: 30_000 }).toContainEqual({
    label: 'Attempts to break out: 1',
    description: '1 × It tried to make a process of its own.',
  });
  const environment = { STRATEGY_LAB_DOCKER_SOCKET: process.env['STRATEGY_LAB_DOCKER_SOCKET'] ?? '' };
  const { stdout } = await call(['doctor', '--json'], { folder: workspace.folder, environment });
  expect(JSON.parse(stdout).sandbox_escape_attempts_total).toEqual({ 'forensics.process': 1 });
});
