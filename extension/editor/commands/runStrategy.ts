import { basename } from 'node:path';
import * as vscode from 'vscode';
import { LabError } from '../../contracts/errors.ts';
import { strategyFileName } from '../../contracts/languageServer.ts';
import type { SagaView } from '../../contracts/saga.ts';
import { highPriority } from '../../contracts/tasks.ts';
import { errorOf } from '../../orchestrator/saga/errorRecord.ts';
import { backtestSagaName, optimiseSagaName, stressSagaName } from '../../pipelines/assess/contracts.ts';
import { formatMetric } from '../../reports/metricTexts.ts';
import { showError } from '../log.ts';
import type { RunServices } from './services.ts';
import { type FilePipeline, fileRunRequest, followRun } from './startRun.ts';

/** Takes a strategy file through a pipeline to its review, and opens the result. */
export async function runStrategy(
  services: RunServices,
  pipeline: FilePipeline,
  file?: vscode.Uri,
): Promise<void> {
  const document = await strategyDocument(file);
  await services.host.lab();
  const data = await services.data.forFile(document.uri);
  if (data === undefined) return;
  const request = await fileRunRequest(services.book, { pipeline, document, data });
  const run = await services.host.start(request, 0);
  const name = basename(document.fileName);
  const view = await followRun(services.host, run, titleOf(pipeline, name, data.title));
  await present(services, view);
}

function titleOf(pipeline: FilePipeline, name: string, data: string): string {
  if (pipeline === backtestSagaName) return vscode.l10n.t('Backtest of {0} on {1}', name, data);
  if (pipeline === optimiseSagaName) return vscode.l10n.t('Search for {0} on {1}', name, data);
  if (pipeline === stressSagaName) return vscode.l10n.t('Stress test of {0} on {1}', name, data);
  return vscode.l10n.t('Walk-forward of {0} on {1}', name, data);
}

/** What `mcp.runTest` answers to a program. */
export interface TestAnswer {
  readonly taskId: string;
  readonly state: string;
}

/**
 * Tests the active editor's text as a task of priority 10: it starts at once, whatever else runs. Shows
 * the task's id, then its result.
 */
export async function testStrategy(services: RunServices): Promise<TestAnswer | undefined> {
  const document = vscode.window.activeTextEditor?.document;
  if (document === undefined) {
    throw new LabError('usage', vscode.l10n.t('There is no active editor with a strategy in it.'), {
      action: vscode.l10n.t('Open a strategy file, then test it.'),
    });
  }
  await services.host.lab();
  const data = await services.data.forFile(document.uri);
  if (data === undefined) return undefined;
  const request = await fileRunRequest(services.book, { pipeline: backtestSagaName, document, data });
  const run = await services.host.start(request, highPriority);
  const title = vscode.l10n.t('Task {0}: test this strategy on {1}', run.id, data.title);
  void vscode.window.showInformationMessage(vscode.l10n.t('Task {0} has begun.', run.id));
  const view = await followRun(services.host, run, title);
  if (view.state === 'failed') await present(services, view);
  else void tellResult(services, view).catch((error: unknown) => showError(services.log, 'Test', error));
  return { taskId: run.id, state: view.state };
}

async function tellResult({ book, panels }: RunServices, view: SagaView): Promise<void> {
  const summary = (await book.list()).find(({ id }) => id === view.id);
  const figures = summary?.figures ?? null;
  if (figures === null) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t('Task {0} was stopped before it had a result.', view.id),
    );
    return;
  }
  const [sharpe, drawdown] = [figures.sharpe, figures.maxDrawdown];
  const text = vscode.l10n.t(
    'Task {0}: Sharpe {1}, maximum drawdown {2}. It waits for your review.',
    view.id,
    sharpe === null ? vscode.l10n.t('not available') : formatMetric('sharpe', sharpe),
    drawdown === null ? vscode.l10n.t('not available') : formatMetric('maxDrawdown', drawdown),
  );
  const open = vscode.l10n.t('Open Backtest');
  if ((await vscode.window.showInformationMessage(text, open)) === open) await panels.openBacktest(view.id);
}

/** Opens the result of a run that has come to rest; a failed one tells why and where. */
async function present({ panels }: RunServices, view: SagaView): Promise<void> {
  if (view.state === 'failed' && view.error !== null) throw errorOf(view.error);
  if (view.waitingFor !== null || view.state === 'completed') await panels.openBacktest(view.id);
}

/** The given file, or the strategy in the active editor. @throws LabError `usage` */
export async function strategyDocument(file: vscode.Uri | undefined): Promise<vscode.TextDocument> {
  if (file !== undefined) return vscode.workspace.openTextDocument(file);
  const document = vscode.window.activeTextEditor?.document;
  if (document !== undefined && strategyFileName.test(document.fileName)) return document;
  throw new LabError('usage', vscode.l10n.t('The active editor holds no strategy file.'), {
    action: vscode.l10n.t(
      'Open a file whose name ends in .strategy.ts or .strategy.py, or begin with New Strategy File.',
    ),
  });
}
