import * as vscode from 'vscode';
import { LabError } from '../contracts/errors.ts';
import type { LogRecord } from '../contracts/logRecord.ts';
import { redact } from '../observability/redact.ts';

/** The extension's one log. What looks like a secret never reaches it. */
export class Log implements vscode.Disposable {
  readonly channel: vscode.LogOutputChannel;

  constructor(channel: vscode.LogOutputChannel) {
    this.channel = channel;
  }

  info(text: string): void {
    this.channel.info(redact(text));
  }

  warn(text: string): void {
    this.channel.warn(redact(text));
  }

  /** The whole of an error, with its causes: for the log, not for people. */
  error(what: string, error: unknown): void {
    this.channel.error(redact(`${what}: ${describe(error)}`));
  }

  /** A line of the lab's own log, which has been cleaned. */
  take({ level, message, trace_id: trace, metadata }: LogRecord): void {
    const facts = Object.keys(metadata).length === 0 ? '' : ` ${JSON.stringify(metadata)}`;
    this.channel[level](`${message}${facts}${trace === null ? '' : ` trace ${trace}`}`);
  }

  dispose(): void {
    this.channel.dispose();
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const facts = LabError.is(error) ? `[${error.reason}] ` : '';
  const cause = error.cause === undefined ? '' : `\nCaused by: ${describe(error.cause)}`;
  return `${facts}${error.stack ?? error.message}${cause}`;
}

/**
 * Shows an error as one sentence and one action, and keeps the whole of it in the log. What an action asks to
 * write into a file stands below its sentence, and is given to the clipboard.
 */
export async function showError(log: Log, what: string, error: unknown): Promise<void> {
  if (LabError.is(error, 'cancelled') || error instanceof vscode.CancellationError) return;
  log.error(what, error);
  const showLog = vscode.l10n.t('Show Log');
  const answer = await vscode.window.showErrorMessage(sentenceOf(error), ...actionsOf(error), showLog);
  if (answer === showLog) log.channel.show();
  else if (answer === copyLines()) await vscode.env.clipboard.writeText(linesOf(error));
  else if (answer === openFolder()) await vscode.commands.executeCommand('workbench.action.files.openFolder');
  else if (answer === manageTrust()) await vscode.commands.executeCommand('workbench.trust.manage');
}

export function sentenceOf(error: unknown): string {
  if (!LabError.is(error)) {
    const message = error instanceof Error ? error.message : String(error);
    return redact(vscode.l10n.t('Something in the lab itself went wrong: {0}', message));
  }
  const message = /[.!?]$/.test(error.message) ? error.message : `${error.message}.`;
  const [action] = error.action?.split('\n') ?? [];
  return redact(action === undefined ? message : `${message} ${action}`);
}

/** What stands below the sentence of an error's action; empty where nothing does. */
function linesOf(error: unknown): string {
  const [, ...lines] = LabError.is(error) ? (error.action?.split('\n') ?? []) : [];
  return lines.join('\n');
}

const copyLines = (): string => vscode.l10n.t('Copy Lines');
const openFolder = (): string => vscode.l10n.t('Open Folder');
const manageTrust = (): string => vscode.l10n.t('Manage Workspace Trust');

function actionsOf(error: unknown): string[] {
  if (linesOf(error) !== '') return [copyLines()];
  if (LabError.is(error, 'workspace.missing')) return [openFolder()];
  if (LabError.is(error, 'workspace.untrusted')) return [manageTrust()];
  return [];
}
