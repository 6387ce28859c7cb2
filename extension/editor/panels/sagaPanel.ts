import * as vscode from 'vscode';
import { sagaTexts } from '../../../webviews/saga/texts.ts';
import { LabError } from '../../contracts/errors.ts';
import type { ArtefactReference, Decision, SagaEvent, SagaView } from '../../contracts/saga.ts';
import {
  type ProgressView,
  type SagaFromPanel,
  type SagaToPanel,
  sagaFromPanelSchema,
  sagaSubjectSchema,
} from '../../contracts/sagaPanel.ts';
import { type EvidencePair, evidenceByRun } from '../../reports/saga/evidence.ts';
import { sagaWords } from '../../reports/saga/say.ts';
import { sagaSnapshot, strategyFileOf } from '../../reports/saga/snapshot.ts';
import { panelTypes } from '../contributions/views.ts';
import type { Log } from '../log.ts';
import { translate } from '../translate.ts';
import { stepTitle } from '../views/runsView.ts';
import { Pace } from './pace.ts';
import { problemOf } from './problem.ts';
import { OpenPanels, restoredSubject, WebviewPanelHost } from './webviewPanelHost.ts';

/** About ten a second: more is not seen. */
const updateMilliseconds = 100;

/** What the panel needs of the lab and of the editor. */
export interface SagaPanelPorts {
  readonly extensionUri: vscode.Uri;
  /** A run with all its events, and whether it waits for its turn in this window. */
  readonly loadSaga: (id: string) => Promise<{
    readonly view: SagaView;
    readonly events: readonly SagaEvent[];
    readonly isQueued: boolean;
  }>;
  /** The id of a run that changed, or whose place in the queue did; empty when any may have. */
  readonly onDidChangeRun: vscode.Event<string>;
  readonly onProgress: vscode.Event<ProgressView & { readonly id: string }>;
  /** Writes a decision down and lets the run go on; settles when it has come to rest again. */
  readonly decide: (id: string, decision: Decision) => Promise<void>;
  readonly resume: (id: string) => Promise<void>;
  readonly stop: (id: string) => Promise<void> | void;
  readonly cancel: (id: string) => Promise<void>;
  /** A strategy file as it stands in the editor, saved or not; named as the run names it. */
  readonly sourceText: (file: string) => Promise<string>;
  readonly openSource: (file: string) => Promise<void>;
  readonly openEvidence: (artefact: ArtefactReference) => Promise<void>;
  readonly diffEvidence: (
    earlier: ArtefactReference,
    later: ArtefactReference,
    title: string,
  ) => Promise<void>;
  readonly openBacktest: (id: string) => Promise<void>;
  /** UTC milliseconds. */
  readonly clock: () => number;
  readonly log: Pick<Log, 'warn' | 'error'>;
}

/** The graphs of runs in a window: one a run, and those of before a restart come back. */
export class SagaPanels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  readonly #ports: SagaPanelPorts;
  readonly #panels = new OpenPanels();

  constructor(ports: SagaPanelPorts) {
    this.#ports = ports;
  }

  /** Shows a run's graph. */
  open(id: string, column: vscode.ViewColumn = vscode.ViewColumn.Active): void {
    if (this.#panels.reveal(id)) return;
    this.#take(vscode.window.createWebviewPanel(panelTypes.saga, panelTitle(id), column), id);
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const subject = restoredSubject(state, sagaSubjectSchema);
    if (subject === undefined || this.#panels.reveal(subject.id)) panel.dispose();
    else this.#take(panel, subject.id);
    return Promise.resolve();
  }

  dispose(): void {
    this.#panels.dispose();
  }

  #take(panel: vscode.WebviewPanel, id: string): void {
    this.#panels.add(id, panel);
    new SagaPanel(panel, id, this.#ports);
  }
}

function panelTitle(id: string): string {
  return translate(sagaTexts.panelTitle, id);
}

/** One panel: what it is sent, and what is done at its page's wish. */
class SagaPanel {
  readonly #id: string;
  readonly #ports: SagaPanelPorts;
  readonly #host: WebviewPanelHost<SagaFromPanel, SagaToPanel>;
  #progress: ProgressView | null = null;

  constructor(panel: vscode.WebviewPanel, id: string, ports: SagaPanelPorts) {
    this.#id = id;
    this.#ports = ports;
    this.#host = new WebviewPanelHost({
      panel,
      extensionUri: ports.extensionUri,
      bundle: 'sagaPanel',
      title: panelTitle(id),
      subject: { id },
      texts: sagaTexts,
      incoming: sagaFromPanelSchema,
      snapshot: () => this.#snapshot(),
      receive: (message) => this.#answer(message),
      failure: (error) => ({ type: 'unavailable', problem: problemOf(error) }),
      log: ports.log,
    });
    const changes = new Pace(updateMilliseconds, () => this.#host.refresh());
    const progress = new Pace(updateMilliseconds, () =>
      this.#host.post({ type: 'progress', progress: this.#progress }),
    );
    for (const part of [
      changes,
      progress,
      ports.onDidChangeRun((changed) => {
        if (changed === '' || changed === id) changes.request();
      }),
      ports.onProgress(({ id: working, step, fraction, text }) => {
        if (working !== id) return;
        this.#progress = { step, fraction, text };
        progress.request();
      }),
    ]) {
      this.#host.own(part);
    }
  }

  async #snapshot(): Promise<SagaToPanel> {
    const { loadSaga, clock } = this.#ports;
    const moment = { ...(await loadSaga(this.#id)), progress: this.#progress, now: clock() };
    return sagaSnapshot(moment, sagaWords(translate, stepTitle));
  }

  async #answer(message: SagaFromPanel): Promise<void> {
    const { request } = message;
    try {
      await this.#carryOut(message);
      this.#host.post({ type: 'answer', request, problem: null });
    } catch (error) {
      if (!LabError.is(error)) this.#ports.log.error(`Run ${this.#id}`, error);
      this.#host.post({ type: 'answer', request, problem: problemOf(error) });
    }
  }

  async #carryOut(message: SagaFromPanel): Promise<void> {
    const id = this.#id;
    const { decide, resume, stop, cancel, sourceText, openSource, openBacktest, openEvidence, diffEvidence } =
      this.#ports;
    switch (message.type) {
      case 'approve':
      case 'reject': {
        const { type: action } = message;
        return decide(id, { action, ...answerOf(message) });
      }
      case 'rollback': {
        return decide(id, { action: 'rollback', to: message.to, ...answerOf(message) });
      }
      case 'fixIdea': {
        return decide(id, { action: 'fix', patch: { idea: message.idea }, ...answerOf(message) });
      }
      case 'fixFile': {
        const source = await sourceText(await this.#file());
        return decide(id, { action: 'fix', patch: { source }, ...answerOf(message) });
      }
      case 'resume':
        return resume(id);
      case 'stop':
        return stop(id);
      case 'cancel':
        return cancel(id);
      case 'openStrategy':
        return openSource(await this.#file());
      case 'openBacktest':
        return openBacktest(id);
      case 'openEvidence':
        return openEvidence((await this.#evidence(message)).artefact);
      case 'diffEvidence': {
        const { artefact, earlier } = await this.#evidence(message);
        if (earlier === null) throw this.#unknown(artefact.name);
        const generation = message.run.split('#')[1] ?? '';
        return diffEvidence(earlier, artefact, translate(sagaTexts.diffTitle, artefact.name, generation));
      }
    }
  }

  /** The run's strategy file, as the run names it. */
  async #file(): Promise<string> {
    const file = strategyFileOf(await this.#ports.loadSaga(this.#id));
    if (file !== null) return file;
    throw new LabError('saga.state', 'The run has no strategy file yet that could be edited.', {
      action: 'Give a new idea, or go on until the code is written.',
    });
  }

  /** The evidence that the page means: it can name only what the run has kept. */
  async #evidence({ run, hash }: { readonly run: string; readonly hash: string }): Promise<EvidencePair> {
    const { view } = await this.#ports.loadSaga(this.#id);
    const pair = evidenceByRun(view)
      .get(run)
      ?.find(({ artefact }) => artefact.hash === hash);
    if (pair === undefined) throw this.#unknown(hash.slice(0, 12));
    return pair;
  }

  #unknown(name: string): LabError {
    return new LabError('not-found', `Run ${this.#id} has no such evidence: ${name}.`, {
      action: 'Choose among the evidence that its steps list.',
    });
  }
}

type GateAnswer = Extract<SagaFromPanel, { type: 'approve' | 'reject' | 'rollback' | 'fixIdea' | 'fixFile' }>;

/** What every decision of the page says: the gate, why, and the evidence that the page showed. */
function answerOf({ at, comment, evidence }: GateAnswer) {
  return { at, comment, ...(evidence === null ? {} : { evidence }) };
}
