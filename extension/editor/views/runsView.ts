import * as vscode from 'vscode';
import { formatTime } from '../../../webviews/shared/format.ts';
import type { SagaView } from '../../contracts/saga.ts';
import { formatMetric } from '../../reports/metricTexts.ts';
import type { LabHost, RunProgress } from '../labHost.ts';
import type { RunBook, RunState, RunSummary } from '../runBook.ts';

type Step = SagaView['steps'][number];
type Node =
  | { readonly kind: 'run'; readonly run: RunSummary }
  | { readonly kind: 'step'; readonly run: RunSummary; readonly step: Step };

/** The runs with their live steps; what can be done with each stands in its menu. */
export class RunsView implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly #book: RunBook;
  readonly #changed = new vscode.EventEmitter<Node | undefined>();
  readonly #subscriptions: vscode.Disposable[];
  readonly #progress = new Map<string, RunProgress>();
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(host: LabHost, book: RunBook) {
    this.#book = book;
    this.#subscriptions = [
      host.onDidChangeRun(() => this.#changed.fire(undefined)),
      host.onDidChangeQueue(() => this.#changed.fire(undefined)),
      host.onProgress((progress) => this.#take(progress)),
      this.#changed,
    ];
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (node === undefined) return (await this.#book.list()).map((run) => ({ kind: 'run', run }));
    if (node.kind === 'step') return [];
    return node.run.view.steps.map((step) => ({ kind: 'step', run: node.run, step }));
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return node.kind === 'run' ? this.#runItem(node.run) : this.#stepItem(node.run, node.step);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** A bar's progress comes a hundred times a second; the tree needs every twentieth of it. */
  #take(progress: RunProgress): void {
    const last = this.#progress.get(progress.id);
    this.#progress.set(progress.id, progress);
    const percent = ({ fraction }: RunProgress) => Math.floor(fraction * 20);
    if (last?.step === progress.step && percent(last) === percent(progress)) return;
    this.#changed.fire(undefined);
  }

  #runItem(run: RunSummary): vscode.TreeItem {
    const isLive = run.state === 'running' || run.state === 'waiting';
    const { Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(run.title, isLive ? Expanded : Collapsed);
    const state = stateText(run);
    item.id = run.id;
    item.description = [...figureTexts(run.figures), state].join(' · ');
    item.iconPath = stateIcons[run.state];
    item.contextValue = contextOf(run);
    item.tooltip = new vscode.MarkdownString()
      .appendText(`${run.title}\n${run.id}: ${state}, ${formatTime(run.view.updatedTime)} UTC`)
      .appendText(run.error === null ? '' : `\n${run.error.message} ${run.error.action ?? ''}`);
    item.accessibilityInformation = { label: `${run.title}, ${state}` };
    item.command = {
      command: run.figures === null ? 'strategyLab.openRun' : 'strategyLab.openBacktest',
      title: vscode.l10n.t('Open'),
      arguments: [run.id],
    };
    return item;
  }

  #stepItem(run: RunSummary, step: Step): vscode.TreeItem {
    const item = new vscode.TreeItem(stepTitle(step.name));
    const progress = this.#progress.get(run.id);
    const isRunning = step.status === 'running' && run.state === 'running';
    item.id = `${run.id}/${step.name}`;
    item.description = stepText(step, isRunning && progress?.step === step.name ? progress : undefined);
    item.iconPath = stepIcon(step, isRunning);
    item.tooltip = step.error === null ? '' : `${step.error.message} ${step.error.action ?? ''}`;
    item.contextValue = 'step';
    item.accessibilityInformation = { label: `${stepTitle(step.name)}, ${item.description}` };
    item.command = {
      command: 'strategyLab.openRun',
      title: vscode.l10n.t('Open Run Graph'),
      arguments: [run.id],
    };
    return item;
  }
}

/** The id of a run from what a command was called with: a node of the tree, or an id. */
export function runIdOf(argument: unknown): string | undefined {
  if (typeof argument === 'string') return argument;
  if (typeof argument !== 'object' || argument === null || !('run' in argument)) return undefined;
  const { run } = argument;
  return typeof run === 'object' && run !== null && 'id' in run && typeof run.id === 'string'
    ? run.id
    : undefined;
}

export function stateText({ state, view }: RunSummary): string {
  switch (state) {
    case 'waiting':
      return vscode.l10n.t('waits for you: {0}', stepTitle(view.waitingFor ?? ''));
    case 'running':
      return vscode.l10n.t('running');
    case 'queued':
      return vscode.l10n.t('in the queue');
    case 'interrupted':
      return vscode.l10n.t('interrupted');
    case 'completed':
      return vscode.l10n.t('approved');
    case 'rejected':
      return vscode.l10n.t('rejected');
    case 'cancelled':
      return vscode.l10n.t('cancelled');
    case 'failed':
      return vscode.l10n.t('failed');
  }
}

/** Names of the pipelines' steps for people. */
export function stepTitle(name: string): string {
  const titles: Readonly<Record<string, string>> = {
    reason: vscode.l10n.t('Read the idea'),
    code: vscode.l10n.t('Write the code'),
    guard: vscode.l10n.t('Guard'),
    sandbox: vscode.l10n.t('First run in the sandbox'),
    optimise: vscode.l10n.t('Search parameters'),
    validate: vscode.l10n.t('Validate out of sample'),
    backtest: vscode.l10n.t('Backtest'),
    stress: vscode.l10n.t('Stress test'),
    review: vscode.l10n.t('Review'),
    deploy: vscode.l10n.t('Record for paper'),
    monitor: vscode.l10n.t('Expect'),
  };
  return titles[name] ?? name;
}

/** The figures that a list shows of a run, each with its name. */
export function figureTexts(figures: RunSummary['figures']): string[] {
  const [sharpe, drawdown] = [figures?.sharpe ?? null, figures?.maxDrawdown ?? null];
  return [
    ...(sharpe === null ? [] : [vscode.l10n.t('Sharpe {0}', formatMetric('sharpe', sharpe))]),
    ...(drawdown === null ? [] : [vscode.l10n.t('drawdown {0}', formatMetric('maxDrawdown', drawdown))]),
  ];
}

/** Flags that menus ask for. */
function contextOf({ state, figures }: RunSummary): string {
  return ['run', state, ...(figures === null ? [] : ['tested'])].join(' ');
}

const colour = (name: string): vscode.ThemeColor => new vscode.ThemeColor(name);

const stateIcons: Record<RunState, vscode.ThemeIcon> = {
  waiting: new vscode.ThemeIcon('person', colour('charts.yellow')),
  running: new vscode.ThemeIcon('sync~spin', colour('charts.blue')),
  queued: new vscode.ThemeIcon('clock'),
  interrupted: new vscode.ThemeIcon('debug-pause', colour('charts.orange')),
  completed: new vscode.ThemeIcon('pass-filled', colour('charts.green')),
  rejected: new vscode.ThemeIcon('circle-slash'),
  cancelled: new vscode.ThemeIcon('circle-slash'),
  failed: new vscode.ThemeIcon('error', colour('charts.red')),
};

function stepIcon({ status }: Step, isRunning: boolean): vscode.ThemeIcon {
  if (isRunning) return new vscode.ThemeIcon('sync~spin');
  const icons: Record<Step['status'], vscode.ThemeIcon> = {
    pending: new vscode.ThemeIcon('circle-outline'),
    running: new vscode.ThemeIcon('debug-pause'),
    done: new vscode.ThemeIcon('check'),
    waiting: new vscode.ThemeIcon('person'),
    compensated: new vscode.ThemeIcon('discard'),
    failed: new vscode.ThemeIcon('error'),
    stopped: new vscode.ThemeIcon('debug-stop'),
    superseded: new vscode.ThemeIcon('history'),
  };
  return icons[status];
}

function stepText(step: Step, progress: RunProgress | undefined): string {
  if (progress !== undefined) return `${Math.floor(progress.fraction * 100)} % · ${progress.text}`;
  const { startedTime, endedTime, attempts } = step;
  const seconds =
    startedTime === null || endedTime === null ? '' : `${((endedTime - startedTime) / 1000).toFixed(1)} s`;
  const again = attempts > 1 ? vscode.l10n.t('{0} attempts', attempts) : '';
  return [statusText(step.status), seconds, again].filter((part) => part !== '').join(' · ');
}

function statusText(status: Step['status']): string {
  const texts: Record<Step['status'], string> = {
    pending: '',
    running: vscode.l10n.t('running'),
    done: vscode.l10n.t('done'),
    waiting: vscode.l10n.t('waits for you'),
    compensated: vscode.l10n.t('undone'),
    failed: vscode.l10n.t('failed'),
    stopped: vscode.l10n.t('stopped'),
    superseded: vscode.l10n.t('superseded'),
  };
  return texts[status];
}
