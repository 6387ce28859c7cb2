import * as vscode from 'vscode';
import { backtestTexts } from '../../../webviews/backtest/texts.ts';
import {
  type BacktestFromPanel,
  type BacktestToPanel,
  backtestFromPanelSchema,
  backtestSubjectSchema,
  backtestViewSchema,
} from '../../contracts/backtestPanel.ts';
import { LabError } from '../../contracts/errors.ts';
import { panelStateSchema } from '../../contracts/panel.ts';
import type { RunReportInput } from '../../contracts/report.ts';
import type { RunEvidence } from '../../contracts/runEvidence.ts';
import type { Decision, SagaView } from '../../contracts/saga.ts';
import { BacktestModel } from '../../reports/panel/backtestModel.ts';
import { wordsOf } from '../../reports/panel/words.ts';
import { panelTypes } from '../contributions/views.ts';
import type { Log } from '../log.ts';
import { translate } from '../translate.ts';
import { stepTitle } from '../views/runsView.ts';
import { exportedFile } from './backtestExport.ts';
import { problemOf } from './problem.ts';
import { OpenPanels, restoredSubject, WebviewPanelHost } from './webviewPanelHost.ts';

/** Bursts of changes are one. */
const settleMilliseconds = 150;

/** What the panel needs of the lab and of the editor. */
export interface BacktestPanelPorts {
  readonly extensionUri: vscode.Uri;
  /** Everything of a run whose backtest is done. */
  readonly loadRun: (id: string) => Promise<RunEvidence>;
  /** Where a run stands, without its series. */
  readonly viewRun: (id: string) => Promise<SagaView>;
  /** The id of a run that changed; empty when any may have. */
  readonly onDidChangeRun: vscode.Event<string>;
  /** Writes a decision down; settles when the run has come to rest again. */
  readonly decide: (id: string, decision: Decision) => Promise<void>;
  /** Other runs with a backtest, the nearest first. */
  readonly listComparable: (
    id: string,
  ) => Promise<readonly { readonly id: string; readonly title: string }[]>;
  /** A strategy file as it stands in the editor, saved or not. */
  readonly sourceText: (file: string) => Promise<string>;
  readonly openSource: (file: string, line?: number) => Promise<void>;
  readonly openSaga: (id: string) => Promise<void>;
  readonly renderReport: (input: RunReportInput) => string | Promise<string>;
  /** Lets the person choose a place and writes the file; its name, undefined when they chose none. */
  readonly saveFile: (defaultName: string, content: Uint8Array) => Promise<string | undefined>;
  readonly log: Pick<Log, 'warn' | 'error'>;
}

/** The backtest panels of a window: one a run, and those of before a restart come back. */
export class BacktestPanels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  readonly #ports: BacktestPanelPorts;
  readonly #panels = new OpenPanels();
  readonly #open = new Map<string, BacktestPanel>();

  constructor(ports: BacktestPanelPorts) {
    this.#ports = ports;
  }

  /** Shows a run's backtest, with another run beside it where one is given. */
  open(run: string, compareWith?: string, column: vscode.ViewColumn = vscode.ViewColumn.Active): void {
    if (this.#panels.reveal(run)) {
      if (compareWith !== undefined) void this.#open.get(run)?.compareWith(compareWith);
      return;
    }
    const title = translate(backtestTexts.backtest);
    const panel = vscode.window.createWebviewPanel(panelTypes.backtest, title, column);
    this.#take(panel, run, compareWith ?? null);
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const subject = restoredSubject(state, backtestSubjectSchema);
    if (subject === undefined || this.#open.has(subject.run)) panel.dispose();
    else {
      const kept = panelStateSchema.safeParse(state).data?.view;
      this.#take(panel, subject.run, backtestViewSchema.safeParse(kept).data?.compared ?? null);
    }
    return Promise.resolve();
  }

  dispose(): void {
    this.#panels.dispose();
  }

  #take(panel: vscode.WebviewPanel, run: string, compared: string | null): void {
    this.#open.set(run, new BacktestPanel(panel, run, compared, this.#ports));
    this.#panels.add(run, panel);
    panel.onDidDispose(() => this.#open.delete(run));
  }
}

/** One panel: its run, and what is done at its page's wish. */
class BacktestPanel {
  readonly #ports: BacktestPanelPorts;
  readonly #run: string;
  readonly #model: BacktestModel;
  readonly #host: WebviewPanelHost<BacktestFromPanel, BacktestToPanel>;
  #settling: NodeJS.Timeout | undefined;

  constructor(panel: vscode.WebviewPanel, run: string, compared: string | null, ports: BacktestPanelPorts) {
    this.#ports = ports;
    this.#run = run;
    const words = wordsOf(backtestTexts, translate, stepTitle);
    this.#model = new BacktestModel({ ...ports, problemOf }, run, compared, words);
    // Read while the page loads; a failure is told when the page asks.
    this.#model.prepared().catch(() => undefined);
    this.#host = new WebviewPanelHost({
      panel,
      extensionUri: ports.extensionUri,
      bundle: 'backtestPanel',
      title: `${translate(backtestTexts.backtest)} ${run}`,
      subject: { run },
      texts: backtestTexts,
      incoming: backtestFromPanelSchema,
      snapshot: () => this.#snapshot(),
      receive: (message) => this.#receive(message),
      failure: (error) => ({ type: 'unavailable', problem: problemOf(error) }),
      log: ports.log,
    });
    this.#host.own(ports.onDidChangeRun((id) => this.#heard(id)));
    this.#host.own({ dispose: () => clearTimeout(this.#settling) });
  }

  async compareWith(run: string | null): Promise<void> {
    this.#model.compareWith(run);
    await this.#host.refresh();
  }

  async #snapshot(): Promise<BacktestToPanel> {
    const snapshot = await this.#model.snapshot();
    this.#host.panel.title = `${snapshot.run.title} ${this.#run}`;
    return snapshot;
  }

  #heard(id: string): void {
    if (id !== '' && id !== this.#run && id !== this.#model.compared) return;
    this.#settling ??= setTimeout(() => {
      this.#settling = undefined;
      void this.#update();
    }, settleMilliseconds);
  }

  async #update(): Promise<void> {
    try {
      await this.#model.update();
    } catch (error) {
      this.#ports.log.error(`Run ${this.#run} cannot be read anew`, error);
    }
    await this.#host.refresh();
  }

  async #receive(message: BacktestFromPanel): Promise<void> {
    const { openSource, openSaga } = this.#ports;
    switch (message.type) {
      case 'wantSeries': {
        const window = this.#model.series(message);
        if (window !== undefined) this.#host.post({ type: 'series', request: message.request, window });
        return;
      }
      case 'wantTrades': {
        const page = this.#model.trades(message.query);
        if (page !== undefined) this.#host.post({ type: 'trades', request: message.request, page });
        return;
      }
      case 'wantOrders': {
        const page = this.#model.orders(message.query);
        if (page !== undefined) this.#host.post({ type: 'orders', request: message.request, page });
        return;
      }
      case 'compareWith':
        return this.compareWith(message.run);
      case 'retry':
        this.#model.forget();
        return this.#host.refresh();
      case 'openSource': {
        const { file } = await this.#model.evidence();
        return this.#try(() => openSource(file, message.line ?? undefined));
      }
      case 'openSaga':
        return this.#try(() => openSaga(this.#run));
      case 'decide':
        return this.#answer(message.request, () => this.#decide(message));
      case 'export':
      case 'exportPicture':
        return this.#answer(message.request, () => this.#save(message));
    }
  }

  async #decide({ at, comment, choice }: Extract<BacktestFromPanel, { type: 'decide' }>): Promise<null> {
    const common = { at, comment };
    const { decide, sourceText } = this.#ports;
    switch (choice.action) {
      case 'fixIdea':
        await decide(this.#run, { action: 'fix', patch: { idea: choice.idea }, ...common });
        break;
      case 'fixFile': {
        const { file } = await this.#model.evidence();
        await decide(this.#run, { action: 'fix', patch: { source: await sourceText(file) }, ...common });
        break;
      }
      default:
        await decide(this.#run, { ...choice, ...common });
    }
    return null;
  }

  async #save(message: Extract<BacktestFromPanel, { type: 'export' | 'exportPicture' }>): Promise<string> {
    const { renderReport, saveFile } = this.#ports;
    const run = await this.#model.prepared();
    if (message.type === 'export' && message.format === 'orders' && run.evidence.orders === null) {
      return translate(backtestTexts.ordersNotKept);
    }
    const { name, content } = await exportedFile(run, message, renderReport);
    const saved = await saveFile(name, content);
    return saved === undefined ? translate(backtestTexts.notSaved) : translate(backtestTexts.saved, saved);
  }

  /** Answers a request by what `work` says, or by what went wrong. */
  async #answer(request: number, work: () => Promise<string | null>): Promise<void> {
    try {
      this.#host.post({ type: 'answer', request, problem: null, note: await work() });
    } catch (error) {
      if (!LabError.is(error)) this.#ports.log.error(`Run ${this.#run}`, error);
      this.#host.post({ type: 'answer', request, problem: problemOf(error), note: null });
    }
  }

  /** What opens something else leaves the panel as it is when it fails. */
  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#ports.log.error(`Run ${this.#run}`, error);
      void vscode.window.showErrorMessage(problemOf(error).message);
    }
  }
}
