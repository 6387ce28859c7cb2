import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { commands } from '../../../extension/editor/contributions/commands.ts';
import { test, until } from './harness.ts';

const folder = (): string => vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';

test('the folder is not trusted and the extension is active all the same', async () => {
  assert.equal(vscode.workspace.isTrusted, false);
  await until(
    'the extension is active',
    () => vscode.extensions.getExtension('strategy-lab.strategy-lab')?.isActive,
  );
});

test('no command opens a lab, runs or writes in Restricted Mode, also when called by its name', async () => {
  const uri = vscode.Uri.file(join(folder(), 'strategies/cross.strategy.ts'));
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
  const harmless = ['strategyLab.showLog', 'strategyLab.refresh', 'strategyLab.guardAll'];
  for (const id of Object.keys(commands).filter((command) => !harmless.includes(command))) {
    // An error box would wait for an answer, so none is waited for here: what counts is what was done.
    await Promise.race([
      Promise.resolve(vscode.commands.executeCommand(id, uri)).catch(() => undefined),
      new Promise((resolve) => setTimeout(resolve, 1500)),
    ]);
  }
  assert.equal(existsSync(join(folder(), '.strategy-lab')), false);
}, 120_000);

test('Guardian judges in Restricted Mode: it reads code and runs none', async () => {
  const document = await vscode.workspace.openTextDocument(
    vscode.Uri.file(join(folder(), 'strategies/cross.strategy.ts')),
  );
  const editor = await vscode.window.showTextDocument(document);
  await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "fetch('x');\n"));
  await until('Guardian has a finding', () =>
    vscode.languages.getDiagnostics(document.uri).find(({ source }) => source === 'Guardian'),
  );
}, 60_000);
