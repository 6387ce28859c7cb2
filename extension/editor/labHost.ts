import { existsSync, type FSWatcher, watch } from 'node:fs';
import { delimiter, join } from 'node:path';
import * as vscode from 'vscode';
import { LabError } from '../contracts/errors.ts';
import type { Decision, SagaEvent, SagaNotice, SagaView } from '../contracts/saga.ts';
import type { Lab } from '../lab.ts';
import { type QueueEntry, RunQueue } from '../orchestrator/runQueue.ts';
import type { StartRequest } from '../orchestrator/saga/engine.ts';
import type { Log } from './log.ts';
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
  #lab: Promise<Lab> | undefined;
  #watcher: FSWatcher | undefined;
  #settling: NodeJS.Timeout | undefined;
  #views: Promise<SagaView[]> | undefined;

  /** The id of a run that changed; empty when any may have, as when another process wrote. */
  readonly onDidChangeRun = this.#changedRun.event;
  readonly onProgress = this.#progressed.event;
  readonly onDidChangeQueue = this.#changedQueue.event;
  readonly onDidChangeData = this.#changedData.event;

  constructor(options: LabHostOptions) {
    this.#options = options;
    this.#queue = new RunQueue({
      run: async (id, signal) => (await this.#sagas()).run(id, signal),
      slots: () => readSetting('strategyLab.runs.concurrent'),
      onChange: () => this.#changedQueue.fire(),
    });
  }

  get folder(): vscode.Uri | undefined {
    return this.#options.folder;
  }

  /** Where the lab is or would be; undefined without a folder. */
  get labFolder(): string | undefined {
    const { folder, environment } = this.#options;
    const chosen = environment['STRATEGY_LAB_HOME'];
    return chosen ?? (folder === undefined ? undefined : join(folder.fsPath, '.strategy-lab'));
  }

  /** Folder of generated strategies, as the command line has it. */
  get strategiesFolder(): string | undefined {
    const { folder, environment } = this.#options;
    const chosen = environment['STRATEGY_LAB_HOME'] ?? folder?.fsPath;
    return chosen === undefined ? undefined : join(chosen, 'strategies');
  }

  /** True when there is a lab to look into: looking never makes one. */
  get isThere(): boolean {
    const { labFolder } = this;
    if (!vscode.workspace.isTrusted || labFolder === undefined) return false;
    return (
      this.#lab !== undefined ||
      existsSync(join(labFolder, 'journal.sqlite')) ||
      existsSync(join(labFolder, 'data'))
    );
  }

  get queue(): readonly QueueEntry[] {
    return this.#queue.entries;
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
    try {
      return await this.#lab;
    } catch (error) {
      // Mended permissions or a freed disk shall count without a new window.
      this.#lab = undefined;
      throw error;
    }
  }

  /** All runs, the newest first; none where there is no lab yet. */
  async list(): Promise<SagaView[]> {
    if (!this.isThere) return [];
    this.#views ??= this.#sagas().then((sagas) => sagas.list());
    try {
      return await this.#views;
    } catch (error) {
      this.#views = undefined;
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
    const ended = this.#queue.add(id, priority);
    // Who wants to hear of it holds the promise; nobody else shall be ended by it.
    ended.catch(() => undefined);
    return { id, ended };
  }

  /** Writes a decision down and lets the run go on; settles when it has come to rest again. */
  async decide(id: string, decision: Decision): Promise<void> {
    await (await this.#sagas()).decide(id, decision);
    await this.#queue.add(id, decidedPriority);
  }

  /** Goes on with an interrupted run; settles when it has come to rest. */
  resume(id: string): Promise<void> {
    return this.#queue.add(id, resumedPriority);
  }

  /** Stops a run of this window; it can be resumed. @throws LabError `conflict` for another process's */
  stop(id: string): void {
    if (this.#queue.stop(id)) return;
    throw new LabError('conflict', vscode.l10n.t('Run {0} is not run by this window.', id), {
      action: vscode.l10n.t('Stop it in the window or terminal that runs it.'),
    });
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
    this.#watcher?.close();
    clearTimeout(this.#settling);
    await this.#queue.close();
    await (await this.#lab?.catch(() => undefined))?.close();
  }

  dispose(): void {
    for (const emitter of [this.#changedRun, this.#progressed, this.#changedQueue, this.#changedData]) {
      emitter.dispose();
    }
  }

  async #sagas() {
    return (await this.lab()).sagas();
  }

  async #open(): Promise<Lab> {
    const { labFolder, strategiesFolder } = this;
    if (labFolder === undefined || strategiesFolder === undefined) {
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
    // Loaded on first use: activation shall not pay for Docker's client, parsers and the rest.
    const { openLab, newShortId } = await import('../lab.ts');
    const lab = await openLab({
      folder: labFolder,
      strategiesFolder,
      assets,
      clock,
      newId: newShortId,
      listener: (notice) => this.#hear(notice),
      nodePrograms: [process.execPath, ...nodesOnPath(environment['PATH'] ?? '')],
      ...(socket ? { dockerSocket: socket } : {}),
      ...(image ? { imageFile: image } : {}),
    });
    log.info(`The lab ${labFolder} is open.`);
    this.#watch(labFolder);
    return lab;
  }

  #hear(notice: SagaNotice): void {
    if (notice.kind === 'progress') {
      const { sagaId: id, step, fraction, text } = notice;
      this.#progressed.fire({ id, step, fraction, text });
    } else {
      this.#views = undefined;
      this.#changedRun.fire(notice.sagaId);
    }
  }

  #watch(folder: string): void {
    this.#watcher = watch(folder, (_, name) => {
      if (name !== null && name !== 'journal.sqlite-wal') return;
      this.#settling ??= setTimeout(() => {
        this.#settling = undefined;
        this.#views = undefined;
        this.#changedRun.fire('');
      }, settleMilliseconds);
    });
    this.#watcher.on('error', (error) => this.#options.log.error('The lab cannot be watched', error));
  }
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
