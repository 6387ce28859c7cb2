import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import { formatTime } from '../../webviews/shared/format.ts';
import type { LabHost } from './labHost.ts';
import type { Log } from './log.ts';
import type { RunBook, RunSummary } from './runBook.ts';
import { readSetting } from './settings.ts';
import { isStrategy } from './strategyFiles.ts';

/** Marks the line at which the last run of a strategy failed, with the bar and its time. */
export class FailureMarks implements vscode.Disposable {
  readonly #book: RunBook;
  readonly #log: Log;
  readonly #mark: vscode.TextEditorDecorationType;
  readonly #subscriptions: vscode.Disposable[];

  constructor(host: LabHost, book: RunBook, log: Log) {
    this.#book = book;
    this.#log = log;
    this.#mark = vscode.window.createTextEditorDecorationType({
      isWholeLine: true,
      overviewRulerColor: new vscode.ThemeColor('editorError.foreground'),
      overviewRulerLane: vscode.OverviewRulerLane.Left,
      backgroundColor: new vscode.ThemeColor('inputValidation.errorBackground'),
      after: { color: new vscode.ThemeColor('editorError.foreground'), margin: '0 0 0 2em' },
    });
    const all = () => this.#markVisible();
    this.#subscriptions = [
      this.#mark,
      host.onDidChangeRun(all),
      vscode.window.onDidChangeVisibleTextEditors(all),
      // Lines move with the first edit: the mark speaks of the text as it was run.
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.#clear(document);
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('strategyLab.failureMarks')) all();
      }),
    ];
    all();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #markVisible(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      if (isStrategy(editor.document)) void this.#markEditor(editor);
    }
  }

  async #markEditor(editor: vscode.TextEditor): Promise<void> {
    try {
      const { document } = editor;
      if (!vscode.workspace.isTrusted) return;
      const isWanted = readSetting('strategyLab.failureMarks.enabled', document.uri);
      const [last] = isWanted ? await this.#book.ofFile(document.uri.fsPath) : [];
      const mark = last === undefined ? undefined : markOf(last, document);
      editor.setDecorations(this.#mark, mark === undefined ? [] : [mark]);
    } catch (error) {
      this.#log.error('The last failure cannot be marked', error);
    }
  }

  #clear(document: vscode.TextDocument): void {
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document === document) editor.setDecorations(this.#mark, []);
    }
  }
}

function markOf(
  { state, error, codeHash }: RunSummary,
  document: vscode.TextDocument,
): vscode.DecorationOptions | undefined {
  const line = error?.place?.line;
  if (state !== 'failed' || error === null || line === undefined || line > document.lineCount)
    return undefined;
  if (createHash('sha256').update(document.getText()).digest('hex') !== codeHash) return undefined;
  const { bar, time } = error.place ?? {};
  const where =
    bar === undefined
      ? vscode.l10n.t('the last run failed here')
      : vscode.l10n.t(
          'the last run failed here at bar {0}, {1} UTC',
          bar,
          time === undefined ? '' : formatTime(time),
        );
  return {
    range: document.lineAt(line - 1).range,
    hoverMessage: new vscode.MarkdownString().appendText(`${error.message} ${error.action ?? ''}`),
    renderOptions: { after: { contentText: `⟵ ${where}` } },
  };
}
