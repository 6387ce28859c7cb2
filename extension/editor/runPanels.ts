import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Decision } from '../contracts/saga.ts';
import type { RunPanels } from './commands/services.ts';
import { panelTypes } from './contributions/views.ts';
import { EvidenceDocuments } from './evidenceDocuments.ts';
import type { LabHost } from './labHost.ts';
import { labReader } from './labMoment.ts';
import type { Log } from './log.ts';
import type { BacktestPanels } from './panels/backtestPanel.ts';
import type { DashboardPanels } from './panels/dashboardPanel.ts';
import type { SagaPanels } from './panels/sagaPanel.ts';
import type { RunBook } from './runBook.ts';

export interface PanelParts {
  readonly context: vscode.ExtensionContext;
  readonly host: LabHost;
  readonly book: RunBook;
  readonly log: Log;
  /** Who decides, for the record of decisions. */
  readonly user: string;
}

/** Opens the panels of runs, and restores them after a reload. What a panel needs is loaded with the first. */
export class PanelOpener implements RunPanels, vscode.Disposable {
  readonly #parts: PanelParts;
  readonly #subscriptions: vscode.Disposable[];
  readonly #evidence: EvidenceDocuments;
  #backtests: Promise<BacktestPanels> | undefined;
  #sagas: Promise<SagaPanels> | undefined;
  #dashboards: Promise<DashboardPanels> | undefined;

  constructor(parts: PanelParts) {
    this.#parts = parts;
    this.#evidence = new EvidenceDocuments({
      readArtefact: async (hash) => (await parts.host.lab()).readArtefact(hash),
    });
    this.#subscriptions = [
      this.#evidence,
      vscode.window.registerWebviewPanelSerializer(panelTypes.backtest, {
        deserializeWebviewPanel: async (panel, state) =>
          (await this.#backtestPanels()).deserializeWebviewPanel(panel, state),
      }),
      vscode.window.registerWebviewPanelSerializer(panelTypes.saga, {
        deserializeWebviewPanel: async (panel, state) =>
          (await this.#sagaPanels()).deserializeWebviewPanel(panel, state),
      }),
      vscode.window.registerWebviewPanelSerializer(panelTypes.dashboard, {
        deserializeWebviewPanel: async (panel, state) =>
          (await this.#dashboardPanels()).deserializeWebviewPanel(panel, state),
      }),
    ];
  }

  async openBacktest(id: string, compareWith?: string): Promise<void> {
    // Beside the strategy, so that both are seen.
    const column = vscode.window.activeTextEditor ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
    (await this.#backtestPanels()).open(id, compareWith, column);
  }

  async openSaga(id: string): Promise<void> {
    (await this.#sagaPanels()).open(id);
  }

  async openDashboard(): Promise<void> {
    (await this.#dashboardPanels()).open();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    void this.#backtests?.then((panels) => panels.dispose());
    void this.#sagas?.then((panels) => panels.dispose());
    void this.#dashboards?.then((panels) => panels.dispose());
  }

  #backtestPanels(): Promise<BacktestPanels> {
    this.#backtests ??= this.#loadBacktests();
    return this.#backtests;
  }

  async #loadBacktests(): Promise<BacktestPanels> {
    const { context, host, book, log } = this.#parts;
    const { BacktestPanels } = await import('./panels/backtestPanel.ts');
    return new BacktestPanels({
      extensionUri: context.extensionUri,
      loadRun: async (id) => (await host.lab()).evidence(id),
      viewRun: (id) => host.view(id),
      onDidChangeRun: host.onDidChangeRun,
      decide: (id, decision) => this.#decide(id, decision),
      listComparable: async (id) =>
        (await book.list())
          .filter((run) => run.figures !== null && run.id !== id)
          .map((run) => ({ id: run.id, title: run.title })),
      sourceText: async (file) => (await vscode.workspace.openTextDocument(vscode.Uri.file(file))).getText(),
      openSource: (file, line) => openSource(vscode.Uri.file(file), line),
      openSaga: (id) => this.openSaga(id),
      renderReport: async (input) => (await host.lab()).renderReport(input),
      saveFile: (name, content) => saveFile(host.folder, name, content),
      log,
    });
  }

  #sagaPanels(): Promise<SagaPanels> {
    this.#sagas ??= this.#loadSagas();
    return this.#sagas;
  }

  async #loadSagas(): Promise<SagaPanels> {
    const { context, host, log } = this.#parts;
    const { SagaPanels } = await import('./panels/sagaPanel.ts');
    const strategyUri = async (file: string) => vscode.Uri.file((await host.lab()).strategyPath(file));
    return new SagaPanels({
      extensionUri: context.extensionUri,
      loadSaga: async (id) => {
        const [history, { turns }] = await Promise.all([host.history(id), host.runs()]);
        return { ...history, isQueued: turns.find((turn) => turn.id === id)?.state === 'waiting' };
      },
      onDidChangeRun: eitherEvent(host),
      onProgress: host.onProgress,
      decide: (id, decision) => this.#decide(id, decision),
      resume: (id) => host.resume(id),
      stop: (id) => host.stop(id),
      cancel: (id) => this.#cancel(id),
      sourceText: async (file) =>
        (await vscode.workspace.openTextDocument(await strategyUri(file))).getText(),
      openSource: async (file) => openSource(await strategyUri(file)),
      openEvidence: (artefact) => this.#evidence.open(artefact),
      diffEvidence: (earlier, later, title) => this.#evidence.diff(earlier, later, title),
      openBacktest: (id) => this.openBacktest(id),
      clock: Date.now,
      log,
    });
  }

  #dashboardPanels(): Promise<DashboardPanels> {
    this.#dashboards ??= this.#loadDashboards();
    return this.#dashboards;
  }

  async #loadDashboards(): Promise<DashboardPanels> {
    const { context, host, log } = this.#parts;
    const { DashboardPanels } = await import('./panels/dashboardPanel.ts');
    return new DashboardPanels({
      extensionUri: context.extensionUri,
      readLab: labReader(host, Date.now),
      onDidChange: anyEvent(host),
      showRuns: () => vscode.commands.executeCommand('strategyLab.runs.focus'),
      resumeQueue: () => host.resumeQueue(),
      log,
    });
  }

  /** Asks first: what is undone cannot be brought back. */
  async #cancel(id: string): Promise<void> {
    const yes = vscode.l10n.t('Cancel Run');
    const answer = await vscode.window.showWarningMessage(
      vscode.l10n.t('Cancel run {0}? It stops for good, and its steps are undone.', id),
      { modal: true },
      yes,
    );
    if (answer === yes) await this.#parts.host.cancel(id, { by: this.#parts.user });
  }

  async #decide(id: string, decision: Decision): Promise<void> {
    await this.#parts.host.decide(id, { by: this.#parts.user, ...decision });
  }
}

/** Changes of runs, and of the queue, which may concern any of them. */
function eitherEvent(host: LabHost): vscode.Event<string> {
  return (listener, self, disposables) => {
    const both = vscode.Disposable.from(
      host.onDidChangeRun(listener, self),
      host.onDidChangeQueue(() => listener.call(self, '')),
    );
    disposables?.push(both);
    return both;
  };
}

/** Whatever changes of the lab. */
function anyEvent(host: LabHost): vscode.Event<unknown> {
  return (listener, self, disposables) => {
    const all = vscode.Disposable.from(
      eitherEvent(host)(listener, self),
      host.onDidChangeData(() => listener.call(self, undefined)),
    );
    disposables?.push(all);
    return all;
  };
}

/** Shows a file at a line, counted from 1. */
async function openSource(file: vscode.Uri, line = 1): Promise<void> {
  const document = await vscode.workspace.openTextDocument(file);
  const place = new vscode.Position(Math.max(0, line - 1), 0);
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(place, place) });
}

async function saveFile(
  folder: vscode.Uri | undefined,
  name: string,
  content: Uint8Array,
): Promise<string | undefined> {
  const file = await vscode.window.showSaveDialog({
    defaultUri: folder ? vscode.Uri.joinPath(folder, name) : vscode.Uri.file(join(homedir(), name)),
  });
  if (file === undefined) return undefined;
  await vscode.workspace.fs.writeFile(file, content);
  return vscode.workspace.asRelativePath(file);
}
