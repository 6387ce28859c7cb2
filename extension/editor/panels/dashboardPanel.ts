import * as vscode from 'vscode';
import { dashboardTexts } from '../../../webviews/dashboard/texts.ts';
import { flowStepTexts, stateTexts } from '../../../webviews/dashboard/words.ts';
import { fillText } from '../../../webviews/shared/texts.ts';
import {
  type DashboardFromPanel,
  type DashboardSample,
  type DashboardToPanel,
  dashboardFromPanelSchema,
  dashboardSubjectSchema,
} from '../../contracts/dashboard.ts';
import type { FlowWords } from '../../reports/dashboard/pipelineFlow.ts';
import { dashboardSnapshot, type LabMoment } from '../../reports/dashboard/snapshot.ts';
import { panelTypes } from '../contributions/views.ts';
import type { Log } from '../log.ts';
import { translate } from '../translate.ts';
import { stepTitle } from '../views/runsView.ts';
import { Pace } from './pace.ts';
import { problemOf } from './problem.ts';
import { OpenPanels, restoredSubject, WebviewPanelHost } from './webviewPanelHost.ts';

/** Two a second: more is not seen, and each reads the lab. */
const updateMilliseconds = 500;
/** What has no event of its own, such as memory and late bars, is looked at so often while it is seen. */
const lookMilliseconds = 5000;

/** What the dashboard needs of the lab and of the editor. */
export interface DashboardPorts {
  readonly extensionUri: vscode.Uri;
  /** The lab as it is now; null where there is none yet. `isThorough`: asks also the parts that are asked only now and then. */
  readonly readLab: (isThorough: boolean) => Promise<LabMoment | null>;
  /** Something changed that the dashboard shows. */
  readonly onDidChange: vscode.Event<unknown>;
  readonly showRuns: () => Thenable<unknown> | undefined;
  readonly resumeQueue: () => Thenable<unknown>;
  readonly log: Pick<Log, 'warn' | 'error' | 'channel'>;
}

/** The dashboard of a window: there is one at most, and one of before a restart comes back. */
export class DashboardPanels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  readonly #ports: DashboardPorts;
  readonly #panels = new OpenPanels();
  /** Outlives the panel: who opens it again finds the last half hour. */
  #history: readonly DashboardSample[] = [];

  constructor(ports: DashboardPorts) {
    this.#ports = ports;
  }

  open(): void {
    if (this.#panels.reveal(key)) return;
    const title = translate(dashboardTexts.panelTitle);
    this.#take(vscode.window.createWebviewPanel(panelTypes.dashboard, title, vscode.ViewColumn.Active));
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const subject = restoredSubject(state, dashboardSubjectSchema);
    if (subject === undefined || this.#panels.reveal(key)) panel.dispose();
    else this.#take(panel);
    return Promise.resolve();
  }

  dispose(): void {
    this.#panels.dispose();
  }

  #take(panel: vscode.WebviewPanel): void {
    this.#panels.add(key, panel);
    const { extensionUri, onDidChange, log } = this.#ports;
    let isThorough = false;
    const host = new WebviewPanelHost<DashboardFromPanel, DashboardToPanel>({
      panel,
      extensionUri,
      bundle: 'dashboardPanel',
      title: translate(dashboardTexts.panelTitle),
      subject: {},
      texts: dashboardTexts,
      incoming: dashboardFromPanelSchema,
      snapshot: async () => {
        const moment = await this.#ports.readLab(isThorough);
        isThorough = false;
        if (moment === null) return noLab();
        const snapshot = dashboardSnapshot(moment, this.#history, words);
        this.#history = snapshot.history;
        return snapshot;
      },
      receive: async ({ type }) => {
        if (type === 'showLog') log.channel.show();
        else if (type === 'showRuns') await this.#ports.showRuns();
        else if (type === 'resumeQueue') await this.#ports.resumeQueue();
        else {
          isThorough = true;
          changes.request();
        }
      },
      failure: (error) => ({ type: 'unavailable', problem: problemOf(error) }),
      log,
    });
    const changes = new Pace(updateMilliseconds, () => host.refresh());
    const looking = setInterval(() => {
      if (panel.visible) changes.request();
    }, lookMilliseconds);
    host.own(changes);
    host.own(onDidChange(() => changes.request()));
    host.own({ dispose: () => clearInterval(looking) });
  }
}

function noLab(): DashboardToPanel {
  return {
    type: 'unavailable',
    problem: {
      message: vscode.l10n.t('There is no lab in this folder yet.'),
      action: vscode.l10n.t('It is made with the first strategy, data set or run.'),
    },
  };
}

/** The one dashboard among the open panels. */
const key = 'dashboard';

const words: FlowWords = {
  get title() {
    return translate(dashboardTexts.flowTitle);
  },
  summary: (begun, completed) => fillText(translate(dashboardTexts.flowSummary), [begun, completed]),
  get source() {
    return translate(dashboardTexts.flowSource);
  },
  get completed() {
    return translate(dashboardTexts.flowCompleted);
  },
  stepTitle(step) {
    const short = flowStepTexts[step];
    return short === undefined ? stepTitle(step) : translate(dashboardTexts[short]);
  },
  stayed: (state, step) =>
    fillText(translate(dashboardTexts.flowStayed), [step, translate(dashboardTexts[stateTexts[state]])]),
};
