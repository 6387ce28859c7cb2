import { expect, test } from 'vitest';
import { useEditor } from '../support/editorSession.ts';
import { slowBars, slowStrategy } from './slowStrategy.ts';
import { importFixture } from './steps.ts';

const editor = useEditor({ workspace: { bars: slowBars, strategy: slowStrategy } });

const state = async (): Promise<string> => {
  const [run] = await editor.workbench.treeRows('Runs');
  return run?.description ?? '';
};

test('a run whose extension host is killed goes on by itself to its review', async () => {
  const { workbench, server, workspace } = editor;
  await importFixture(editor);
  await workbench.openFile(workspace.strategyFile);
  await workbench.clickCodeLens('Backtest');
  await workbench.openViews('Strategy Lab');
  await expect.poll(state, { timeout: 60_000 }).toBe('running');
  await workbench.notification('Backtest of cross.strategy.ts').waitFor();
  await workbench.screenshot('running');

  await server.killExtensionHosts();

  await expect.poll(state, { timeout: 120_000 }).toMatch(/waits for you: Review$/);
  const backtest = async () =>
    (await workbench.treeRows('Runs')).find(({ label }) => label === 'Backtest')?.description ?? '';
  await expect.poll(backtest).toContain('2 attempts');
  await workbench.screenshot('gone-on');
});
