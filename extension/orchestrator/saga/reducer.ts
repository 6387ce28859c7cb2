import { LabError } from '../../contracts/errors.ts';
import type { ErrorRecord, SagaEvent, SagaFact, SagaState } from '../../contracts/saga.ts';
import { isEnded } from './moves.ts';
import {
  currentRun,
  misplaced,
  type RunPlace,
  superseded,
  withRun,
  withRunningRun,
  withStartedRun,
} from './runs.ts';
import { downstream, stagesOf } from './stages.ts';

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

type Data<Type extends SagaFact['type']> = Extract<SagaFact, { type: Type }>['data'];

function started({ sagaId, traceId, sequence, time }: SagaEvent, data: Data<'saga.started'>): SagaState {
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
    stages: data.stages ?? null,
    parent: data.parent ?? null,
    waitingOn: [],
    evidence: null,
    cancellation: null,
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
      return { ...withStartedRun(state, event, event.data), phase: 'running', waitingOn: [] };
    case 'saga.step-completed':
    case 'saga.step-failed':
    case 'saga.step-retrying':
    case 'saga.step-stopped':
      return stepCameTo(state, event);
    case 'saga.artefact-kept': {
      const { artefact } = event.data;
      return withRunningRun(state, event, event.data, (run) => ({ ...run, kept: [...run.kept, artefact] }));
    }
    case 'saga.child-started': {
      const { key, sagaId, name } = event.data;
      return withRunningRun(state, event, event.data, (run) => ({
        ...run,
        children: [...run.children, { key, sagaId, name }],
      }));
    }
    case 'saga.children-awaited':
      return { ...state, phase: 'waiting', waitingOn: event.data.sagaIds };
    case 'saga.sandbox-alert': {
      const { step, generation, alert } = event.data;
      return { ...state, alerts: [...state.alerts, { ...alert, step, generation, time }] };
    }
    case 'saga.forensics':
      return { ...state, forensics: [...state.forensics, { ...event.data.report, time }] };
    case 'saga.gate-reached':
      return waitingAt(state, event, event.data.step, event.data.evidence);
    case 'saga.decided':
      return decided(state, event, event.data);
    case 'saga.cancel-requested':
      return cancelRequested(state, event, event.data);
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
    case 'saga.compensation-failed':
      return withCompensation(state, event, event.data, 'failed', event.data.error);
    case 'saga.rolled-back': {
      const { to, evidence } = event.data;
      const back = superseded(state, downstream(stagesOf(state), to));
      return { ...waitingAt(back, event, to, evidence), undo: null };
    }
    case 'saga.restarted': {
      const { from, input } = event.data;
      const back = superseded(state, [from, ...downstream(stagesOf(state), from)]);
      return { ...back, phase: 'running', undo: null, input };
    }
    case 'saga.interrupted':
      return { ...state, phase: 'interrupted' };
    case 'saga.completed':
      return { ...state, phase: 'completed', undo: null };
    case 'saga.rejected':
      return { ...state, phase: 'rejected', undo: null };
    case 'saga.cancelled':
      return { ...state, phase: 'cancelled', undo: null };
    case 'saga.failed':
      return { ...state, phase: 'failed', undo: null, error: event.data.error };
  }
}

type Outcome = Extract<
  SagaEvent,
  { type: 'saga.step-completed' | 'saga.step-failed' | 'saga.step-retrying' | 'saga.step-stopped' }
>;

function stepCameTo(state: SagaState, event: Outcome): SagaState {
  const { time, sequence } = event;
  const { step, artefacts } = event.data;
  const withEnd = (change: Partial<SagaState['steps'][number]['runs'][number]>) =>
    withRunningRun(state, event, event.data, (run) => ({
      ...run,
      endedTime: time,
      retryTime: null,
      artefacts,
      ...change,
    }));
  switch (event.type) {
    case 'saga.step-completed':
      return withEnd({ status: 'done', resultSequence: sequence });
    case 'saga.step-stopped':
      return withEnd({ status: 'stopped' });
    case 'saga.step-failed': {
      const { error } = event.data;
      return {
        ...withEnd({ status: 'failed', error }),
        phase: 'undoing',
        undo: { purpose: 'fail', step, error },
      };
    }
    case 'saga.step-retrying': {
      const { dueTime } = event.data;
      return withRunningRun(state, event, event.data, (run) => ({
        ...run,
        failures: run.failures + 1,
        retryTime: dueTime,
        artefacts,
      }));
    }
  }
}

function waitingAt(
  state: SagaState,
  event: SagaEvent,
  step: string,
  evidence: string | undefined,
): SagaState {
  const run = currentRun(state, step);
  if (run?.status !== 'done') throw misplaced(event, `${step} has no result`);
  const place = { step, generation: run.generation };
  const waiting = withRun(state, event, place, (current) => ({ ...current, gate: 'waiting' }));
  return { ...waiting, phase: 'waiting', waitingFor: step, waitingOn: [], evidence: evidence ?? null };
}

function decided(state: SagaState, event: SagaEvent, data: Data<'saga.decided'>): SagaState {
  const { step, action, comment, by, evidence = null } = data;
  if (state.waitingFor !== step) throw misplaced(event, `it does not wait at ${step}`);
  const target = action === 'rollback' ? data.to : action === 'fix' ? data.restartAt : null;
  const record = { step, action, comment, by, time: event.time, target, evidence };
  const next: SagaState = {
    ...withGateLeft(state, event, action === 'approve' ? 'approved' : null),
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

/** Whether a saga may be cancelled: it is not undone for good already, and has not ended but for its parent. */
export function canCancel(state: SagaState, byParent: boolean): boolean {
  if (isEnded(state)) return byParent && state.parent !== null && state.phase === 'completed';
  return state.undo === null || state.undo.purpose === 'fix' || state.undo.purpose === 'rollback';
}

function cancelRequested(
  state: SagaState,
  event: SagaEvent,
  { comment, by, byParent }: Data<'saga.cancel-requested'>,
): SagaState {
  if (!canCancel(state, byParent)) throw misplaced(event, 'it is undone already, or has ended');
  return {
    ...withGateLeft(state, event, null),
    phase: 'undoing',
    waitingOn: [],
    undo: { purpose: 'cancel' },
    cancellation: { comment, by, time: event.time },
  };
}

function withGateLeft(state: SagaState, event: SagaEvent, gate: 'approved' | null): SagaState {
  const step = state.waitingFor;
  if (step === null) return state;
  const place = { step, generation: currentRun(state, step)?.generation ?? 0 };
  const left = withRun(state, event, place, (run) => ({ ...run, gate }));
  return { ...left, waitingFor: null, evidence: null };
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
