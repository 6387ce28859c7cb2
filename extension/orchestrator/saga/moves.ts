import type { SagaFact, SagaState, StepRun } from '../../contracts/saga.ts';
import type { SagaDefinition } from './definition.ts';
import { currentRun, stepIndex } from './reducer.ts';

/** What a saga does next. `record` needs no work: the fact follows from the state. */
export type Move =
  | { readonly kind: 'run'; readonly step: string; readonly generation: number; readonly attempt: number }
  | { readonly kind: 'compensate'; readonly step: string; readonly run: StepRun }
  | { readonly kind: 'record'; readonly fact: SagaFact };

/** True while nothing happens until someone decides, or runs the saga again, or ever. */
export function isAtRest({ phase }: SagaState): boolean {
  return phase !== 'running' && phase !== 'undoing';
}

/** True when the saga has ended for good. */
export function isEnded({ phase }: SagaState): boolean {
  return phase === 'completed' || phase === 'rejected' || phase === 'failed';
}

/** The one thing to do now; null when the saga waits or has ended. Pure. */
export function nextMove(state: SagaState, definition: SagaDefinition<unknown>): Move | null {
  if (state.phase === 'waiting' || isEnded(state)) return null;
  return state.undo === null ? nextForward(state) : nextUndo(state, definition);
}

function nextForward(state: SagaState): Move {
  for (const { name, runs } of state.steps) {
    const run = currentRun(state, name);
    if (run === null) return { kind: 'run', step: name, generation: runs.length + 1, attempt: 1 };
    if (run.status === 'running') {
      return { kind: 'run', step: name, generation: run.generation, attempt: run.attempts + 1 };
    }
    if (run.gate === null && state.gates.includes(name)) {
      return { kind: 'record', fact: { type: 'saga.gate-reached', data: { step: name } } };
    }
  }
  return { kind: 'record', fact: { type: 'saga.completed', data: {} } };
}

function nextUndo(state: SagaState, definition: SagaDefinition<unknown>): Move {
  const target = latestToCompensate(state, definition);
  return target ?? { kind: 'record', fact: afterUndo(state) };
}

/** The last step that is to be undone and was not yet; one whose compensation failed is not tried again. */
function latestToCompensate(state: SagaState, definition: SagaDefinition<unknown>): Move | null {
  const first = firstToUndo(state);
  for (const { name } of state.steps.slice(first).reverse()) {
    const run = currentRun(state, name);
    const compensates = definition.steps.find((step) => step.name === name)?.compensate !== undefined;
    if (run === null || !compensates) continue;
    if (run.compensation === null || run.compensation.status === 'started') {
      return { kind: 'compensate', step: name, run };
    }
  }
  return null;
}

function firstToUndo(state: SagaState): number {
  switch (state.undo?.purpose) {
    case 'rollback':
      return stepIndex(state, state.undo.to) + 1;
    case 'fix':
      return stepIndex(state, state.undo.restartAt);
    default:
      return 0;
  }
}

function afterUndo({ undo }: SagaState): SagaFact {
  switch (undo?.purpose) {
    case 'rollback':
      return { type: 'saga.rolled-back', data: { to: undo.to } };
    case 'fix':
      return { type: 'saga.restarted', data: { from: undo.restartAt, input: undo.input } };
    case 'fail':
      return { type: 'saga.failed', data: { step: undo.step, error: undo.error } };
    default:
      return { type: 'saga.rejected', data: {} };
  }
}
