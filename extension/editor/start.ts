import { userInfo } from 'node:os';
import * as vscode from 'vscode';
import { ApiServer } from './apiServer.ts';
import { DataChoice } from './commands/chooseData.ts';
import { importData } from './commands/importData.ts';
import type { RunServices } from './commands/services.ts';
import type { ViewId } from './contributions/views.ts';
import { DataQualityDocuments } from './dataQualityDocuments.ts';
import { FailureMarks } from './failureMarks.ts';
import { GuardianControl } from './guardianControl.ts';
import { LabHost } from './labHost.ts';
import { StrategyLenses } from './lenses.ts';
import { Log, sentenceOf, showError } from './log.ts';
import { offerToReopen } from './lostLab.ts';
import { registerCommands } from './registerCommands.ts';
import { RunBook } from './runBook.ts';
import { PanelOpener } from './runPanels.ts';
import { warnOfAlerts } from './sandboxAlerts.ts';
import { StatusBar } from './statusBar.ts';
import { strategySelector } from './strategyFiles.ts';
import { DataSetsView } from './views/dataSetsView.ts';
import { RunsView } from './views/runsView.ts';
import { SandboxView } from './views/sandboxView.ts';
import { StrategiesView } from './views/strategiesView.ts';

export interface StartedEditor {
  readonly log: Log;
  /** Gives back what runs and closes the lab. */
  readonly close: () => Promise<void>;
}

/**
 * Makes and wires the parts of the extension. Loads nothing heavy and makes no lab: both wait for their
 * first use. A lab that is there is opened once this is done, to tell what it holds.
 */
export function startEditor(context: vscode.ExtensionContext): StartedEditor {
  const log = new Log(vscode.window.createOutputChannel('Strategy Lab', { log: true }));
  const assets = vscode.Uri.joinPath(context.extensionUri, 'dist').fsPath;
  const host = new LabHost({
    folder: vscode.workspace.workspaceFolders?.[0]?.uri,
    assets,
    environment: process.env,
    clock: Date.now,
    log,
  });
  const book = new RunBook(host);
  const quality = new DataQualityDocuments();
  const importServices = { host, log, clock: Date.now, showQuality: quality.show.bind(quality) };
  const data = new DataChoice({
    host,
    memory: context.workspaceState,
    importFile: () => importData(importServices),
  });
  const guardian = new GuardianControl({ context, host, book, log });
  const user = userName();
  const panels = new PanelOpener({ context, host, book, log, user });
  const runs: RunServices = { host, book, log, data, panels, user };
  const sandboxView = new SandboxView();
  const lenses = new StrategyLenses(host, book, data, guardian);
  const api = new ApiServer(host, log);
  const statusBar = new StatusBar(host, book, log);
  context.subscriptions.push(
    host,
    quality,
    guardian,
    panels,
    sandboxView,
    lenses,
    statusBar,
    api,
    vscode.languages.registerCodeLensProvider(strategySelector, lenses),
    registerView('strategyLab.strategies', new StrategiesView(host, book), log),
    registerView('strategyLab.runs', new RunsView(host, book), log),
    registerView('strategyLab.data', new DataSetsView(host), log),
    registerView('strategyLab.sandbox', sandboxView, log),
    new FailureMarks(host, book, log),
    warnOfAlerts(host, panels, log),
    offerToReopen(host, log),
    host.onDidChangeRun(() => {
      const failed = (error: unknown): void => log.error('Attempts to break out cannot be counted', error);
      host.list().then((list) => sandboxView.count(list), failed);
    }),
    registerCommands({ runs, importServices, guardian, sandboxView, api, log }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => host.refresh()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      host.takeSettings(event).catch((error: unknown) => showError(log, 'Settings', error));
    }),
  );
  statusBar.update();
  void offerToResume(runs).catch((error: unknown) => showError(log, 'Interrupted runs', error));
  return {
    log,
    async close() {
      await api.stop();
      await host.close();
      // Last: what ends still has something to say.
      log.dispose();
    },
  };
}

/** Who decides; some containers run people whom the system has no name for. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env['USER'] ?? '';
  }
}

/** A view that says in a sentence what hinders it, and logs the rest. */
function registerView<T>(
  id: ViewId,
  provider: vscode.TreeDataProvider<T> & vscode.Disposable,
  log: Log,
): vscode.Disposable {
  const view = vscode.window.createTreeView<T>(id, {
    treeDataProvider: {
      ...(provider.onDidChangeTreeData && { onDidChangeTreeData: provider.onDidChangeTreeData }),
      getTreeItem: (element) => provider.getTreeItem(element),
      async getChildren(element) {
        try {
          const children = await provider.getChildren(element);
          if (view.message) view.message = '';
          return children;
        } catch (error) {
          log.error(id, error);
          view.message = sentenceOf(error);
          return [];
        }
      },
    },
  });
  return vscode.Disposable.from(view, provider);
}

/** What the queue has goes on by itself; a run that was stopped, or that a terminal left, when the person says so. */
async function offerToResume(runs: RunServices): Promise<void> {
  const { book, log } = runs;
  const interrupted = (await book.list()).filter(({ state }) => state === 'interrupted');
  if (interrupted.length === 0) return;
  const resume = vscode.l10n.t('Resume');
  const text =
    interrupted.length === 1
      ? vscode.l10n.t('A run was interrupted: {0}', interrupted[0]?.title ?? '')
      : vscode.l10n.t('{0} runs were interrupted.', interrupted.length);
  if ((await vscode.window.showInformationMessage(text, resume)) !== resume) return;
  const { resumeAndTell } = await import('./commands/startRun.ts');
  for (const { id } of interrupted) {
    resumeAndTell(runs, id).catch((error: unknown) => showError(log, `Run ${id}`, error));
  }
}
