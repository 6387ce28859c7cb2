import * as vscode from 'vscode';
import { test } from '../harness.ts';

test('the whole API is there', async () => {
  const commands = await vscode.commands.getCommands(true);
  if (!commands.includes('workbench.action.files.save')) throw new Error('no command to save');
});

test('an assertion that does not hold', () => {
  throw new Error('one is not two');
});

test('an asynchronous one that never ends', () => new Promise(() => undefined), 500);

test('the folder is open', () => {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (folder === undefined) throw new Error('no folder');
});
