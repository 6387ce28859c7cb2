import { basename } from 'node:path';
import * as vscode from 'vscode';
import { strategyFilesGlob } from '../../contracts/languageServer.ts';
import type { LabHost } from '../labHost.ts';
import type { RunBook, RunSummary } from '../runBook.ts';
import { strategyFiles } from '../strategyFiles.ts';
import { figureTexts, stateText } from './runsView.ts';

/** The strategy files of the workspace, each with its last result and state. */
export class StrategiesView implements vscode.TreeDataProvider<vscode.Uri>, vscode.Disposable {
  readonly #book: RunBook;
  readonly #changed = new vscode.EventEmitter<vscode.Uri | undefined>();
  readonly #subscriptions: vscode.Disposable[];
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(host: LabHost, book: RunBook) {
    this.#book = book;
    const fire = () => this.#changed.fire(undefined);
    const watcher = vscode.workspace.createFileSystemWatcher(strategyFilesGlob, false, true, false);
    this.#subscriptions = [
      watcher,
      watcher.onDidCreate(fire),
      watcher.onDidDelete(fire),
      host.onDidChangeRun(fire),
      vscode.workspace.onDidGrantWorkspaceTrust(fire),
      this.#changed,
    ];
  }

  async getChildren(parent?: vscode.Uri): Promise<vscode.Uri[]> {
    if (parent !== undefined) return [];
    const files = await strategyFiles();
    return files.sort((a, b) => (basename(a.fsPath) < basename(b.fsPath) ? -1 : 1));
  }

  async getTreeItem(file: vscode.Uri): Promise<vscode.TreeItem> {
    // What hinders the runs is told in their own view.
    const runs = vscode.workspace.isTrusted ? this.#book.ofFile(file.fsPath).catch(() => []) : [];
    const [last] = await runs;
    const item = new vscode.TreeItem(file);
    const result = last === undefined ? vscode.l10n.t('not run yet') : resultText(last);
    item.id = file.toString();
    item.description = result;
    item.contextValue = 'strategy';
    item.iconPath = new vscode.ThemeIcon('symbol-method');
    item.command = { command: 'vscode.open', title: vscode.l10n.t('Open'), arguments: [file] };
    item.accessibilityInformation = { label: `${basename(file.fsPath)}, ${result}` };
    return item;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}

function resultText(run: RunSummary): string {
  return [...figureTexts(run.figures), stateText(run)].join(' · ');
}
