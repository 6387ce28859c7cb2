import type { SagaEvent, StepRunView } from '../../contracts/saga.ts';
import type { GraphLinkKind, GraphNodeStatus } from '../../contracts/sagaPanel.ts';
import type { Stages } from '../../contracts/sagaPlaces.ts';
import { directlyBefore, downstream } from '../../orchestrator/saga/stages.ts';

/** What a run's places are joined by. */
export interface HistoryLink {
  readonly from: string;
  readonly to: string;
  readonly kind: GraphLinkKind;
}

/** Names a run of a step, in messages too; it is the id of its place. */
export function runKey(step: string, generation: number): string {
  return `${step}#${generation}`;
}

export function gateId(key: string): string {
  return `gate:${key}`;
}

export function undoId(key: string): string {
  return `undo:${key}`;
}

export const endId = 'end';

/** What came of the gate after a run of a step, so far. */
interface GateMark {
  status: GraphNodeStatus;
  /** Indexes of the decisions made there. */
  readonly decisions: number[];
}

interface UndoMark {
  readonly status: GraphNodeStatus;
  readonly error: StepRunView['error'];
}

const decidedStatuses = {
  approve: 'approved',
  fix: 'fixed',
  reject: 'rejected',
  rollback: 'rolled-back',
} as const;

/**
 * Follows a run's events for what its view does not tell: the gate and the compensation of each run of a
 * step, and which place followed from which.
 */
export class Trace {
  readonly gates = new Map<string, GateMark>();
  readonly undos = new Map<string, UndoMark>();
  readonly links: HistoryLink[] = [];
  end: { readonly status: GraphNodeStatus; readonly step: string } | null = null;
  /** Where a fix came from, until the step that it begins again at runs. */
  restart: { readonly step: string; readonly from: string } | null = null;
  /** How often the run began again or went back; and for what no longer counts, which of these times ended it. */
  passes = 0;
  readonly ended = new Map<string, number>();
  readonly #steps: readonly string[];
  readonly #stages: Stages;
  /** The run of each step that counts, while it does. */
  readonly #current = new Map<string, number>();
  /** The place from which follows what happens next while undoing. */
  #cause: string | null = null;
  #decisions = 0;

  constructor(stages: Stages) {
    this.#steps = stages.flat(2);
    this.#stages = stages;
  }

  link(from: string | null, to: string, kind: GraphLinkKind): void {
    if (from !== null) this.links.push({ from, to, kind });
  }

  take(event: SagaEvent): void {
    switch (event.type) {
      case 'saga.step-started':
        this.#started(event.data.step, event.data.generation);
        break;
      case 'saga.step-failed':
        this.#cause = runKey(event.data.step, event.data.generation);
        break;
      case 'saga.gate-reached':
        this.#waits(event.data.step);
        break;
      case 'saga.decided':
        this.#decided(event.data.step, event.data.action);
        break;
      case 'saga.compensation-started':
        this.#undoing(runKey(event.data.step, event.data.generation));
        break;
      case 'saga.compensation-completed':
        this.undos.set(runKey(event.data.step, event.data.generation), { status: 'undone', error: null });
        break;
      case 'saga.compensation-failed': {
        const { step, generation, error } = event.data;
        this.undos.set(runKey(step, generation), { status: 'failed', error });
        break;
      }
      case 'saga.rolled-back':
        this.#rolledBack(event.data.to);
        break;
      case 'saga.restarted':
        this.#restarted(event.data.from);
        break;
      case 'saga.cancel-requested':
        this.#cancelled();
        break;
      case 'saga.completed':
      case 'saga.rejected':
      case 'saga.failed':
      case 'saga.cancelled':
        this.#ended(endStatuses[event.type]);
        break;
      default:
        break;
    }
  }

  #started(step: string, generation: number): void {
    if (this.#current.get(step) === generation) return;
    this.#current.set(step, generation);
    const key = runKey(step, generation);
    for (const earlier of directlyBefore(this.#stages, step)) this.link(this.#exitOf(earlier), key, 'next');
    if (this.restart?.step === step) {
      this.link(this.restart.from, key, 'fix');
      this.restart = null;
    }
  }

  /** The last place of a step's current run: its gate where it has one. */
  #exitOf(step: string | undefined): string | null {
    const key = step === undefined ? undefined : this.#keyOf(step);
    if (key === undefined) return null;
    return this.gates.has(key) ? gateId(key) : key;
  }

  #keyOf(step: string): string | undefined {
    const generation = this.#current.get(step);
    return generation === undefined ? undefined : runKey(step, generation);
  }

  #waits(step: string): void {
    const key = this.#keyOf(step);
    if (key === undefined) return;
    const mark = this.gates.get(key);
    if (mark !== undefined) mark.status = 'waiting';
    else {
      this.gates.set(key, { status: 'waiting', decisions: [] });
      this.link(key, gateId(key), 'next');
    }
  }

  #decided(step: string, action: keyof typeof decidedStatuses): void {
    const index = this.#decisions;
    this.#decisions += 1;
    const key = this.#keyOf(step);
    const mark = key === undefined ? undefined : this.gates.get(key);
    if (key === undefined || mark === undefined) return;
    mark.decisions.push(index);
    mark.status = decidedStatuses[action];
    if (action !== 'approve') this.#cause = gateId(key);
  }

  #undoing(key: string): void {
    const id = undoId(key);
    // After a crash it begins again.
    if (!this.undos.has(key)) this.link(this.#cause, id, 'undo');
    this.undos.set(key, { status: 'running', error: null });
    this.#cause = id;
  }

  /** A gate that it waited at is left; what is under way is undone as what was done. */
  #cancelled(): void {
    for (const mark of this.gates.values()) {
      if (mark.status === 'waiting') mark.status = 'cancelled';
    }
    this.end = null;
    const last = this.#steps.findLast((name) => this.#current.has(name));
    this.#cause = this.#exitOf(last);
  }

  #rolledBack(to: string): void {
    this.#supersede(downstream(this.#stages, to));
    this.#waits(to);
    const gate = this.#exitOf(to);
    if (gate !== null) this.link(this.#cause, gate, 'rollback');
    this.#cause = null;
  }

  #restarted(from: string): void {
    this.#supersede([from, ...downstream(this.#stages, from)]);
    this.restart = this.#cause === null ? null : { step: from, from: this.#cause };
    this.#cause = null;
  }

  #supersede(steps: readonly string[]): void {
    this.passes += 1;
    for (const step of steps) {
      const key = this.#keyOf(step);
      if (key !== undefined) this.ended.set(key, this.passes);
      this.#current.delete(step);
    }
  }

  #ended(status: GraphNodeStatus): void {
    const step = this.#steps.findLast((name) => this.#current.has(name)) ?? '';
    this.end = { status, step };
    this.link(this.#cause ?? this.#exitOf(step), endId, 'end');
  }
}

const endStatuses = {
  'saga.completed': 'completed',
  'saga.rejected': 'rejected',
  'saga.failed': 'failed',
  'saga.cancelled': 'cancelled',
} as const;
