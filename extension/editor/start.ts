import { userInfo } from 'node:os';
import * as vscode from 'vscode';
import { DataChoice } from './commands/chooseData.ts';
import { importData } from './commands/importData.ts';
import type { RunServices } from './commands/services.ts';
import { DataQualityDocuments } from './dataQualityDocuments.ts';
import { FailureMarks } from './failureMarks.ts';
import { GuardianControl } from './guardianControl.ts';
import { LabHost } from './labHost.ts';
import { StrategyLenses } from './lenses.ts';
import { Log, showError } from './log.ts';
import { registerCommands } from './registerCommands.ts';
import { RunBook } from './runBook.ts';
import { PanelOpener } from './runPanels.ts';
import { StatusBar } from './statusBar.ts';
import { strategySelector } from './strategyFiles.ts';
import { DataSetsView } from './views/dataSetsView.ts';
import { RunsView } from './views/runsView.ts';
import { SandboxView } from './views/sandboxView.ts';
import { StrategiesView } from './views/strategiesView.ts';

export interface StartedEditor {
  readonly log: Log;
  /** Stops what runs and closes the lab. */
  readonly close: () => Promise<void>;
}

/**
 * Makes and wires the parts of the extension. Opens no lab and loads nothing heavy: both wait for their
 * first use.
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
  const lenses = new StrategyLenses(host, book, data);
  const statusBar = new StatusBar(host, book, log);
  context.subscriptions.push(
    log,
    host,
    quality,
    guardian,
    panels,
    sandboxView,
    lenses,
    statusBar,
    vscode.languages.registerCodeLensProvider(strategySelector, lenses),
    registerView('strategyLab.strategies', new StrategiesView(host, book)),
    registerView('strategyLab.runs', new RunsView(host, book)),
    registerView('strategyLab.data', new DataSetsView(host)),
    registerView('strategyLab.sandbox', sandboxView),
    new FailureMarks(host, book, log),
    registerCommands({ runs, importServices, guardian, sandboxView, log }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => host.refresh()),
  );
  statusBar.update();
  void offerToResume(runs).catch((error: unknown) => showError(log, 'Interrupted runs', error));
  return { log, close: () => host.close() };
}

/** Who decides; some containers run people whom the system has no name for. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env['USER'] ?? '';
  }
}

function registerView<T>(
  id: string,
  provider: vscode.TreeDataProvider<T> & vscode.Disposable,
): vscode.Disposable {
  return vscode.Disposable.from(vscode.window.registerTreeDataProvider(id, provider), provider);
}

/** Runs that a crash or a closed window interrupted go on only when the person says so. */
async function offerToResume({ book, host, log }: RunServices): Promise<void> {
  const interrupted = (await book.list()).filter(({ state }) => state === 'interrupted');
  if (interrupted.length === 0) return;
  const resume = vscode.l10n.t('Resume');
  const text =
    interrupted.length === 1
      ? vscode.l10n.t('A run was interrupted: {0}', interrupted[0]?.title ?? '')
      : vscode.l10n.t('{0} runs were interrupted.', interrupted.length);
  if ((await vscode.window.showInformationMessage(text, resume)) !== resume) return;
  for (const { id } of interrupted) {
    host.resume(id).catch((error: unknown) => showError(log, `Run ${id}`, error));
  }
}
