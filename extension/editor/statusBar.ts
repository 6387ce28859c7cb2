import * as vscode from 'vscode';
import { setContextKey } from './contextKeys.ts';
import type { LabHost } from './labHost.ts';
import type { Log } from './log.ts';
import type { RunBook, RunState } from './runBook.ts';

/** What runs, waits in the queue and waits for the person, as one item; and the context keys that go with it. */
export class StatusBar implements vscode.Disposable {
  readonly #host: LabHost;
  readonly #book: RunBook;
  readonly #log: Log;
  readonly #item: vscode.StatusBarItem;
  readonly #subscriptions: vscode.Disposable[];
  #isUpdating = false;
  #isStale = false;

  constructor(host: LabHost, book: RunBook, log: Log) {
    this.#host = host;
    this.#book = book;
    this.#log = log;
    this.#item = vscode.window.createStatusBarItem('strategyLab.status', vscode.StatusBarAlignment.Left, 0);
    this.#item.name = vscode.l10n.t('Strategy Lab');
    const update = () => this.update();
    this.#subscriptions = [this.#item, host.onDidChangeRun(update), host.onDidChangeQueue(update)];
  }

  /** Reads the runs anew; calls during a reading make one more after it. */
  update(): void {
    this.#isStale = true;
    if (this.#isUpdating) return;
    this.#isUpdating = true;
    void this.#updateWhileStale().finally(() => {
      this.#isUpdating = false;
    });
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #updateWhileStale(): Promise<void> {
    while (this.#isStale) {
      this.#isStale = false;
      try {
        await this.#show();
      } catch (error) {
        this.#log.error('The runs cannot be counted', error);
      }
    }
  }

  async #show(): Promise<void> {
    const { runs, isPaused } = await this.#book.look();
    const count = (...states: RunState[]): number =>
      runs.filter(({ state }) => states.includes(state)).length;
    const [running, queued, waiting] = [count('running'), count('queued'), count('waiting')];
    await Promise.all([
      setContextKey('strategyLab.waitingRuns', waiting),
      setContextKey('strategyLab.runningRuns', running + queued),
      setContextKey('strategyLab.interruptedRuns', count('interrupted')),
      setContextKey('strategyLab.queuePaused', isPaused),
      setContextKey('strategyLab.reports', runs.filter(({ figures }) => figures !== null).length),
    ]);
    if (!this.#host.isThere) {
      this.#item.hide();
      return;
    }
    const parts = [
      isPaused ? `$(debug-pause) ${vscode.l10n.t('Queue paused')}` : '',
      running > 0 ? `$(sync~spin) ${running}` : '',
      queued > 0 ? `$(clock) ${queued}` : '',
      waiting > 0 ? `$(person) ${waiting}` : '',
    ].filter((part) => part !== '');
    const counts = vscode.l10n.t(
      '{0} running, {1} in the queue, {2} waiting for your review',
      running,
      queued,
      waiting,
    );
    const paused = vscode.l10n.t('The queue is paused: nothing that waits is started until it is resumed.');
    const label = isPaused ? `${counts}. ${paused}` : counts;
    this.#item.command = isPaused ? 'strategyLab.resumeQueue' : 'strategyLab.runs.focus';
    this.#item.backgroundColor = isPaused
      ? new vscode.ThemeColor('statusBarItem.warningBackground')
      : undefined;
    this.#item.text = parts.length === 0 ? '$(beaker) Strategy Lab' : parts.join(' ');
    this.#item.tooltip = `${vscode.l10n.t('Strategy Lab')}: ${label}`;
    this.#item.accessibilityInformation = { label: `${vscode.l10n.t('Strategy Lab')}: ${label}` };
    this.#item.show();
  }
}
