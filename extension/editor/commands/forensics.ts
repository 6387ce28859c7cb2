import * as vscode from 'vscode';
import { LabError } from '../../contracts/errors.ts';
import { forensicSentence } from '../../reports/sandboxTexts.ts';
import { translate } from '../translate.ts';
import { pickRun } from './decide.ts';
import type { RunServices } from './services.ts';

/** Runs the strategy of a run again under a trace of its system calls, and tells what it did. */
export async function runForensicsOn(services: RunServices, id?: string): Promise<void> {
  const { book, host, panels } = services;
  const title = vscode.l10n.t('Run Forensics');
  const none = new LabError('not-found', vscode.l10n.t('There is no run yet.'), {
    action: vscode.l10n.t('Start a run first.'),
  });
  const run = id ?? (await pickRun(await book.list(), () => true, { title, none }))?.id;
  if (run === undefined) return;
  const lab = await host.lab();
  const report = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      const stop = new AbortController();
      token.onCancellationRequested(() => stop.abort());
      const tell = (fraction: number): void =>
        progress.report({ message: `${Math.floor(fraction * 100)} %` });
      return lab.forensics(run, { signal: stop.signal, progress: tell });
    },
  );
  const open = vscode.l10n.t('Open Run Graph');
  const text = forensicSentence(report, translate);
  const answer =
    report.findings.length === 0
      ? await vscode.window.showInformationMessage(text, open)
      : await vscode.window.showWarningMessage(text, open);
  if (answer === open) await panels.openSaga(run);
}
