import type { SagaFact, SagaState, StepRun } from '../../contracts/saga.ts';
import type { SagaDefinition } from './definition.ts';
import { currentRun, stepIndex } from './runs.ts';
import { downstream, stagesOf, upstream } from './stages.ts';

/** What a saga does next. `record` needs no work: the fact follows from the state. */
export type Move =
  | {
      readonly kind: 'run';
      readonly step: string;
      readonly generation: number;
      readonly attempt: number;
      /** UTC milliseconds before which it shall not begin; null for none. */
      readonly notBefore: number | null;
    }
  | { readonly kind: 'compensate'; readonly step: string; readonly run: StepRun }
  | { readonly kind: 'record'; readonly fact: SagaFact };

/** What is under way in the process that runs a saga. */
export interface Busy {
  /** Steps that are run or undone now. */
  readonly atWork: ReadonlySet<string>;
  /** Steps that wait for sagas which they started. */
  readonly parked: ReadonlySet<string>;
}

const idle: Busy = { atWork: new Set(), parked: new Set() };

/** True while nothing happens until someone decides, or runs the saga again, or ever. */
export function isAtRest({ phase }: SagaState): boolean {
  return phase !== 'running' && phase !== 'undoing';
}

/** True when the saga has ended for good. */
export function isEnded({ phase }: SagaState): boolean {
  return phase === 'completed' || phase === 'rejected' || phase === 'failed' || phase === 'cancelled';
}

/**
 * What may be done now, at the same time; nothing when the saga waits at a gate, has ended, or has all under
 * way. A `record` stands alone. Pure.
 */
export function nextMoves(
  state: SagaState,
  definition: SagaDefinition<unknown>,
  busy: Busy = idle,
): readonly Move[] {
  if (state.waitingFor !== null || isEnded(state)) return [];
  return state.undo === null ? nextForward(state, busy) : nextUndo(state, definition, busy);
}

function nextForward(state: SagaState, { atWork, parked }: Busy): readonly Move[] {
  const stages = stagesOf(state);
  const runs = new Map(state.steps.map(({ name }) => [name, currentRun(state, name)]));
  const isPassed = (step: string): boolean => {
    const run = runs.get(step);
    return run?.status === 'done' && (run.gate === 'approved' || !state.gates.includes(step));
  };
  const open = state.steps.filter(({ name }) => !isPassed(name));
  if (open.length === 0) return [{ kind: 'record', fact: { type: 'saga.completed', data: {} } }];
  const ready = open.filter(
    ({ name }) => runs.get(name)?.status !== 'done' && upstream(stages, name).every(isPassed),
  );
  const isBusy = ({ name }: { readonly name: string }) => atWork.has(name) || parked.has(name);
  const free = ready.filter((step) => !isBusy(step));
  if (free.length > 0) {
    return free.map(({ name, runs: all }) => {
      const run = runs.get(name) ?? null;
      if (run === null) {
        return { kind: 'run', step: name, generation: all.length + 1, attempt: 1, notBefore: null };
      }
      const { generation, attempts, retryTime } = run;
      return { kind: 'run', step: name, generation, attempt: attempts + 1, notBefore: retryTime };
    });
  }
  if (ready.length > 0) return [];
  // Gates are asked one at a time, when nothing else can go on.
  const [gate] = open.filter(({ name }) => runs.get(name)?.status === 'done');
  return gate === undefined
    ? []
    : [{ kind: 'record', fact: { type: 'saga.gate-reached', data: { step: gate.name } } }];
}

function nextUndo(state: SagaState, definition: SagaDefinition<unknown>, { atWork }: Busy): readonly Move[] {
  // What is under way first comes to its end, then is undone.
  if (atWork.size > 0) return [];
  const runs = undoneSteps(state)
    .map((step) => ({ step, run: currentRun(state, step) }))
    .filter((entry): entry is { step: string; run: StepRun } => entry.run !== null);
  const underWay = runs.find(({ run }) => run.status === 'running');
  if (underWay !== undefined) {
    const { step, run } = underWay;
    const data = { step, generation: run.generation, artefacts: run.artefacts };
    return [{ kind: 'record', fact: { type: 'saga.step-stopped', data } }];
  }
  // The last begun is undone first; one whose compensation failed is not tried again.
  runs.sort(
    (a, b) =>
      b.run.startedSequence - a.run.startedSequence || stepIndex(state, b.step) - stepIndex(state, a.step),
  );
  for (const { step, run } of runs) {
    const compensates = definition.steps.find(({ name }) => name === step)?.compensate !== undefined;
    if (!compensates && run.children.length === 0) continue;
    if (run.compensation === null || run.compensation.status === 'started') {
      return [{ kind: 'compensate', step, run }];
    }
  }
  return [{ kind: 'record', fact: afterUndo(state) }];
}

function undoneSteps(state: SagaState): string[] {
  const { undo } = state;
  if (undo?.purpose === 'rollback') return downstream(stagesOf(state), undo.to);
  if (undo?.purpose === 'fix') return [undo.restartAt, ...downstream(stagesOf(state), undo.restartAt)];
  return state.steps.map(({ name }) => name);
}

function afterUndo({ undo }: SagaState): SagaFact {
  switch (undo?.purpose) {
    case 'rollback':
      return { type: 'saga.rolled-back', data: { to: undo.to } };
    case 'fix':
      return { type: 'saga.restarted', data: { from: undo.restartAt, input: undo.input } };
    case 'fail':
      return { type: 'saga.failed', data: { step: undo.step, error: undo.error } };
    case 'cancel':
      return { type: 'saga.cancelled', data: {} };
    default:
      return { type: 'saga.rejected', data: {} };
  }
}
