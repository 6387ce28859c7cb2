import type { SagaEvent, SagaView, StepRunView } from '../../contracts/saga.ts';
import type { GraphNodeStatus } from '../../contracts/sagaPanel.ts';
import type { Stages } from '../../contracts/sagaPlaces.ts';
import { directlyBefore } from '../../orchestrator/saga/stages.ts';
import { endId, gateId, type HistoryLink, runKey, Trace, undoId } from './trace.ts';

/** A place of a run's history, before it is laid out. */
export interface HistoryNode {
  readonly id: string;
  readonly kind: 'step' | 'gate' | 'undo' | 'end';
  /** The step that it belongs to: for the end, the one that the run ended at. */
  readonly step: string;
  /** Of that step, from above: those of branches stand side by side. */
  readonly level: number;
  /** Of the step's run that it belongs to. */
  readonly generation: number;
  readonly status: GraphNodeStatus;
  /** False for what a fix or a rollback superseded. */
  readonly isCurrent: boolean;
  /** 0 for what counts; more the longer ago a fix or a rollback superseded it, equal for what one of them did. */
  readonly age: number;
  /** Indexes of the decisions that were made at this gate. */
  readonly decisions: readonly number[];
}

export interface History {
  /** In the order of the definition; a step's runs from the first to the current. */
  readonly nodes: readonly HistoryNode[];
  readonly links: readonly HistoryLink[];
}

/** A run as places and what led from one to the next. Pure. */
export function sagaHistory(view: SagaView, events: readonly SagaEvent[]): History {
  const trace = new Trace(view.stages);
  for (const event of events) trace.take(event);
  const levels = levelsOf(view.stages);
  const when = { isEnded: trace.end !== null, isHalted: view.state === 'interrupted', levels };
  const nodes: HistoryNode[] = [];
  const exits = new Map<string, string>();
  for (const step of view.steps) {
    for (const run of step.earlier) nodes.push(...placesOf(step, run, false, trace, when));
    const places = placesOf(step, step, true, trace, when);
    nodes.push(...places);
    const key = runKey(step.name, generationOf(step, step));
    if (step.generation === 0) {
      for (const earlier of directlyBefore(view.stages, step.name)) {
        trace.link(exits.get(earlier) ?? null, key, 'next');
      }
      if (trace.restart?.step === step.name) trace.link(trace.restart.from, key, 'fix');
    }
    const gate = places.find(({ kind }) => kind === 'gate');
    if (gate !== undefined && !trace.gates.has(key)) trace.link(key, gate.id, 'next');
    exits.set(step.name, gate?.id ?? key);
  }
  if (trace.end !== null) {
    nodes.push({
      ...trace.end,
      level: levels.get(trace.end.step) ?? 0,
      id: endId,
      kind: 'end',
      generation: 1,
      isCurrent: true,
      age: 0,
      decisions: [],
    });
  }
  return { nodes, links: trace.links };
}

function levelsOf(stages: Stages): ReadonlyMap<string, number> {
  const levels = new Map<string, number>();
  let above = 0;
  for (const branches of stages) {
    for (const branch of branches) {
      for (const [index, step] of branch.entries()) levels.set(step, above + index);
    }
    above += Math.max(...branches.map(({ length }) => length));
  }
  return levels;
}

type StepView = SagaView['steps'][number];

interface Moment {
  readonly isEnded: boolean;
  /** Nobody runs it. */
  readonly isHalted: boolean;
  readonly levels: ReadonlyMap<string, number>;
}

/** The generation of a run, or the one that it will have. */
export function generationOf(step: StepView, run: StepRunView): number {
  return run.generation === 0 ? step.earlier.length + 1 : run.generation;
}

/** A run of a step, its gate and its compensation. */
function placesOf(
  step: StepView,
  run: StepRunView,
  isCurrent: boolean,
  trace: Trace,
  { isEnded, isHalted, levels }: Moment,
): HistoryNode[] {
  const generation = generationOf(step, run);
  const key = runKey(step.name, generation);
  const age = isCurrent ? 0 : trace.passes + 1 - (trace.ended.get(key) ?? 0);
  const level = levels.get(step.name) ?? 0;
  const common = { step: step.name, level, generation, isCurrent, age, decisions: [] };
  const gate = trace.gates.get(key);
  const undo = trace.undos.get(key);
  const notYet = isEnded ? 'not-reached' : 'pending';
  const places: HistoryNode[] = [
    { ...common, id: key, kind: 'step', status: statusOf(run, notYet, isHalted) },
  ];
  if (gate !== undefined || (isCurrent && step.gate)) {
    places.push({ ...common, status: notYet, ...gate, id: gateId(key), kind: 'gate' });
  }
  if (undo !== undefined) {
    const status = undo.status === 'running' && isHalted ? 'interrupted' : undo.status;
    places.push({ ...common, id: undoId(key), kind: 'undo', status });
  }
  return places;
}

function statusOf(run: StepRunView, notYet: GraphNodeStatus, isHalted: boolean): GraphNodeStatus {
  switch (run.status) {
    case 'pending':
      return notYet;
    case 'running':
      return isHalted ? 'interrupted' : 'running';
    case 'compensated':
      return 'undone';
    case 'waiting':
      return 'done';
    default:
      return run.status;
  }
}
