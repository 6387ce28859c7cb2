import { existsSync, type FSWatcher, watch } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import * as vscode from 'vscode';
import { LabError } from '../contracts/errors.ts';
import type { Cancellation, Decision, SagaEvent, SagaNotice, SagaView } from '../contracts/saga.ts';
import type { Lab } from '../lab.ts';
import { type LabFolders, labFolders } from '../labFolders.ts';
import { type QueueEntry, RunQueue } from '../orchestrator/runQueue.ts';
import type { StartRequest } from '../orchestrator/saga/engine.ts';
import { stateName } from '../orchestrator/saga/view.ts';
import type { Log } from './log.ts';
import type { RunAlert } from './sandboxAlerts.ts';
import { readSetting } from './settings.ts';

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

/** Another process's writes come in bursts. */
const settleMilliseconds = 150;
/** A process that was killed says nothing: what another runs is looked at again after a while. */
const lookAgainMilliseconds = 5000;
/** How long after a run its successor finds sandboxes that are ready; each holds some 50 MB. */
const keepSandboxesMilliseconds = 300_000;

/**
 * The lab of this window: opened on first need and never in Restricted Mode. Several windows and the
 * command line may have the same lab open; what others write is noticed by the journal's file.
 */
export class LabHost implements vscode.Disposable {
  readonly #options: LabHostOptions;
  readonly #queue: RunQueue;
  readonly #changedRun = new vscode.EventEmitter<string>();
  readonly #progressed = new vscode.EventEmitter<RunProgress>();
  readonly #changedQueue = new vscode.EventEmitter<void>();
  readonly #changedData = new vscode.EventEmitter<void>();
  readonly #alerted = new vscode.EventEmitter<RunAlert>();
  #lab: Promise<Lab> | undefined;
  #watcher: FSWatcher | undefined;
  #settling: NodeJS.Timeout | undefined;
  #waiting: NodeJS.Timeout | undefined;
  #views: Promise<SagaView[]> | undefined;
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
    this.#queue = new RunQueue({
      run: async (id, signal) => (await this.#sagas()).run(id, signal),
      slots: () => this.#slots(),
      onChange: () => {
        this.#views = undefined;
        this.#changedQueue.fire();
      },
    });
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
    if (!vscode.workspace.isTrusted || folder === undefined) return false;
    return (
      this.#lab !== undefined || ['journal.sqlite', 'data'].some((name) => existsSync(join(folder, name)))
    );
  }

  get queue(): readonly QueueEntry[] {
    return this.#queue.entries;
  }

  /** Runs that may be at work at the same time. */
  get slots(): number {
    return this.#slots();
  }

  /** Opens the lab. @throws LabError `workspace.untrusted`, `workspace.missing`, `journal.unavailable` */
  async lab(): Promise<Lab> {
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
  async list(): Promise<SagaView[]> {
    if (!this.isThere) return [];
    this.#views ??= this.#read();
    const reading = this.#views;
    try {
      return await reading;
    } catch (error) {
      if (this.#views === reading) this.#views = undefined;
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
    const id = await (await this.#sagas()).create(request);
    return { id, ended: (await this.#enqueue(id, priority)).settled };
  }

  /** Writes a decision down and lets the run go on; settles when it has come to rest again. */
  async decide(id: string, decision: Decision): Promise<void> {
    await (await this.#sagas()).decide(id, decision);
    await (await this.#enqueue(id, decidedPriority)).settled;
  }

  /** Ends a run at any time; settles when it is undone, or when the process that runs it has been told. */
  async cancel(id: string, cancellation: Cancellation): Promise<void> {
    await (await this.#sagas()).cancel(id, cancellation);
    try {
      await (await this.#enqueue(id, decidedPriority)).settled;
    } catch (error) {
      // Who runs it undoes it.
      if (!LabError.is(error, 'conflict')) throw error;
    }
  }

  /** Goes on with an interrupted run; settles when it has come to rest. */
  async resume(id: string): Promise<void> {
    await (await this.#enqueue(id, resumedPriority)).settled;
  }

  /** Stops a run of this window; it can be resumed. @throws LabError `conflict` for another process's */
  stop(id: string): void {
    if (this.#queue.stop(id)) return;
    throw new LabError('conflict', vscode.l10n.t('Run {0} is not run by this window.', id), {
      action: vscode.l10n.t('Stop it in the window or terminal that runs it.'),
    });
  }

  /**
   * Takes changed settings in. Where Docker is found is read when the lab opens: an idle one is opened
   * anew, a busy one keeps what it has.
   */
  async takeSettings(event: vscode.ConfigurationChangeEvent): Promise<void> {
    this.#queue.startNext();
    if (event.affectsConfiguration('strategyLab.sandbox') && this.#queue.entries.length === 0) {
      await this.#closeLab();
    }
  }

  /** Says that data sets were added. */
  dataChanged(): void {
    this.#changedData.fire();
  }

  /** Looks at everything anew. */
  refresh(): void {
    this.#views = undefined;
    this.#changedRun.fire('');
    this.#changedData.fire();
  }

  /** Stops what runs, so that it can be resumed, and closes the journal. */
  async close(): Promise<void> {
    await this.#queue.close();
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
    this.#watcher?.close();
    clearTimeout(this.#settling);
    clearTimeout(this.#waiting);
    this.#settling = undefined;
    this.#waiting = undefined;
    const lab = this.#lab;
    this.#lab = undefined;
    this.#views = undefined;
    await (await lab?.catch(() => undefined))?.close();
  }

  get #folders(): LabFolders | undefined {
    const { folder, environment } = this.#options;
    const chosen = environment['STRATEGY_LAB_HOME'];
    if (folder === undefined && !chosen) return undefined;
    return labFolders(folder?.fsPath ?? homedir(), chosen);
  }

  #slots(): number {
    try {
      return readSetting('strategyLab.runs.concurrent');
    } catch (error) {
      this.#options.log.error('One run at a time', error);
      return 1;
    }
  }

  /**
   * Puts a run into the queue and tells the other processes on the lab so, for as long as it is there.
   * @throws LabError `conflict` where another process has it
   */
  async #enqueue(id: string, priority: number): Promise<{ readonly settled: Promise<void> }> {
    if (this.#queue.entries.some((entry) => entry.id === id)) {
      return { settled: this.#queue.add(id, priority) };
    }
    const release = await (await this.#sagas()).hold(id);
    const settled = this.#queue.add(id, priority).finally(release);
    // Who wants to hear of it holds the promise; nobody else shall be ended by it.
    settled.catch(() => undefined);
    return { settled };
  }

  async #read(): Promise<SagaView[]> {
    const views = await (await this.#sagas()).list();
    if (this.#told.size === 0) for (const view of views) this.#told.set(view.id, markOf(view));
    const own = new Set(this.queue.map(({ id }) => id));
    if (views.some(({ id, state }) => (state === 'running' || state === 'undoing') && !own.has(id))) {
      this.#waiting ??= setTimeout(() => {
        this.#waiting = undefined;
        void this.#lookAgain();
      }, lookAgainMilliseconds);
    }
    return views;
  }

  /** Reads the runs anew and tells which have changed: renewed leases are writes, and no news. */
  async #lookAgain(): Promise<void> {
    this.#views = undefined;
    try {
      for (const view of await this.list()) {
        if (this.#told.get(view.id) === markOf(view)) continue;
        this.#told.set(view.id, markOf(view));
        this.#changedRun.fire(view.id);
      }
    } catch (error) {
      this.#options.log.error('The runs cannot be looked at again', error);
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
    const { assets, clock, environment, log } = this.#options;
    const socket =
      readSetting('strategyLab.sandbox.dockerSocket') || environment['STRATEGY_LAB_DOCKER_SOCKET'];
    const image = readSetting('strategyLab.sandbox.imageFile') || environment['STRATEGY_LAB_IMAGE'];
    const endpoint = readSetting('strategyLab.tracing.endpoint');
    // Loaded on first use: activation shall not pay for Docker's client, parsers and the rest.
    const { openLab, newShortId } = await import('../lab.ts');
    const lab = await openLab({
      folder: folders.lab,
      strategiesFolder: folders.strategies,
      assets,
      clock,
      newId: newShortId,
      listener: (notice) => this.#hear(notice),
      nodePrograms: [process.execPath, ...nodesOnPath(environment['PATH'] ?? '')],
      keepSandboxesMilliseconds,
      instruments: {
        service: 'strategy-lab-editor',
        measures: true,
        tracesTo: endpoint ? { endpoint, name: 'strategyLab.tracing.endpoint' } : undefined,
        logSinks: [(record) => log.take(record)],
      },
      bubblewrap: environment['STRATEGY_LAB_BUBBLEWRAP'],
      runtimes: readSetting('strategyLab.sandbox.runtimes'),
      acceptMissingLimits: readSetting('strategyLab.sandbox.acceptMissingLimits'),
      ...(socket ? { dockerSocket: socket } : {}),
      ...(image ? { imageFile: image } : {}),
    });
    log.info(`The lab ${folders.lab} is open.`);
    this.#watch(folders.lab);
    return lab;
  }

  #hear(notice: SagaNotice): void {
    if (notice.kind === 'progress') {
      const { sagaId: id, step, fraction, text } = notice;
      this.#progressed.fire({ id, step, fraction, text });
    } else {
      const { sagaId: id, state } = notice;
      this.#views = undefined;
      this.#told.set(id, markOf({ updatedTime: state.updatedTime, state: stateName(state, true) }));
      this.#changedRun.fire(id);
      const { event } = notice;
      if (event.type === 'saga.sandbox-alert') this.#alerted.fire({ id, alert: event.data.alert });
    }
  }

  /** Without a watcher, as where the system has none left, the views live on this window's own events. */
  #watch(folder: string): void {
    const { log } = this.#options;
    try {
      this.#watcher = watch(folder, (_, name) => {
        if (name !== null && name !== 'journal.sqlite-wal') return;
        this.#settling ??= setTimeout(() => {
          this.#settling = undefined;
          void this.#lookAgain();
        }, settleMilliseconds);
      });
      this.#watcher.on('error', (error) => log.error('The lab cannot be watched', error));
    } catch (error) {
      log.error('The lab cannot be watched: what others do is shown after Refresh', error);
    }
  }
}

/** Equal for a run that nothing has happened to. */
function markOf({ updatedTime, state }: Pick<SagaView, 'updatedTime' | 'state'>): string {
  return `${updatedTime} ${state}`;
}

const decidedPriority = 5;
const resumedPriority = 1;

function nodesOnPath(path: string): string[] {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  return path
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .filter((program) => existsSync(program));
}
