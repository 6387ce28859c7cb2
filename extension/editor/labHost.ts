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
import { defaultScalingPolicy, type ScalingPolicy } from '../orchestrator/workers/autoscaler.ts';
import type { Log } from './log.ts';
import { openWindowLab } from './openWindowLab.ts';
import type { RunAlert } from './sandboxAlerts.ts';
import { readSetting } from './settings.ts';
import { TurnEnds } from './turnEnds.ts';
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

/** The runs of a lab, the newest first, and those of them that the queue has. */
export interface LabRuns {
  readonly views: readonly SagaView[];
  readonly turns: readonly SagaTurn[];
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
  #lab: Promise<Lab> | undefined;
  #watcher: vscode.Disposable | undefined;
  #waiting: NodeJS.Timeout | undefined;
  #runs: Promise<LabRuns> | undefined;
  /** What was last seen of the lab, to tell news from renewed leases. */
  #mark = '';
  #isClosed = false;
  /** What was last told of each run, to tell which have changed. */
  readonly #told = new Map<string, string>();

  /** The id of a run that changed; empty when any may have, as when another process wrote. */
  readonly onDidChangeRun = this.#changedRun.event;
  readonly onProgress = this.#progressed.event;
  readonly onDidChangeQueue = this.#changedQueue.event;
  readonly onDidChangeData = this.#changedData.event;
  /** A sandbox of a run of this window did what no honest strategy does. */
  readonly onAlert = this.#alerted.event;

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

  /** All runs, the newest first; none where there is no lab yet. */
  async list(): Promise<readonly SagaView[]> {
    return (await this.runs()).views;
  }

  /** All runs and their turns in the queue, both as they were read at one time. */
  async runs(): Promise<LabRuns> {
    if (!this.isThere) return { views: [], turns: [] };
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

  /**
   * Takes changed settings in. Where Docker is found is read when the lab opens: an idle one is opened
   * anew, a busy one keeps what it has.
   */
  async takeSettings(event: vscode.ConfigurationChangeEvent): Promise<void> {
    if (this.#lab === undefined) return;
    const { pool } = await (await this.lab()).tasks.work(this.#policy());
    const isIdle = pool.status.active === 0 && this.#ends.size === 0;
    if (!event.affectsConfiguration('strategyLab.sandbox') || !isIdle) return;
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
    this.#changedRun.dispose();
    this.#progressed.dispose();
    this.#changedQueue.dispose();
    this.#changedData.dispose();
    this.#alerted.dispose();
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

  /** As many runs at once as the setting says, whatever the load. */
  #policy(): ScalingPolicy {
    let concurrent = 1;
    try {
      concurrent = readSetting('strategyLab.runs.concurrent');
    } catch (error) {
      this.#options.log.error('One run at a time', error);
    }
    return { ...defaultScalingPolicy, minimum: concurrent, maximum: concurrent };
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

  /** @throws LabError `saga.state` with what it has failed with */
  async #hasEnded(taskId: string, id: string): Promise<boolean> {
    // What is given back when the window closes has not ended.
    if (this.#isClosed) return false;
    const { tasks } = await this.lab();
    const task = await (await tasks.queue()).get(taskId);
    if (task === null || task.state === 'done') return true;
    if (task.state === 'dead') {
      throw new LabError('saga.state', task.error ?? '', {
        action: vscode.l10n.t('Resume the run to try again.'),
      });
    }
    // Who had it comes to its next step yet.
    return task.state === 'cancelled' && !isLive(await this.view(id));
  }

  #queueChanged(): void {
    this.#runs = undefined;
    this.#changedQueue.fire();
    void this.#ends.look();
  }

  async #read(): Promise<LabRuns> {
    const { sagas, tasks } = await this.lab();
    const [views, turns] = await Promise.all([sagas().then((engine) => engine.list()), tasks.turns()]);
    if (this.#told.size === 0) for (const view of views) this.#told.set(view.id, markOf(view));
    if (views.some(isLive)) {
      this.#waiting ??= setTimeout(() => {
        this.#waiting = undefined;
        void this.#lookAgain(true);
      }, lookAgainMilliseconds);
    }
    return { views, turns };
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
      for (const view of await this.list()) {
        if (this.#told.get(view.id) === markOf(view)) continue;
        this.#told.set(view.id, markOf(view));
        this.#changedRun.fire(view.id);
      }
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
    this.#watcher = watchJournal(folders.lab, log, () => void this.#lookAgain());
    lab.tasks.work(this.#policy()).catch((error: unknown) => log.error('Runs cannot be worked on', error));
    return lab;
  }

  #hear(notice: SagaNotice): void {
    if (notice.kind === 'progress') {
      const { sagaId: id, step, fraction, text } = notice;
      this.#progressed.fire({ id, step, fraction, text });
    } else {
      const { sagaId: id, state } = notice;
      this.#runs = undefined;
      this.#told.set(id, markOf({ updatedTime: state.updatedTime, state: stateName(state, true) }));
      this.#changedRun.fire(id);
      const { event } = notice;
      if (event.type === 'saga.sandbox-alert') this.#alerted.fire({ id, alert: event.data.alert });
    }
  }
}

/** Equal for a run that nothing has happened to. */
function markOf({ updatedTime, state }: Pick<SagaView, 'updatedTime' | 'state'>): string {
  return `${updatedTime} ${state}`;
}

/** Whether somebody is at it, or will be. */
function isLive({ state }: SagaView): boolean {
  return state === 'running' || state === 'undoing';
}

const decidedPriority = 5;
const resumedPriority = 1;
