import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import { formatTime } from '../../webviews/shared/format.ts';
import { strategyFileName } from '../contracts/languageServer.ts';
import { languageOfFile } from '../contracts/strategyLanguage.ts';
import { formatMetric } from '../reports/metricTexts.ts';
import type { DataChoice } from './commands/chooseData.ts';
import { runSetsTitle, runSetsTooltip } from './commands/chooseMarkets.ts';
import type { CommandId } from './contributions/commands.ts';
import type { GuardianControl } from './guardianControl.ts';
import type { LabHost } from './labHost.ts';
import type { RunBook, RunSummary } from './runBook.ts';
import { readSetting } from './settings.ts';
import { stateText } from './views/runsView.ts';

/** Name under which Guardian's findings stand among the diagnostics. */
export const guardianSource = 'Guardian';

interface Lens {
  readonly title: string;
  readonly command: CommandId | 'workbench.actions.view.problems';
  readonly arguments: readonly unknown[];
  readonly tooltip?: string;
}

/** What can be done with a strategy and what came of it, above its definition. */
export class StrategyLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #host: LabHost;
  readonly #book: RunBook;
  readonly #data: DataChoice;
  readonly #guardian: GuardianControl;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable[];
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(host: LabHost, book: RunBook, data: DataChoice, guardian: GuardianControl) {
    this.#host = host;
    this.#book = book;
    this.#data = data;
    this.#guardian = guardian;
    const fire = () => this.#changed.fire();
    this.#subscriptions = [
      this.#changed,
      host.onDidChangeRun(fire),
      host.onDidChangeData(fire),
      guardian.onDidStart(fire),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('strategyLab')) fire();
      }),
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        if (uris.some((uri) => strategyFileName.test(uri.path))) fire();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(fire),
    ];
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    if (!readSetting('strategyLab.codeLens.enabled', document.uri)) return [];
    const range = definitionRange(document);
    const lenses = vscode.workspace.isTrusted
      ? [...(await this.#actions(document)), ...this.#judgement(document), ...(await this.#results(document))]
      : this.#judgement(document);
    return lenses.map(
      ({ arguments: given, ...command }) => new vscode.CodeLens(range, { ...command, arguments: [...given] }),
    );
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #actions({ uri }: vscode.TextDocument): Promise<Lens[]> {
    const sets = this.#host.isThere ? await this.#data.known(uri) : undefined;
    return [
      { title: `$(play) ${vscode.l10n.t('Backtest')}`, command: 'strategyLab.runBacktest', arguments: [uri] },
      {
        title: `$(settings) ${vscode.l10n.t('Optimize')}`,
        command: 'strategyLab.optimize',
        arguments: [uri],
      },
      {
        title: `$(debug-step-over) ${vscode.l10n.t('Walk-Forward')}`,
        command: 'strategyLab.walkForward',
        arguments: [uri],
        tooltip: vscode.l10n.t(
          'Choose parameters again and again, and judge each choice on bars it did not see',
        ),
      },
      { title: `$(flame) ${vscode.l10n.t('Stress')}`, command: 'strategyLab.stress', arguments: [uri] },
      {
        title: `$(database) ${sets === undefined ? vscode.l10n.t('choose data') : runSetsTitle(sets)}`,
        command: 'strategyLab.chooseData',
        arguments: [uri],
        tooltip:
          sets === undefined
            ? vscode.l10n.t('The candles that this strategy is tested on')
            : runSetsTooltip(sets),
      },
    ];
  }

  /** Nothing before Guardian judges: that nobody has looked is no good sign. */
  #judgement(document: vscode.TextDocument): Lens[] {
    return this.#guardian.isRunning ? [guardianLens(document)] : [];
  }

  async #results(document: vscode.TextDocument): Promise<Lens[]> {
    const runs = await this.#book.ofFile(document.uri.fsPath);
    const last = runs.find(({ figures }) => figures !== null);
    const waiting = runs.find(({ state, view }) => state === 'waiting' && view.waitingFor === 'review');
    const hash = createHash('sha256').update(document.getText()).digest('hex');
    const lenses: Lens[] = [];
    if (last !== undefined) lenses.push(resultLens(last, last.codeHash !== hash));
    if (waiting !== undefined) {
      lenses.push({
        title: `$(check) ${waiting.codeHash === hash ? vscode.l10n.t('Approve') : vscode.l10n.t('Approve the version that was run')}`,
        command: 'strategyLab.approve',
        arguments: [waiting.id],
        tooltip: vscode.l10n.t('Run {0} waits for your review.', waiting.id),
      });
    }
    return lenses;
  }
}

function resultLens(run: RunSummary, isEdited: boolean): Lens {
  const { figures, view } = run;
  const value = (name: 'sharpe' | 'maxDrawdown'): string => {
    const number = figures?.[name] ?? null;
    return number === null ? vscode.l10n.t('not available') : formatMetric(name, number);
  };
  const day = formatTime(view.updatedTime).slice(0, 10);
  const text = vscode.l10n.t('Sharpe {0}, drawdown {1}, {2}', value('sharpe'), value('maxDrawdown'), day);
  return {
    title: `$(graph-line) ${text}${isEdited ? ` ${vscode.l10n.t('(edited since)')}` : ''}`,
    command: 'strategyLab.openBacktest',
    arguments: [run.id],
    tooltip: `${run.id}: ${stateText(run)}`,
  };
}

function guardianLens({ uri }: vscode.TextDocument): Lens {
  const findings = vscode.languages.getDiagnostics(uri).filter(({ source }) => source === guardianSource);
  const errors = findings.filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error).length;
  const others = findings.length - errors;
  const title = !readSetting('strategyLab.guardian.enabled', uri)
    ? `$(shield) ${vscode.l10n.t('Guardian: not shown here')}`
    : errors > 0
      ? `$(error) ${vscode.l10n.t('Guardian errors: {0}', errors)}`
      : others > 0
        ? `$(warning) ${vscode.l10n.t('Guardian remarks: {0}', others)}`
        : `$(shield) ${isSomeHidden(uri) ? vscode.l10n.t('Guardian: no findings shown') : vscode.l10n.t('Guardian: no findings')}`;
  return { title, command: 'workbench.actions.view.problems', arguments: [] };
}

function isSomeHidden(uri: vscode.Uri): boolean {
  return Object.values(readSetting('strategyLab.guardian.severity', uri)).includes('off');
}

/** Where the strategy is defined, else the top of the file. */
function definitionRange(document: vscode.TextDocument): vscode.Range {
  const definition =
    languageOfFile(document.fileName) === 'python' ? /^class\s+\w+\(.*Strategy\b/m : /^export\s+default\b/m;
  const offset = Math.max(0, document.getText().search(definition));
  const start = document.positionAt(offset);
  return new vscode.Range(start, start);
}
