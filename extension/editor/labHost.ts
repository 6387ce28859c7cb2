import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { LabError } from '../contracts/errors.ts';
import type { Cancellation, Decision, SagaEvent, SagaNotice, SagaView } from '../contracts/saga.ts';
import type { Lab } from '../lab.ts';
import { type LabFolders, labFolders } from '../labFolders.ts';
import type { StartRequest } from '../orchestrator/saga/engine.ts';
import { stateName } from '../orchestrator/saga/view.ts';
import { newTurn, type SagaTurn } from '../orchestrator/sagaTasks.ts';
import type { Log } from './log.ts';
import { lostError } from './lostLab.ts';
import { isForNewLab, openWindowLab, windowPolicy } from './openWindowLab.ts';
import { isLive, RunNews } from './runNews.ts';
import type { RunAlert } from './sandboxAlerts.ts';
import { TurnEnds } from './turnEnds.ts';
import { isTurnOver } from './turnOver.ts';
import { watchJournal } from './watchJournal.ts';

export interface RunProgress {
  readonly id: string;
  readonly step: string;
  /** 0 to 1. */
  readonly fraction: number;
  readonly text: string;
}

export interface LabHostOptions {
  /** The workspace folder, undefined in a window without one. */
  readonly folder: vscode.Uri | undefined;
  /** The folder of the built workers, runner and report assets. */
  readonly assets: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: () => number;
  readonly log: Log;
}

/** A process that was killed says nothing: what another runs is looked at again after a while. */
const lookAgainMilliseconds = 5000;

/** The runs of a lab, the newest first, those of them that the queue has, and whether that holds them back. */
export interface LabRuns {
  readonly views: readonly SagaView[];
  readonly turns: readonly SagaTurn[];
  readonly isPaused: boolean;
}

/**
 * The lab of this window: opened on first need and never in Restricted Mode; from then on the window works on
 * the lab's queue. Several windows and the command line may have the same lab open; what others write is
 * noticed by the journal's file.
 */
export class LabHost implements vscode.Disposable {
  readonly #options: LabHostOptions;
  readonly #ends = new TurnEnds((taskId, id) => this.#hasEnded(taskId, id));
  readonly #changedRun = new vscode.EventEmitter<string>();
  readonly #progressed = new vscode.EventEmitter<RunProgress>();
  readonly #changedQueue = new vscode.EventEmitter<void>();
  readonly #changedData = new vscode.EventEmitter<void>();
  readonly #alerted = new vscode.EventEmitter<RunAlert>();
  readonly #died = new vscode.EventEmitter<unknown>();
  readonly #news = new RunNews();
  #lab: Promise<Lab> | undefined;
  #watcher: vscode.Disposable | undefined;
  #waiting: NodeJS.Timeout | undefined;
  #runs: Promise<LabRuns> | undefined;
  /** What was last seen of the lab, to tell news from renewed leases. */
  #mark = '';
  #isClosed = false;
  /** Whether the last lab died, and none was opened since. */
  #isLost = false;

  /** The id of a run that changed; empty when any may have, as when another process wrote. */
  readonly onDidChangeRun = this.#changedRun.event;
  readonly onProgress = this.#progressed.event;
  readonly onDidChangeQueue = this.#changedQueue.event;
  readonly onDidChangeData = this.#changedData.event;
  /** A sandbox of a run of this window did what no honest strategy does. */
  readonly onAlert = this.#alerted.event;
  /** The lab has died of this error and is closed; what was written is there when the next command opens it. */
  readonly onDidDie = this.#died.event;

  constructor(options: LabHostOptions) {
    this.#options = options;
  }

  get folder(): vscode.Uri | undefined {
    return this.#options.folder;
  }

  /** Folder of generated strategies, as the command line has it. */
  get strategiesFolder(): string | undefined {
    return this.#folders?.strategies;
  }

  /** True when there is a lab to look into: looking never makes one. */
  get isThere(): boolean {
    const folder = this.#folders?.lab;
    if (this.#isClosed || !vscode.workspace.isTrusted || folder === undefined) return false;
    return (
      this.#lab !== undefined || ['journal.sqlite', 'data'].some((name) => existsSync(join(folder, name)))
    );
  }

  /** Opens the lab. @throws LabError `workspace.untrusted`, `workspace.missing`, `journal.unavailable`, `cancelled` */
  async lab(): Promise<Lab> {
    if (this.#isClosed) throw new LabError('cancelled', vscode.l10n.t('This window closes.'));
    if (!vscode.workspace.isTrusted) {
      throw new LabError(
        'workspace.untrusted',
        vscode.l10n.t('Nothing is run or written in Restricted Mode.'),
        {
          action: vscode.l10n.t('Trust this folder first.'),
        },
      );
    }
    this.#lab ??= this.#open();
    const opening = this.#lab;
    try {
      return await opening;
    } catch (error) {
      // Mended permissions or a freed disk shall count without a new window.
      if (this.#lab === opening) this.#lab = undefined;
      throw error;
    }
  }

  /** Opens a lab that has died anew. @throws as `lab` */
  async reopen(): Promise<void> {
    if (this.#isLost) await this.lab();
  }

  /** All runs, the newest first; none where there is no lab yet. */
  async list(): Promise<readonly SagaView[]> {
    return (await this.runs()).views;
  }

  /** All runs and their turns in the queue, both as they were read at one time. */
  async runs(): Promise<LabRuns> {
    if (!this.isThere) return { views: [], turns: [], isPaused: false };
    // Who only looks shall not open over and over what dies.
    if (this.#isLost) throw lostError();
    this.#runs ??= this.#read();
    const reading = this.#runs;
    try {
      return await reading;
    } catch (error) {
      if (this.#runs === reading) this.#runs = undefined;
      throw error;
    }
  }

  async view(id: string): Promise<SagaView> {
    return (await this.#sagas()).view(id);
  }

  /** A run with all its events. */
  async history(id: string): Promise<{ view: SagaView; events: readonly SagaEvent[] }> {
    return (await this.#sagas()).history(id);
  }

  async results(id: string): Promise<Record<string, unknown>> {
    return (await this.#sagas()).results(id);
  }

  /** Writes a new run down and puts it into the queue. `ended` settles when it has come to rest. */
  async start(request: StartRequest, priority: number): Promise<{ id: string; ended: Promise<void> }> {
    const { taskId, turn } = newTurn({ priority });
    const id = await (await this.#sagas()).create({ ...request, turn });
    return { id, ...(await this.#follow(taskId, id)) };
  }

  /** Writes a decision down and lets the run go on; settles when it has come to rest again. */
  async decide(id: string, decision: Decision): Promise<void> {
    const { taskId, turn } = newTurn({ priority: decidedPriority });
    await (await this.#sagas()).decide(id, decision, turn);
    await (await this.#follow(taskId, id)).ended;
  }

  /** Ends a run at any time; settles when it is undone, or when the process that runs it has been told. */
  async cancel(id: string, cancellation: Cancellation): Promise<void> {
    const { sagas, tasks } = await this.lab();
    await (await sagas()).cancel(id, cancellation);
    const turn = (await tasks.turns()).find((known) => known.id === id);
    if (turn !== undefined) {
      // Who works on it undoes it.
      if (turn.priority < decidedPriority) await this.#hasten(turn.taskId);
      await this.#ends.of(turn.taskId, id);
    }
    if ((await this.view(id)).state === 'interrupted') await (await this.#enqueue(id, decidedPriority)).ended;
  }

  /** Goes on with an interrupted run; settles when it has come to rest. */
  async resume(id: string): Promise<void> {
    await (await this.#enqueue(id, resumedPriority)).ended;
  }

  /**
   * Stops a run that waits or is at work, in this window or another; it stays so until it is resumed.
   * @throws LabError `conflict` for one that the queue does not have
   */
  async stop(id: string): Promise<void> {
    if (!(await (await this.lab()).tasks.stopRun(id))) {
      throw new LabError('conflict', vscode.l10n.t('Run {0} is not in the queue.', id), {
        action: vscode.l10n.t('If a terminal runs it, stop it there.'),
      });
    }
    this.#queueChanged();
  }

  /** Ends a pause of the queue, whoever made it. */
  async resumeQueue(): Promise<void> {
    await (await (await this.lab()).tasks.queue()).resume();
    this.#queueChanged();
  }

  /**
   * Takes changed settings in. Where Docker is found is read when the lab opens: an idle one is opened
   * anew, a busy one keeps what it has.
   */
  async takeSettings(event: vscode.ConfigurationChangeEvent): Promise<void> {
    if (this.#lab === undefined) return;
    const { pool } = await (await this.lab()).tasks.work(windowPolicy(this.#options.log));
    const isIdle = pool.status.active === 0 && this.#ends.size === 0;
    if (!isForNewLab(event) || !isIdle) return;
    await this.#closeLab();
    await this.lab();
  }

  /** Says that data sets were added. */
  dataChanged(): void {
    this.#changedData.fire();
  }

  /** Looks at everything anew. */
  refresh(): void {
    this.#runs = undefined;
    this.#changedRun.fire('');
    this.#changedData.fire();
  }

  /** Gives back what is at work, for another window or for this one when it is opened again. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#closeLab();
  }

  dispose(): void {
    vscode.Disposable.from(this.#changedRun, this.#progressed, this.#changedQueue).dispose();
    vscode.Disposable.from(this.#changedData, this.#alerted, this.#died).dispose();
  }

  async #sagas() {
    return (await this.lab()).sagas();
  }

  async #closeLab(): Promise<void> {
    this.#watcher?.dispose();
    clearTimeout(this.#waiting);
    this.#waiting = undefined;
    const lab = this.#lab;
    this.#lab = undefined;
    this.#runs = undefined;
    this.#mark = '';
    await (await lab?.catch(() => undefined))?.close();
  }

  get #folders(): LabFolders | undefined {
    const { folder, environment } = this.#options;
    const chosen = environment['STRATEGY_LAB_HOME'];
    if (folder === undefined && !chosen) return undefined;
    return labFolders(folder?.fsPath ?? homedir(), chosen);
  }

  /** Puts a run's next turn into the queue, and follows it. */
  async #enqueue(id: string, priority: number): Promise<{ readonly ended: Promise<void> }> {
    return this.#follow(await (await this.lab()).tasks.enqueueRun(id, { priority }), id);
  }

  /** `ended` settles when the turn of a run is over, whoever works on it. */
  async #follow(taskId: string, id: string): Promise<{ readonly ended: Promise<void> }> {
    // Where this was not possible when the lab was opened, it shall be told why.
    await (await this.lab()).tasks.work();
    this.#queueChanged();
    const ended = this.#ends.of(taskId, id);
    // Who wants to hear of it holds the promise; nobody else shall be ended by it.
    ended.catch(() => undefined);
    return { ended };
  }

  async #hasten(taskId: string): Promise<void> {
    const queue = await (await this.lab()).tasks.queue();
    await queue.setPriority(taskId, decidedPriority).catch((error: unknown) => {
      // It has just come to its end.
      if (!LabError.is(error, 'task.state')) throw error;
    });
  }

  /** @throws as `isTurnOver` */
  async #hasEnded(taskId: string, id: string): Promise<boolean> {
    // What is given back when the window closes, or its lab has died, has not ended.
    if (this.#isClosed || this.#lab === undefined) return false;
    return isTurnOver(await this.lab(), taskId, id);
  }

  #queueChanged(): void {
    this.#runs = undefined;
    this.#changedQueue.fire();
    void this.#ends.look();
  }

  async #read(): Promise<LabRuns> {
    const { sagas, tasks } = await this.lab();
    const [views, turns, isPaused] = await Promise.all([
      sagas().then((engine) => engine.list()),
      tasks.turns(),
      tasks.queue().then((queue) => queue.isPaused()),
    ]);
    this.#news.begin(views);
    if (views.some(isLive)) {
      this.#waiting ??= setTimeout(() => {
        this.#waiting = undefined;
        void this.#lookAgain(true);
      }, lookAgainMilliseconds);
    }
    return { views, turns, isPaused };
  }

  /** Reads the runs anew and tells which have changed: renewed leases are writes, and no news. */
  async #lookAgain(isThorough = false): Promise<void> {
    try {
      void this.#ends.look();
      const mark = await (await this.lab()).tasks.mark();
      if (mark === this.#mark && !isThorough) return;
      const isNews = mark !== this.#mark;
      this.#mark = mark;
      this.#runs = undefined;
      for (const id of this.#news.take(await this.list())) this.#changedRun.fire(id);
      if (isNews) this.#changedQueue.fire();
    } catch (error) {
      if (!this.#isClosed) this.#options.log.error('The runs cannot be looked at again', error);
    }
  }

  async #open(): Promise<Lab> {
    const folders = this.#folders;
    if (folders === undefined) {
      throw new LabError(
        'workspace.missing',
        vscode.l10n.t('A lab lives in a folder, and this window has none.'),
        {
          action: vscode.l10n.t('Open a folder first.'),
        },
      );
    }
    const { log } = this.#options;
    const lab = await openWindowLab(this.#options, folders, {
      listener: (notice) => this.#hear(notice),
      onAttempted: () => this.#queueChanged(),
    });
    log.info(`The lab ${folders.lab} is open.`);
    lab.died.addEventListener('abort', () => void this.#bury(lab), { once: true });
    this.#watcher = watchJournal(folders.lab, log, () => void this.#lookAgain());
    lab.tasks.work(windowPolicy(log)).catch((error: unknown) => log.error('Runs cannot be worked on', error));
    if (this.#isLost) {
      this.#isLost = false;
      this.refresh();
      void this.#ends.look();
    }
    return lab;
  }

  /** Who waits for a run goes on waiting: it goes on with the next lab. */
  async #bury(dead: Lab): Promise<void> {
    if ((await this.#lab?.catch(() => undefined)) !== dead || this.#isClosed) return;
    this.#isLost = true;
    const closing = this.#closeLab();
    this.#changedQueue.fire();
    this.#died.fire(dead.died.reason);
    await closing.catch((error: unknown) => this.#options.log.error('The dead lab cannot be closed', error));
  }

  #hear(notice: SagaNotice): void {
    if (notice.kind === 'progress') {
      const { sagaId: id, step, fraction, text } = notice;
      this.#progressed.fire({ id, step, fraction, text });
    } else {
      const { sagaId: id, state } = notice;
      this.#runs = undefined;
      this.#news.tell({ id, updatedTime: state.updatedTime, state: stateName(state, true) });
      this.#changedRun.fire(id);
      const { event } = notice;
      if (event.type === 'saga.sandbox-alert') this.#alerted.fire({ id, alert: event.data.alert });
    }
  }
}

const decidedPriority = 5;
const resumedPriority = 1;
