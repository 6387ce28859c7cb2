import * as vscode from 'vscode';
import type { SetupReport } from '../../checkSetup.ts';
import { type IsolationLevel, wereTried } from '../../contracts/isolation.ts';
import type { SagaView } from '../../contracts/saga.ts';
import { type CounterSample, sandboxAttempts, totalOf } from '../../observability/sandboxAttempts.ts';
import { limitsText } from '../../reports/limitsText.ts';
import { attemptSentence } from '../../reports/sandboxTexts.ts';
import { translate } from '../translate.ts';

type Backend = SetupReport['backends'][number];
type Node =
  | { readonly kind: 'level'; readonly level: IsolationLevel }
  | { readonly kind: 'backend'; readonly backend: Backend }
  | { readonly kind: 'attempts'; readonly attempts: readonly CounterSample[] }
  | { readonly kind: 'agent'; readonly name: string };

/** What is available to run strategies, at what isolation, and which agents write them. */
export class SandboxView implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<Node | undefined>();
  #report: SetupReport | undefined;
  readonly onDidChangeTreeData = this.#changed.event;

  /** Shows what a check of the setup found. */
  show(report: SetupReport): void {
    this.#report = report;
    this.#changed.fire(undefined);
  }

  /** Takes in what has become of the runs since that check. */
  count(runs: readonly SagaView[]): void {
    const report = this.#report;
    if (report === undefined) return;
    const attempts = sandboxAttempts(runs);
    if (totalOf(attempts) !== totalOf(report.attempts ?? [])) this.show({ ...report, attempts });
  }

  getChildren(parent?: Node): Node[] {
    if (parent !== undefined || this.#report === undefined) return [];
    const { attempts } = this.#report;
    return [
      { kind: 'level', level: this.#report.level },
      ...this.#report.backends.map((backend): Node => ({ kind: 'backend', backend })),
      ...(attempts === null ? [] : [{ kind: 'attempts' as const, attempts }]),
      { kind: 'agent', name: vscode.l10n.t('Reasoning agent') },
      { kind: 'agent', name: vscode.l10n.t('Code agent') },
    ];
  }

  getTreeItem(node: Node): vscode.TreeItem {
    switch (node.kind) {
      case 'level':
        return levelItem(node.level);
      case 'backend':
        return backendItem(node.backend);
      case 'attempts':
        return attemptsItem(node.attempts);
      case 'agent':
        return agentItem(node.name);
    }
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

/** An isolation level as people are told of it. */
export function levelText(level: IsolationLevel): string {
  const texts: Record<IsolationLevel, string> = {
    gvisor: vscode.l10n.t('Docker with gVisor: a separate kernel'),
    container: vscode.l10n.t('Docker container: shares your kernel'),
    namespaces: vscode.l10n.t('Linux namespaces: shares your kernel'),
    preview: vscode.l10n.t('an interpreter for previews, without limits by the operating system'),
    none: vscode.l10n.t('no isolation: strategies are refused'),
  };
  return texts[level];
}

function levelItem(level: IsolationLevel): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t('Isolation: {0}', level));
  item.description = levelText(level);
  const isContained = level === 'gvisor' || level === 'container';
  item.iconPath = isContained
    ? new vscode.ThemeIcon('shield', new vscode.ThemeColor('charts.green'))
    : new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  item.contextValue = 'level';
  item.tooltip = isContained
    ? levelText(level)
    : `${levelText(level)}\n${vscode.l10n.t('Approval for trading needs a run in a container.')}`;
  item.accessibilityInformation = { label: vscode.l10n.t('Strategies run at: {0}', levelText(level)) };
  return item;
}

function backendItem({ name, level, state, problem, action, note, limits }: Backend): vscode.TreeItem {
  const item = new vscode.TreeItem(name);
  const states: Record<Backend['state'], string> = {
    ready: vscode.l10n.t('ready'),
    unprepared: vscode.l10n.t('image not built yet'),
    unavailable: vscode.l10n.t('not available'),
  };
  const tried = wereTried(limits) ? ` · ${limitsText(limits, translate)}` : '';
  item.description = `${states[state]}${tried}`;
  item.tooltip = [levelText(level), problem, action, note].filter((part) => part !== null).join('\n');
  item.contextValue = state;
  const icons: Record<Backend['state'], string> = {
    ready: 'pass',
    unprepared: 'package',
    unavailable: 'circle-slash',
  };
  item.iconPath = new vscode.ThemeIcon(icons[state]);
  item.accessibilityInformation = { label: `${name}, ${item.description}` };
  return item;
}

/** What the lab has on record of attempts to break out of a sandbox. */
function attemptsItem(attempts: readonly CounterSample[]): vscode.TreeItem {
  const total = totalOf(attempts);
  const title = vscode.l10n.t('Attempts to break out: {0}', total);
  const item = new vscode.TreeItem(title);
  const reasons = attempts.map(
    ({ labels, value }) => `${value} × ${attemptSentence(labels['reason'] ?? '', translate)}`,
  );
  item.description = reasons.join(' · ');
  item.tooltip = reasons.join('\n');
  item.accessibilityInformation = { label: [title, ...reasons].join('. ') };
  item.iconPath =
    total === 0
      ? new vscode.ThemeIcon('shield')
      : new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  item.contextValue = 'attempts';
  return item;
}

function agentItem(name: string): vscode.TreeItem {
  const item = new vscode.TreeItem(name);
  item.description = vscode.l10n.t('rule-based: seven strategy families, no model, no network');
  item.iconPath = new vscode.ThemeIcon('hubot');
  item.contextValue = 'agent';
  return item;
}
