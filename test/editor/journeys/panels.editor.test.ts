import { describe, expect, test } from 'vitest';
import { useEditor } from '../support/editorSession.ts';
import { type Theme, themes } from '../support/settings.ts';
import { importFixture } from './steps.ts';

const title = 'Moving-average cross';

describe.each(Object.keys(themes) as Theme[])('in the theme %s', (theme) => {
  const editor = useEditor({ theme, workspace: { bars: 6000 } });

  test('both panels show a run', async () => {
    const { workbench, workspace } = editor;
    await importFixture(editor);
    await workbench.openFile(workspace.strategyFile);
    await workbench.clickCodeLens('Optimize');
    await (await workbench.webview(title)).getByText('Sharpe').first().waitFor({ timeout: 60_000 });
    await workbench.page.keyboard.press('Control+b');
    await workbench.run('Notifications: Clear All Notifications');
    await workbench.tab('cross.strategy.ts').getByRole('button', { name: /Close/ }).click();
    const backtest = await workbench.webview(title);
    await backtest.getByText('Sharpe').first().waitFor();
    // The README's pictures of both panels are those of the dark theme.
    await workbench.screenshot('backtest');
    await backtest.getByRole('tab', { name: 'Orders' }).click();
    await backtest.getByText(/^([\d,]+) of \1 events$/).waitFor();
    await backtest.getByRole('tab', { name: 'Gate' }).click();
    await backtest.getByText('Deflated Sharpe ratio').first().waitFor();
    await workbench.screenshot('gate');
    await backtest.getByRole('button', { name: 'Open Run Graph' }).click();
    const graph = await workbench.webview('Run');
    await graph.getByText('Your decision').first().waitFor();
    await workbench.screenshot('graph');

    expect(workbench.consoleErrors()).toEqual([]);
  });

  // Once is enough: what comes back has no colour.
  if (theme !== 'dark') return;

  test('they come back after the window was reloaded', async () => {
    const { workbench } = editor;
    await workbench.reload();
    await (await workbench.webview('Run')).getByText('Your decision').first().waitFor();
    await (await workbench.webview(title)).getByText('Sharpe').first().waitFor();
    expect(workbench.consoleErrors()).toEqual([]);
  });
});
