import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { commands } from '../../../extension/editor/contributions/commands.ts';
import { views } from '../../../extension/editor/contributions/views.ts';
import { demoMarket } from '../../../extension/market/demoMarket.ts';
import { test, until } from './harness.ts';

const extensionId = 'strategy-lab.strategy-lab';
const folder = (): string => vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
const strategyUri = (): vscode.Uri => vscode.Uri.file(join(folder(), 'strategies/cross.strategy.ts'));

async function openStrategy(): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(strategyUri()));
}

async function lensTitles(): Promise<string[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    strategyUri(),
    20,
  );
  return lenses.map(({ command }) => (command?.title ?? '').replace(/\$\([^)]+\) /g, ''));
}

test('the extension becomes active by a strategy in the folder, and makes no lab by that', async () => {
  const extension = vscode.extensions.getExtension(extensionId);
  assert.ok(extension);
  await until('the extension is active', () => extension.isActive);
  assert.equal(existsSync(join(folder(), '.strategy-lab')), false);
});

test('the commands that code registers and those of the table are the same', async () => {
  const registered = (await vscode.commands.getCommands(true)).filter(
    (id) => /^(strategyLab\.|mcp\.runTest)/.test(id) && !isMadeByEditor(id),
  );
  assert.deepEqual(registered.sort(), Object.keys(commands).sort());
});

/** The editor makes commands of its own for each view and container. */
function isMadeByEditor(id: string): boolean {
  return Object.keys(views).some((view) => id.startsWith(`${view}.`));
}

test('a strategy has lenses to backtest, to optimise, to walk forward, to stress and to choose data before it was ever run', async () => {
  await openStrategy();
  const titles = await until('there are lenses', async () => {
    const found = await lensTitles();
    return found.length > 0 ? found : undefined;
  });
  assert.deepEqual(titles.slice(0, 5), ['Backtest', 'Optimize', 'Walk-Forward', 'Stress', 'choose data']);
});

test('the strategy API is completed and its import resolves with nothing installed in the folder', async () => {
  const { document } = await openStrategy();
  const at = document.getText().indexOf('indicators.sma') + 'indicators.'.length;
  const names = await until('bollinger is completed', async () => {
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      document.positionAt(at),
    );
    const labels = list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    return labels.includes('bollinger') ? labels : undefined;
  });
  for (const name of ['sma', 'ema', 'rsi', 'atr']) assert.ok(names.includes(name), name);
  const ofTypeScript = vscode.languages
    .getDiagnostics(document.uri)
    .filter(({ source, severity }) => source === 'ts' && severity === vscode.DiagnosticSeverity.Error);
  assert.deepEqual(ofTypeScript, []);
}, 60_000);

test('a Guardian finding appears as one types, and its quick fix takes it away', async () => {
  const editor = await openStrategy();
  const { document } = editor;
  const before = document.getText();
  const place = document.positionAt(before.indexOf('if (position.isFlat'));
  await editor.edit((edit) => edit.insert(place, 'if (fast.ago(-1) < 0) return;\n    '));
  const finding = await until('a finding of LA001', () =>
    guardianFindings(document.uri).find(({ code }) => ruleOf(code) === 'LA001'),
  );
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    document.uri,
    finding.range,
    vscode.CodeActionKind.QuickFix.value,
    10,
  );
  const fix = actions.find(({ title }) => title === 'Look back instead');
  assert.ok(fix?.edit, `no edit in ${JSON.stringify(actions)}`);
  await vscode.workspace.applyEdit(fix.edit);
  await until('the finding is gone', () =>
    guardianFindings(document.uri).some(({ code }) => ruleOf(code) === 'LA001') ? undefined : true,
  );
  const whole = new vscode.Range(new vscode.Position(0, 0), document.positionAt(document.getText().length));
  await editor.edit((edit) => edit.replace(whole, before));
}, 60_000);

function guardianFindings(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Guardian');
}

function ruleOf(code: vscode.Diagnostic['code']): string {
  return String(typeof code === 'object' ? code.value : code);
}

test('mcp.runTest runs the text of the active editor, unsaved, and answers with its task', async () => {
  await vscode.commands.executeCommand('strategyLab.addSyntheticMarket');
  const editor = await openStrategy();
  const at = editor.document.getText().indexOf('Moving-average cross');
  await editor.edit((edit) => edit.insert(editor.document.positionAt(at), 'Unsaved '));
  const answer = await vscode.commands.executeCommand<{ taskId: string; state: string }>('mcp.runTest');
  assert.match(answer.taskId, /^[0-9a-f]{10}$/);
  assert.equal(answer.state, 'waiting-for-review');
  assert.equal(editor.document.isDirty, true);
  const titles = await until('the result is in a lens', async () => {
    const found = await lensTitles();
    return found.some((title) => title.startsWith('Sharpe')) ? found : undefined;
  });
  assert.ok(
    titles.some((title) => /^Sharpe -?[\d.]+, drawdown [\d.]+%, \d{4}-\d\d-\d\d$/.test(title)),
    titles.join('|'),
  );
  assert.ok(titles.includes('Approve'));
  await vscode.commands.executeCommand('workbench.action.files.revert');
  const reverted = await until('the lens says that the text was edited', async () => {
    const found = await lensTitles();
    return found.some((title) => title.endsWith('(edited since)')) ? found : undefined;
  });
  assert.ok(reverted.includes('SYNTHETIC/USD 1h'));
}, 120_000);

test('what a run was refused is a finding at its line, until the text is another', async () => {
  const editor = await openStrategy();
  const { document } = editor;
  const replace = (from: string, to: string): Thenable<boolean> => {
    const start = document.getText().indexOf(from);
    const range = new vscode.Range(document.positionAt(start), document.positionAt(start + from.length));
    return editor.edit((edit) => edit.replace(range, to));
  };
  await replace('next({ position, orders }', 'next({ position, orders, bar }');
  await replace(
    'if (position.isFlat',
    'try { fast.ago(Math.min(1, bar.close - 1e9)); } catch { }\n    if (position.isFlat',
  );
  const answer = await vscode.commands.executeCommand<{ state: string }>('mcp.runTest');
  assert.equal(answer.state, 'waiting-for-review');
  const finding = await until('a finding of D4', () =>
    guardianFindings(document.uri).find(({ code }) => ruleOf(code) === 'D4'),
  );
  assert.equal(finding.range.start.line, document.positionAt(document.getText().indexOf('try {')).line);
  assert.match(finding.message, /a bar of the future/);
  await replace('catch { }', 'catch {}');
  await until('the finding is gone', () =>
    guardianFindings(document.uri).some(({ code }) => ruleOf(code) === 'D4') ? undefined : true,
  );
  await vscode.commands.executeCommand('workbench.action.files.revert');
}, 120_000);

test('programs reach the lab from when the person asks for it until it is stopped, and with its token alone', async () => {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  await vscode.workspace
    .getConfiguration('strategyLab.api')
    .update('port', port, vscode.ConfigurationTarget.Global);
  const url = `http://127.0.0.1:${port}`;
  await assert.rejects(fetch(`${url}/health`), 'nothing listens before it is asked for');

  await vscode.commands.executeCommand('strategyLab.startApiServer');
  assert.equal((await fetch(`${url}/health`)).status, 200);
  assert.equal((await fetch(`${url}/v1/status`)).status, 401);
  const token = readFileSync(join(folder(), '.strategy-lab/api/local.token'), 'utf8').trim();
  const reply = await fetch(`${url}/v2/tasks`, { headers: { Authorization: `Bearer ${token}` } });
  const { tasks } = (await reply.json()) as { tasks: unknown[] };
  // The run that an earlier test began is a task of this lab too.
  assert.ok(tasks.length > 0);

  await vscode.commands.executeCommand('strategyLab.stopApiServer');
  await assert.rejects(fetch(`${url}/health`), 'nothing listens any more');
});

test('what the variations of a run showed is found at what is called once a bar, each with the page of its rule', async () => {
  const editor = await openStrategy();
  const { document } = editor;
  const whole = new vscode.Range(new vscode.Position(0, 0), document.positionAt(document.getText().length));
  await editor.edit((edit) => edit.replace(whole, swiftStrategy()));
  // The command takes the strategy of the active editor.
  await vscode.commands.executeCommand('strategyLab.optimize');
  const found = await until('findings of D2 and D3', () => {
    const findings = findingsOfRuns(document.uri);
    return findings.length > 0 ? findings : undefined;
  });
  assert.deepEqual(found.map(({ code }) => ruleOf(code)).sort(), ['D2', 'D3']);
  const line = document.positionAt(document.getText().indexOf('next(')).line;
  for (const { code, range } of found) {
    assert.equal(range.start.line, line);
    const target = typeof code === 'object' ? code.target : undefined;
    assert.ok(target);
    const page = await vscode.workspace.openTextDocument(target);
    assert.match(page.getText(), new RegExp(`^# ${ruleOf(code)} `));
  }
  await vscode.window.showTextDocument(document);
  await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '// Another text.\n'));
  await until('the findings are gone', () => findingsOfRuns(document.uri).length === 0);
  await vscode.commands.executeCommand('workbench.action.files.revert');
}, 120_000);

function findingsOfRuns(uri: vscode.Uri): vscode.Diagnostic[] {
  return guardianFindings(uri).filter(({ code }) => /^D\d/.test(ruleOf(code)));
}

/** Counts its bars from the start of the run, and lives from the one next price. */
function swiftStrategy(): string {
  const { open } = demoMarket();
  const growth = (bar: number): number => (open[bar + 1] ?? 0) / (open[bar] ?? 0) - 1;
  const picked = [...open.keys()].filter((bar) => growth(bar + 1) > 0.01 && growth(bar + 2) < 0);
  return `import { defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Swift',
  params: { percent: { type: 'integer', default: 50, min: 50, max: 51 } },
  setup: () => ({ picked: [${picked}] }),
  next({ bar, params, position, orders }, { picked }) {
    if (picked.includes(bar.index)) orders.buy({ percent: params.percent, stopLossPercent: 50 });
    else if (position.isLong) orders.close();
  },
});
`;
}
