import * as vscode from 'vscode';
import type { LabHost } from '../labHost.ts';
import { pythonTemplate, typeScriptTemplate } from './strategyTemplates.ts';

const languageChoices = [
  { label: 'TypeScript', ending: 'ts', template: typeScriptTemplate },
  { label: 'Python', ending: 'py', template: pythonTemplate },
] as const;

/** Writes a strategy that runs as it stands, under a name that the person gives, and opens it. */
export async function newStrategyFile(host: LabHost): Promise<void> {
  const { strategyPath } = await host.lab();
  const choice = await vscode.window.showQuickPick(languageChoices, {
    ignoreFocusOut: true,
    title: vscode.l10n.t('New Strategy File'),
    placeHolder: vscode.l10n.t('Language of the strategy; Python runs in Docker alone.'),
  });
  if (choice === undefined) return;
  const fileOf = (name: string): vscode.Uri =>
    vscode.Uri.file(strategyPath(`${name}.strategy.${choice.ending}`));
  const name = await vscode.window.showInputBox({
    ignoreFocusOut: true,
    title: vscode.l10n.t('New Strategy File'),
    prompt: vscode.l10n.t('Name of the strategy; its file goes to the folder strategies.'),
    value: 'my-strategy',
    validateInput: async (text) => {
      if (!/^[A-Za-z][A-Za-z0-9_-]{0,60}$/.test(text)) {
        return vscode.l10n.t('Letters, digits, - and _, beginning with a letter.');
      }
      return (await exists(fileOf(text)))
        ? vscode.l10n.t('There is a file of this name already.')
        : undefined;
    },
  });
  if (name === undefined) return;
  const file = fileOf(name);
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(choice.template(name)));
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file));
}

async function exists(file: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(file);
    return true;
  } catch {
    return false;
  }
}
