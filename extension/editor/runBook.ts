import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import type { RunFinding } from '../contracts/guardian.ts';
import type { RunFindings } from '../contracts/languageServer.ts';
import type { ErrorRecord, SagaView } from '../contracts/saga.ts';
import { findingOfFailure } from '../evaluation/runFindings.ts';
import type { SagaTurn } from '../orchestrator/sagaTasks.ts';
import { assessInputSchema } from '../pipelines/assess/contracts.ts';
import { agentSourceHashes } from '../pipelines/generate/agentSources.ts';
import { backtestStepSchema, sourceStepSchema } from '../pipelines/generate/contracts.ts';
import { runTitle } from '../pipelines/runTitle.ts';
import type { LabHost } from './labHost.ts';

export type RunState =
  | 'waiting'
  | 'running'
  | 'queued'
  | 'interrupted'
  | 'completed'
  | 'rejected'
  | 'failed'
  | 'cancelled';

/** A run as lists and lenses show it. */
export interface RunSummary {
  readonly view: SagaView;
  readonly id: string;
  readonly title: string;
  readonly state: RunState;
  /** Absolute path of the strategy's file; null before there is one. */
  readonly file: string | null;
  /** SHA-256 of the strategy's source as it was run. */
  readonly codeHash: string | null;
  /** The figures of the backtest over all data and over its held-back part; null before there are any. */
  readonly figures: {
    readonly sharpe: number | null;
    readonly maxDrawdown: number | null;
    readonly level: string;
  } | null;
  readonly error: ErrorRecord | null;
}

interface Details extends Pick<RunSummary, 'codeHash' | 'figures'> {
  /** What the backtest showed of the code. */
  readonly findings: readonly RunFinding[];
  readonly updatedTime: number;
}

/** Runs of one file whose findings are read: a text that was run before them is a text of long ago. */
const mostRunsLookedAt = 10;

const fileSchema = assessInputSchema.pick({ file: true });

/** What is known of the lab's runs, read anew only where a run has changed. */
export class RunBook {
  readonly #host: LabHost;
  readonly #details = new Map<string, Details>();

  constructor(host: LabHost) {
    this.#host = host;
  }

  /** The newest first. */
  async list(): Promise<RunSummary[]> {
    return [...(await this.look()).runs];
  }

  /** The newest first, and whether the queue holds those back that wait in it. */
  async look(): Promise<{ readonly runs: readonly RunSummary[]; readonly isPaused: boolean }> {
    const { views, turns, isPaused } = await this.#host.runs();
    return { runs: await Promise.all(views.map((view) => this.#summarise(view, turns))), isPaused };
  }

  /** Runs of a strategy file, the newest first. */
  async ofFile(path: string): Promise<RunSummary[]> {
    const { views, turns } = await this.#host.runs();
    const own = views.filter((view) => isSamePath(this.#fileOf(view), path));
    return Promise.all(own.map((view) => this.#summarise(view, turns)));
  }

  /** What the last run of each text of a strategy showed of its code. */
  async runFindings(): Promise<RunFindings> {
    const found = new Map<string, RunFinding[]>();
    const looked = new Map<string | null, number>();
    for (const view of await this.#host.list()) {
      const file = this.#fileOf(view);
      const before = looked.get(file) ?? 0;
      if (before === mostRunsLookedAt) continue;
      looked.set(file, before + 1);
      const { codeHash, findings } = await this.#detailsOf(view);
      if (codeHash === null || found.has(codeHash)) continue;
      const failure = view.error === null ? null : findingOfFailure(view.error);
      if (failure !== null) found.set(codeHash, [failure, ...findings]);
      else if (view.steps.some(({ name, status }) => name === 'backtest' && status === 'done')) {
        found.set(codeHash, [...findings]);
      }
    }
    return {
      runs: [...found].flatMap(([codeHash, findings]) =>
        findings.length === 0 ? [] : [{ codeHash, findings }],
      ),
    };
  }

  /** SHA-256 of all strategies that agents wrote in this lab. */
  async agentSources(): Promise<string[]> {
    return (await this.#host.list()).flatMap(agentSourceHashes);
  }

  async #summarise(view: SagaView, turns: readonly SagaTurn[]): Promise<RunSummary> {
    const details = await this.#detailsOf(view);
    return {
      view,
      id: view.id,
      title: runTitle(view),
      state: stateOf(view, turns),
      file: this.#fileOf(view),
      codeHash: details.codeHash,
      figures: details.figures,
      error: view.error,
    };
  }

  async #detailsOf(view: SagaView): Promise<Details> {
    const known = this.#details.get(view.id);
    if (known?.updatedTime === view.updatedTime) return known;
    const results = await this.#host.results(view.id);
    const backtest = backtestStepSchema.safeParse(results['backtest']);
    const code = sourceStepSchema.safeParse(results['code']);
    const details: Details = {
      updatedTime: view.updatedTime,
      codeHash: code.success ? code.data.codeHash : null,
      findings: backtest.success ? backtest.data.findings : [],
      figures: backtest.success
        ? {
            sharpe: backtest.data.metrics['sharpe'] ?? null,
            maxDrawdown: backtest.data.metrics['maxDrawdown'] ?? null,
            level: backtest.data.isolation.level,
          }
        : null,
    };
    this.#details.set(view.id, details);
    return details;
  }

  #fileOf(view: SagaView): string | null {
    const input = fileSchema.safeParse(view.input);
    if (input.success) return input.data.file;
    const name = view.steps.find((step) => step.name === 'code')?.artefacts[0]?.name;
    const folder = this.#host.strategiesFolder;
    if (name === undefined || folder === undefined) return null;
    return vscode.Uri.joinPath(vscode.Uri.file(folder), name).fsPath;
  }
}

function stateOf({ id, state, waitingFor }: SagaView, turns: readonly SagaTurn[]): RunState {
  if (waitingFor !== null) return 'waiting';
  const isUnderWay = ['running', 'undoing', 'interrupted'].includes(state);
  const turn = turns.find((queued) => queued.id === id);
  if (turn !== undefined && isUnderWay) return turn.state === 'running' ? 'running' : 'queued';
  if (state === 'undoing') return 'running';
  if (state === 'waiting-for-runs') return 'waiting';
  return runStates.find((known) => known === state) ?? 'interrupted';
}

const runStates = ['running', 'interrupted', 'completed', 'rejected', 'failed', 'cancelled'] as const;

/** Windows and macOS keep the letters of a path but do not tell them apart. */
function isSamePath(a: string | null, b: string): boolean {
  if (a === null) return false;
  if (a === b) return true;
  const isLoose = process.platform === 'win32' || process.platform === 'darwin';
  return (
    isLoose &&
    basename(a).toLowerCase() === basename(b).toLowerCase() &&
    dirname(a).toLowerCase() === dirname(b).toLowerCase()
  );
}
