import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { LabError } from '../../../extension/contracts/errors.ts';
import { guardAll } from '../../../extension/editor/commands/guardAll.ts';
import { GuardianClient } from '../../../extension/editor/languageClient.ts';
import { inNext } from '../../guardian/corpus/build.ts';
import { processTree } from '../../setup/processes.ts';
import { test, until } from './harness.ts';

const serverModule = process.env['GUARDIAN_SERVER'] ?? '';
const log = vscode.window.createOutputChannel('Guardian test', { log: true });
const client = newClient(serverModule);
const faulty = inNext("log('bar');");
const noProgress = { report: () => undefined };
const never = new vscode.CancellationTokenSource().token;
let files = 0;

function newClient(module: string): GuardianClient {
  return new GuardianClient({ serverModule: module, log, clock: Date.now });
}

function folder(): string {
  return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
}

async function written(text: string, name = `sample${files++}.strategy.ts`): Promise<vscode.Uri> {
  const path = join(folder(), name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, text);
  return vscode.Uri.file(path);
}

async function opened(text: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(await written(text)));
}

function findings(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Guardian');
}

function rulesOf(uri: vscode.Uri): string {
  return findings(uri)
    .map(({ code }) => (typeof code === 'object' ? code.value : code))
    .join();
}

async function untilFound(uri: vscode.Uri, rules: string): Promise<void> {
  await until(`${rules || 'nothing'} in ${uri.path}`, () => rulesOf(uri) === rules);
}

async function actionTitled(uri: vscode.Uri, range: vscode.Range, title: string): Promise<vscode.CodeAction> {
  return until(`the action ${title}`, async () => {
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      uri,
      range,
    );
    return actions.find((action) => action.title === title);
  });
}

function guardFiles(...uris: readonly vscode.Uri[]) {
  return client.guardFiles(uris, never, noProgress);
}

/** The server's process. */
function serverProcess(): number | undefined {
  return processTree(({ pid }) => pid === process.pid).find(({ words }) => words.includes(serverModule))?.pid;
}

/** Ends the server as a crash does, and waits until it has ended. */
async function crashServer(): Promise<void> {
  const pid = await until('the server runs', serverProcess);
  process.kill(pid, 'SIGKILL');
  await until('the server has ended', () => serverProcess() !== pid);
}

test('findings follow what is typed, in files and in documents without one', async () => {
  await client.start();
  const { document } = await opened(inNext(''));
  const edit = new vscode.WorkspaceEdit();
  edit.insert(document.uri, new vscode.Position(12, 4), "log('bar');");
  await vscode.workspace.applyEdit(edit);
  await untilFound(document.uri, 'RES005');
  const unnamed = await vscode.workspace.openTextDocument({ language: 'typescript', content: faulty });
  await untilFound(unnamed.uri, 'RES005');
});

test('settings take effect at once, and are given back', async () => {
  const { document } = await opened(faulty);
  await untilFound(document.uri, 'RES005');
  const settings = vscode.workspace.getConfiguration('strategyLab.guardian', document.uri);
  await settings.update('severity', { RES: 'off' }, vscode.ConfigurationTarget.Workspace);
  await untilFound(document.uri, '');
  await settings.update('severity', undefined, vscode.ConfigurationTarget.Workspace);
  await untilFound(document.uri, 'RES005');
});

test('a finding is ignored by the edit that the editor is given, once there is a reason', async () => {
  const { document } = await opened(faulty);
  await untilFound(document.uri, 'RES005');
  const range = findings(document.uri)[0]?.range ?? new vscode.Range(0, 0, 0, 0);
  const { edit } = await actionTitled(document.uri, range, 'Ignore RES005 with a reason');
  assert.ok(edit);
  await vscode.workspace.applyEdit(edit);
  await untilFound(document.uri, 'SUP001,RES005');
  const reason = new vscode.WorkspaceEdit();
  const at = document.positionAt(document.getText().indexOf('…'));
  reason.replace(document.uri, new vscode.Range(at, at.translate(0, 1)), 'short runs only');
  await vscode.workspace.applyEdit(reason);
  await untilFound(document.uri, '');
});

test('the hover on a finding says why', async () => {
  const { document } = await opened(faulty);
  await untilFound(document.uri, 'RES005');
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    findings(document.uri)[0]?.range.start,
  );
  const text = hovers.flatMap(({ contents }) =>
    contents.map((part) => (part as vscode.MarkdownString).value),
  );
  assert.match(text.join(), /The log keeps 64 KiB/);
});

test('the page of a rule is shown as a page, by its link and by its action', async () => {
  const { document } = await opened(faulty);
  await untilFound(document.uri, 'RES005');
  const [finding] = findings(document.uri);
  const target = typeof finding?.code === 'object' ? finding.code.target : undefined;
  const { command } = await actionTitled(
    document.uri,
    finding?.range ?? new vscode.Range(0, 0, 0, 0),
    'Open the page of RES005',
  );
  assert.ok(target && command);
  for (const open of [
    () => vscode.commands.executeCommand('vscode.open', target),
    () => vscode.commands.executeCommand(command.command, ...(command.arguments ?? [])),
  ]) {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await open();
    const input = await until('a page is open', () => {
      const shown = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      return shown instanceof vscode.TabInputCustom ? shown : undefined;
    });
    assert.equal(input.viewType, 'vscode.markdown.preview.editor');
    assert.match(input.uri.path, /\/RES005\.guardian\.md$/);
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
});

test('files that nobody has opened are judged, and follow the disk', async () => {
  const [first, second] = [
    await written(faulty, 'closed/a.strategy.ts'),
    await written(faulty, 'b.strategy.ts'),
  ];
  const steps: number[] = [];
  const progress = { report: ({ increment = 0 }) => steps.push(increment) };
  const { files: judged } = await client.guardFiles([first, second], never, progress);
  assert.deepEqual(
    judged.map(({ warnings }) => warnings),
    [1, 1],
  );
  assert.equal(
    steps.reduce((sum, step) => sum + step, 0),
    100,
  );
  await untilFound(first, 'RES005');
  await written(inNext("eval('1');"), 'b.strategy.ts');
  await untilFound(second, 'SEC003');
  await rm(second.fsPath);
  await untilFound(second, '');
  await rm(join(folder(), 'closed'), { recursive: true });
  await untilFound(first, '');
});

test('judging all tells the person and ends when they have read it', async () => {
  const uri = await written(faulty);
  const told = guardAll(client, async () => [uri]);
  await untilFound(uri, 'RES005');
  await until('the message is read', async () => {
    await vscode.commands.executeCommand('notifications.clearAll');
    return Promise.race([
      told.then(() => true),
      new Promise<false>((resolve) => setTimeout(resolve, 100, false)),
    ]);
  });
});

test('judging that is cancelled is told as such', async () => {
  const uris = await Promise.all(Array.from({ length: 200 }, () => written(faulty)));
  const source = new vscode.CancellationTokenSource();
  const progress = { report: () => source.cancel() };
  await assert.rejects(client.guardFiles(uris, source.token, progress), (error) =>
    LabError.is(error, 'cancelled'),
  );
});

test('a crash of the server is mended, with what was open and what agents wrote', async () => {
  const suppressed = inNext("// guardian-ignore RES005: harmless\n    log('bar');");
  const { document } = await opened(suppressed);
  await client.setAgentSources([createHash('sha256').update(suppressed).digest('hex')]);
  await untilFound(document.uri, 'SUP001,RES005');
  await crashServer();
  await untilFound(document.uri, '');
  await untilFound(document.uri, 'SUP001,RES005');
  const uri = await written(faulty);
  assert.equal((await guardFiles(uri)).files[0]?.warnings, 1);
});

test('a server that keeps crashing is left alone, until somebody needs it', async () => {
  // One crash was before.
  for (let crash = 2; crash <= 5; crash++) await crashServer();
  // Several times as long as a start takes.
  await new Promise((resolve) => setTimeout(resolve, 2000));
  assert.equal(serverProcess(), undefined);
  const uri = await written(faulty);
  assert.equal((await guardFiles(uri)).files[0]?.warnings, 1);
});

test('a server that cannot be started is told of in a sentence', async () => {
  const broken = newClient(join(folder(), 'nowhere.js'));
  await assert.rejects(broken.start(), (error) => {
    assert.ok(LabError.is(error, 'internal'));
    assert.match(error.message, /could not be started/);
    return true;
  });
  broken.dispose();
});

test('the server ends with its client', async () => {
  assert.notEqual(serverProcess(), undefined);
  client.dispose();
  await until('the server has ended', () => serverProcess() === undefined);
});
