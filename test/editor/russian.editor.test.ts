import { expect, test } from 'vitest';
import { useEditor } from './support/editorSession.ts';

const editor = useEditor({ language: 'ru' });

test('views say in Russian what they hold and how to begin', async () => {
  const { workbench } = editor;
  await workbench.openViews('Strategy Lab');
  const data = workbench.view('Данные');
  await data.getByText('Рыночных данных пока нет').waitFor();
  await data.getByRole('button', { name: 'Импортировать данные' }).waitFor();
  await workbench.view('Стратегии').getByText('ещё не запускалась').waitFor();
  await workbench.screenshot();
  expect(workbench.consoleErrors()).toEqual([]);
});

test('a command is found by its Russian title, and asks in Russian', async () => {
  const { workbench } = editor;
  await workbench.run('Strategy Lab: Новая стратегия из идеи');
  await workbench.quickInput.getByText('Когда покупать, когда продавать').waitFor();
  await workbench.screenshot();
  await workbench.page.keyboard.press('Escape');
  expect(workbench.consoleErrors()).toEqual([]);
});

test('the lenses of a strategy and both panels of a run are in Russian', async () => {
  const { workbench, workspace } = editor;
  await workbench.run('Strategy Lab: Добавить синтетический рынок');
  await workbench.openFile(workspace.strategyFile);
  await workbench.clickCodeLens('Бэктест');
  const backtest = await workbench.webview('Moving-average cross');
  await backtest.getByText('Синтетические данные: эти цены сгенерированы').waitFor({ timeout: 60_000 });
  await backtest.getByText('Шарп').first().waitFor();
  await workbench.screenshot('backtest');
  await backtest.getByRole('button', { name: 'Открыть граф прогона' }).click();
  const graph = await workbench.webview('Прогон');
  await graph.getByText('Ваше решение').first().waitFor();
  await workbench.screenshot('graph');
  expect(workbench.consoleErrors()).toEqual([]);
});
