import * as vscode from 'vscode';
import type { ContextKey, ContextKeys } from './contributions/views.ts';

/** Tells the editor the value of one of the extension's context keys. */
export async function setContextKey<Key extends ContextKey>(
  key: Key,
  value: ContextKeys[Key],
): Promise<void> {
  await vscode.commands.executeCommand('setContext', key, value);
}
