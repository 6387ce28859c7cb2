import { LabError } from '../../contracts/errors.ts';
import type { SagaEvent, SagaState, StepRun } from '../../contracts/saga.ts';

/** A run of a step by name. */
export interface RunPlace {
  readonly step: string;
  readonly generation: number;
}

/** The run that counts now: the last one, unless it was superseded. */
export function currentRun(state: SagaState, step: string): StepRun | null {
  const last = state.steps[stepIndex(state, step)]?.runs.at(-1);
  return last === undefined || last.status === 'superseded' ? null : last;
}

/** Place of `step` in the saga. Throws `journal.corrupt` when it has no such step. */
export function stepIndex(state: SagaState, step: string): number {
  const index = state.steps.findIndex(({ name }) => name === step);
  if (index === -1) throw new LabError('journal.corrupt', `Run ${state.id} has no step ${step}.`);
  return index;
}

/** With a new run of a step, or another attempt at the current one. */
export function withStartedRun(
  state: SagaState,
  event: SagaEvent,
  { step, generation, attempt }: RunPlace & { readonly attempt: number },
): SagaState {
  const current = currentRun(state, step);
  if (current?.status === 'running') {
    return withRun(state, event, { step, generation }, (run) => ({
      ...run,
      attempts: attempt,
      retryTime: null,
    }));
  }
  const index = stepIndex(state, step);
  if (current !== null || generation !== (state.steps[index]?.runs.length ?? 0) + 1) {
    throw misplaced(event, `${step} cannot begin run ${generation}`);
  }
  const run: StepRun = {
    generation,
    status: 'running',
    attempts: attempt,
    startedSequence: event.sequence,
    failures: 0,
    retryTime: null,
    startedTime: event.time,
    endedTime: null,
    resultSequence: null,
    artefacts: [],
    kept: [],
    children: [],
    error: null,
    gate: null,
    compensation: null,
  };
  const steps = state.steps.map((entry, i) =>
    i === index ? { ...entry, runs: [...entry.runs, run] } : entry,
  );
  return { ...state, steps };
}

/** With the current run of a step changed. Throws `journal.corrupt` when another is current. */
export function withRun(
  state: SagaState,
  event: SagaEvent,
  { step, generation }: RunPlace,
  change: (run: StepRun) => StepRun,
): SagaState {
  const current = currentRun(state, step);
  if (current?.generation !== generation)
    throw misplaced(event, `run ${generation} of ${step} is not its current one`);
  const steps = state.steps.map((entry) =>
    entry.name === step ? { ...entry, runs: [...entry.runs.slice(0, -1), change(current)] } : entry,
  );
  return { ...state, steps };
}

/** The same for a run that has no end yet. */
export function withRunningRun(
  state: SagaState,
  event: SagaEvent,
  place: RunPlace,
  change: (run: StepRun) => StepRun,
): SagaState {
  return withRun(state, event, place, (run) => {
    if (run.status !== 'running') throw misplaced(event, `${place.step} is not running`);
    return change(run);
  });
}

/** The current runs of `names` no longer count. */
export function superseded(state: SagaState, names: readonly string[]): SagaState {
  const steps = state.steps.map((entry) =>
    names.includes(entry.name)
      ? { ...entry, runs: entry.runs.map((run) => ({ ...run, status: 'superseded' as const })) }
      : entry,
  );
  return { ...state, steps };
}

export function misplaced(event: SagaEvent, why: string): LabError {
  return new LabError(
    'journal.corrupt',
    `Event ${event.sequence} (${event.type}) of run ${event.sagaId} cannot stand where it stands: ${why}.`,
    { action: 'Verify the journal and restore it from a backup.' },
  );
}
