import * as vscode from 'vscode';
import type { SandboxAlert } from '../contracts/sandboxEvidence.ts';
import { alertSentence } from '../reports/sandboxTexts.ts';
import type { RunPanels } from './commands/services.ts';
import type { LabHost } from './labHost.ts';
import { type Log, showError } from './log.ts';
import { translate } from './translate.ts';

/** How long a warning waits for the daemon to tell whether it can trace, in milliseconds. */
const traceMilliseconds = 1000;

/** Warns at once of a sandbox that did what no honest strategy does. */
export function warnOfAlerts(host: LabHost, panels: RunPanels, log: Log): vscode.Disposable {
  return host.onAlert(({ id, alert }) => {
    const text = alertSentence(alert, translate);
    log.warn(`${vscode.l10n.t('Run {0}', id)}: ${text}`);
    warn(host, panels, log, { id, text }).catch((error: unknown) => showError(log, text, error));
  });
}

/** An alert with the run that it belongs to. */
export interface RunAlert {
  readonly id: string;
  readonly alert: SandboxAlert;
}

async function warn(
  host: LabHost,
  panels: RunPanels,
  log: Log,
  { id, text }: { readonly id: string; readonly text: string },
): Promise<void> {
  const open = vscode.l10n.t('Open Report');
  const showLog = vscode.l10n.t('Show Log');
  const forensics = vscode.l10n.t('Run Forensics');
  const lab = await host.lab();
  const canTrace = await lab.canTrace(AbortSignal.timeout(traceMilliseconds));
  const actions = canTrace ? [open, showLog, forensics] : [open, showLog];
  const answer = await vscode.window.showWarningMessage(text, ...actions);
  // The graph of a run is its report where it failed.
  if (answer === open) await panels.openSaga(id);
  else if (answer === showLog) log.channel.show();
  else if (answer === forensics) await vscode.commands.executeCommand('strategyLab.runForensics', id);
}
