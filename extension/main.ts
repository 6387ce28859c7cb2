import * as vscode from 'vscode';
import { startEditor } from './editor/start.ts';

let close: (() => Promise<void>) | undefined;

/** Called by the editor on first use. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const started = performance.now();
  try {
    const editor = startEditor(context);
    close = editor.close;
    editor.log.info(`Activated in ${(performance.now() - started).toFixed(1)} ms.`);
  } catch (error) {
    // The editor shows no failure of an activation by itself.
    const message = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(
      vscode.l10n.t('Strategy Lab could not start: {0} Look at the extension host log.', message),
    );
    throw error;
  }
}

/** Called by the editor before it ends: what runs is given back to the lab's queue. */
export async function deactivate(): Promise<void> {
  await close?.();
}
