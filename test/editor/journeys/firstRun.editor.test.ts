import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataFolder, hasData } from '../../market/dataFolder.ts';
import { useEditor } from '../support/editorSession.ts';
import { importFile } from './steps.ts';

const editor = useEditor();
const idea = 'Buy when the 10-hour average crosses above the 30-hour one, sell on the way back, stop at 5%';

test('a person comes from the walkthrough over data and an idea to a strategy that they approve', {
  timeout: 300_000,
}, async () => {
  const { workbench, workspace } = editor;
  const { page } = workbench;
  const [file, market] = hasData
    ? [join(dataFolder, 'crypto-1h/Binance_BTCUSDT_1h.csv'), 'BTC/USDT']
    : [join(workspace.folder, workspace.dataFile), 'DEMO/USDT'];

  await workbench.run('Welcome: Open Walkthrough...');
  await workbench.type('From an idea');
  await workbench.pick('From an idea to a strategy you can trust');
  await page.getByRole('button', { name: 'Check Setup' }).first().click();
  await workbench.treeRow('Sandbox and Agents', 'Isolation: preview').waitFor();
  await workbench.notification('Strategies run at').waitFor();
  await workbench.screenshot('walkthrough');

  await importFile({ workbench }, file);
  await workbench.screenshot('data');

  await workbench.run('Strategy Lab: New Strategy from Idea');
  await workbench.answer(idea);
  await workbench.pick(market);
  await workbench.pick('1h');
  await workbench.pick('All data');
  await workbench.pick('Up to 9 parameter sets');

  await workbench.openViews('Strategy Lab');
  const graph = await workbench.webview('Run');
  await graph.getByText('Your decision').first().waitFor({ timeout: 120_000 });
  await workbench.screenshot('graph');

  await workbench.pressInNotification('waits for your review', 'Open Backtest');
  const backtest = await workbench.webview('moving-average-cross');
  await backtest.getByText('Sharpe').first().waitFor();
  await workbench.screenshot('backtest');
  await backtest.getByRole('textbox').first().fill('The held-back part is weak; for paper it will do.');
  await backtest.getByRole('button', { name: 'Approve' }).click();
  const state = async () => (await workbench.treeRows('Runs'))[0]?.description ?? '';
  await expect.poll(state, { timeout: 30_000 }).toMatch(/approved$/);
  await workbench.screenshot('approved');
  expect(workbench.consoleErrors()).toEqual([]);
});
