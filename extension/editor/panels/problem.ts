import * as vscode from 'vscode';
import { LabError } from '../../contracts/errors.ts';
import { redact } from '../../observability/redact.ts';

/** What a panel shows of an error: a sentence on what was wrong, and one on what to do. */
export function problemOf(error: unknown): { message: string; action: string | null } {
  if (LabError.is(error)) return { message: redact(error.message), action: error.action ?? null };
  const message = error instanceof Error ? error.message : String(error);
  return {
    message: redact(vscode.l10n.t('Something in the lab itself went wrong: {0}', message)),
    action: vscode.l10n.t('The log has the details.'),
  };
}
