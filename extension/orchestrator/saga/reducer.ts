import { LabError } from '../../contracts/errors.ts';
import type { ErrorRecord, SagaEvent, SagaFact, SagaState, StepRun } from '../../contracts/saga.ts';

/** The state after all events, from the first on. Throws `journal.corrupt` when one cannot follow. */
export function foldSaga(events: readonly SagaEvent[]): SagaState {
  const state = events.reduce<SagaState | null>(applySagaEvent, null);
  if (state === null) throw new LabError('journal.corrupt', 'A run without events has no state.');
  return state;
}

/** The state after one more event; `state` is null before the first. Pure: `state` is not changed. */
export function applySagaEvent(state: SagaState | null, event: SagaEvent): SagaState {
  if (event.type === 'saga.started') {
    if (state !== null) throw misplaced(event, 'it has started before');
    return started(event, event.data);
  }
  if (state === null) throw misplaced(event, 'it has not started');
  if (event.sequence !== state.sequence + 1) throw misplaced(event, `event ${state.sequence + 1} is missing`);
  return { ...changed(state, event), sequence: event.sequence, updatedTime: event.time };
}

type StartedData = Extract<SagaFact, { type: 'saga.started' }>['data'];

function started({ sagaId, traceId, sequence, time }: SagaEvent, data: StartedData): SagaState {
  return {
    id: sagaId,
    name: data.name,
    version: data.version,
    traceId,
    sequence,
    phase: 'running',
    waitingFor: null,
    undo: null,
    gates: data.gates,
    input: data.input,
    steps: data.steps.map((name) => ({ name, runs: [] })),
    decisions: [],
    alerts: [],
    forensics: [],
    error: null,
    startedTime: time,
    updatedTime: time,
  };
}

function changed(state: SagaState, event: SagaEvent): SagaState {
  const { time } = event;
  switch (event.type) {
    case 'saga.started':
      throw misplaced(event, 'it has started before');
    case 'saga.step-started':
      return { ...withStartedRun(state, event, event.data), phase: 'running' };
    case 'saga.step-completed': {
      const { artefacts } = event.data;
      return withEndedRun(state, event, event.data, (run) => ({
        ...run,
        status: 'done',
        endedTime: time,
        resultSequence: event.sequence,
        artefacts,
      }));
    }
    case 'saga.step-failed': {
      const { step, error, artefacts } = event.data;
      const failed = withEndedRun(state, event, event.data, (run) => ({
        ...run,
        status: 'failed',
        endedTime: time,
        artefacts,
        error,
      }));
      return { ...failed, phase: 'undoing', undo: { purpose: 'fail', step, error } };
    }
    case 'saga.sandbox-alert': {
      const { step, generation, alert } = event.data;
      return { ...state, alerts: [...state.alerts, { ...alert, step, generation, time }] };
    }
    case 'saga.forensics':
      return { ...state, forensics: [...state.forensics, { ...event.data.report, time }] };
    case 'saga.gate-reached':
      return waitingAt(state, event, event.data.step);
    case 'saga.decided':
      return decided(state, event, event.data);
    case 'saga.compensation-started':
      return {
        ...withRun(state, event, event.data, (run) => ({
          ...run,
          compensation: {
            status: 'started',
            sequence: event.sequence,
            startedTime: time,
            endedTime: null,
            error: null,
          },
        })),
        phase: 'undoing',
      };
    case 'saga.compensation-completed':
      return withCompensation(state, event, event.data, 'completed', null);
    case 'saga.compensation-failed': {
      const { error } = event.data;
      return withCompensation(state, event, event.data, 'failed', error);
    }
    case 'saga.rolled-back': {
      const { to } = event.data;
      return { ...waitingAt(superseded(state, stepIndex(state, to) + 1), event, to), undo: null };
    }
    case 'saga.restarted': {
      const { from, input } = event.data;
      return { ...superseded(state, stepIndex(state, from)), phase: 'running', undo: null, input };
    }
    case 'saga.interrupted':
      return { ...state, phase: 'interrupted' };
    case 'saga.completed':
      return { ...state, phase: 'completed', undo: null };
    case 'saga.rejected':
      return { ...state, phase: 'rejected', undo: null };
    case 'saga.failed':
      return { ...state, phase: 'failed', undo: null, error: event.data.error };
  }
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

interface RunPlace {
  readonly step: string;
  readonly generation: number;
}

function withStartedRun(
  state: SagaState,
  event: SagaEvent,
  { step, generation, attempt }: RunPlace & { attempt: number },
) {
  const current = currentRun(state, step);
  if (current?.status === 'running') {
    return withRun(state, event, { step, generation }, (run) => ({ ...run, attempts: attempt }));
  }
  const index = stepIndex(state, step);
  if (current !== null || generation !== (state.steps[index]?.runs.length ?? 0) + 1) {
    throw misplaced(event, `${step} cannot begin run ${generation}`);
  }
  const run: StepRun = {
    generation,
    status: 'running',
    attempts: attempt,
    startedTime: event.time,
    endedTime: null,
    resultSequence: null,
    artefacts: [],
    error: null,
    gate: null,
    compensation: null,
  };
  const steps = state.steps.map((entry, i) =>
    i === index ? { ...entry, runs: [...entry.runs, run] } : entry,
  );
  return { ...state, steps };
}

function withRun(
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

function withEndedRun(
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

function waitingAt(state: SagaState, event: SagaEvent, step: string): SagaState {
  const run = currentRun(state, step);
  if (run?.status !== 'done') throw misplaced(event, `${step} has no result`);
  const place = { step, generation: run.generation };
  const waiting = withRun(state, event, place, (current) => ({ ...current, gate: 'waiting' }));
  return { ...waiting, phase: 'waiting', waitingFor: step };
}

function decided(
  state: SagaState,
  event: SagaEvent,
  data: Extract<SagaFact, { type: 'saga.decided' }>['data'],
): SagaState {
  const { step, action, comment, by } = data;
  if (state.waitingFor !== step) throw misplaced(event, `it does not wait at ${step}`);
  const target = action === 'rollback' ? data.to : action === 'fix' ? data.restartAt : null;
  const record = { step, action, comment, by, time: event.time, target };
  const place = { step, generation: currentRun(state, step)?.generation ?? 0 };
  const gate = action === 'approve' ? 'approved' : null;
  const next: SagaState = {
    ...withRun(state, event, place, (run) => ({ ...run, gate })),
    waitingFor: null,
    decisions: [...state.decisions, record],
  };
  switch (data.action) {
    case 'approve':
      return { ...next, phase: 'running' };
    case 'fix':
      return {
        ...next,
        phase: 'undoing',
        undo: { purpose: 'fix', restartAt: data.restartAt, input: data.input },
      };
    case 'reject':
      return { ...next, phase: 'undoing', undo: { purpose: 'reject' } };
    case 'rollback':
      return { ...next, phase: 'undoing', undo: { purpose: 'rollback', to: data.to } };
  }
}

function withCompensation(
  state: SagaState,
  event: SagaEvent,
  place: RunPlace,
  status: 'completed' | 'failed',
  error: ErrorRecord | null,
): SagaState {
  return withRun(state, event, place, (run) => {
    if (run.compensation?.status !== 'started') throw misplaced(event, 'its compensation has not started');
    return { ...run, compensation: { ...run.compensation, status, endedTime: event.time, error } };
  });
}

/** The current runs from the step at `index` on no longer count. */
function superseded(state: SagaState, index: number): SagaState {
  const steps = state.steps.map((entry, i) =>
    i < index
      ? entry
      : { ...entry, runs: entry.runs.map((run) => ({ ...run, status: 'superseded' as const })) },
  );
  return { ...state, steps };
}

function misplaced(event: SagaEvent, why: string): LabError {
  return new LabError(
    'journal.corrupt',
    `Event ${event.sequence} (${event.type}) of run ${event.sagaId} cannot stand where it stands: ${why}.`,
    { action: 'Verify the journal and restore it from a backup.' },
  );
}
