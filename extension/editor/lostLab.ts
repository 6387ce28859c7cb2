import * as vscode from 'vscode';
import { LabError } from '../contracts/errors.ts';
import type { LabHost } from './labHost.ts';
import { type Log, showError } from './log.ts';

/** Why nothing is shown of a lab that has died. */
export function lostError(): LabError {
  return new LabError('journal.unavailable', vscode.l10n.t('The lab stopped because its journal did.'), {
    action: vscode.l10n.t('Any command opens it again.'),
  });
}

/** Tells that the lab has died, and offers to open it anew: any command does that too. */
export function offerToReopen(host: LabHost, log: Log): vscode.Disposable {
  return host.onDidDie(async (error) => {
    log.error('The lab has died', error);
    const open = vscode.l10n.t('Open Lab Again');
    const text = vscode.l10n.t(
      'The lab stopped because its journal did; nothing that was written is lost, and what was at work goes on when it is open again.',
    );
    if ((await vscode.window.showErrorMessage(text, open)) !== open) return;
    await host.reopen().catch((failure: unknown) => showError(log, 'Open lab', failure));
  });
}
