import * as vscode from 'vscode';
import { LabError } from '../../contracts/errors.ts';
import type { GuardedFile, GuardFilesResult } from '../../contracts/languageServer.ts';

/** Whoever judges files and shows what is found in them. */
export interface FileGuard {
  guardFiles(
    uris: readonly vscode.Uri[],
    token: vscode.CancellationToken,
    progress: vscode.Progress<{ message?: string; increment?: number }>,
  ): Promise<GuardFilesResult>;
}

/** Judges every strategy file and says in one sentence what came of it. */
export async function guardAll(
  guard: FileGuard,
  findFiles: (token: vscode.CancellationToken) => Promise<readonly vscode.Uri[]>,
): Promise<void> {
  const files = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Guardian judges the strategies'),
      cancellable: true,
    },
    async (progress, token) => {
      try {
        const uris = await findFiles(token);
        return token.isCancellationRequested
          ? undefined
          : (await guard.guardFiles(uris, token, progress)).files;
      } catch (error) {
        if (LabError.is(error, 'cancelled')) return undefined;
        throw error;
      }
    },
  );
  if (files !== undefined) await tell(files);
}

async function tell(files: readonly GuardedFile[]): Promise<void> {
  if (files.length === 0) {
    const sentence = vscode.l10n.t(
      'There is no strategy yet: its file is named *.strategy.ts, *.strategy.js or *.strategy.py.',
    );
    await vscode.window.showInformationMessage(sentence);
    return;
  }
  const count = (key: 'errors' | 'warnings' | 'infos') => files.reduce((sum, file) => sum + file[key], 0);
  const unread = files.filter(({ problem }) => problem !== undefined).length;
  const found = [count('errors'), count('warnings'), count('infos')] as const;
  const sentences = [
    vscode.l10n.t('Strategies: {0}. Errors: {1}. Warnings: {2}. Remarks: {3}.', files.length, ...found),
    ...(unread > 0 ? [vscode.l10n.t('Could not be read: {0}.', unread)] : []),
  ];
  const showProblems = vscode.l10n.t('Show Problems');
  const actions = found.some((number) => number > 0) ? [showProblems] : [];
  const show =
    found[0] + unread > 0 ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
  if ((await show(sentences.join(' '), ...actions)) === showProblems) {
    await vscode.commands.executeCommand('workbench.actions.view.problems');
  }
}
