import type { SagaState, SagaView, StepRun, StepRunView } from '../../contracts/saga.ts';
import { decisionActions } from '../../contracts/saga.ts';
import { canCancel } from './reducer.ts';
import { currentRun } from './runs.ts';
import { stagesOf, upstream } from './stages.ts';
import { allArtefacts } from './stepWork.ts';

/** A saga for people; `live` tells whether a process holds its lease. Pure. */
export function viewSaga(state: SagaState, live: boolean): SagaView {
  const { id, name, traceId, waitingFor, input, decisions, alerts, forensics, error } = state;
  const { parent, waitingOn, evidence, cancellation, startedTime, updatedTime } = state;
  const rollbackTargets = earlierSteps(state);
  return {
    id,
    name,
    traceId,
    state: stateName(state, live),
    waitingFor,
    actions:
      waitingFor === null
        ? []
        : decisionActions.filter((action) => action !== 'rollback' || rollbackTargets.length > 0),
    rollbackTargets,
    canCancel: canCancel(state, false),
    input,
    steps: state.steps.map((step) => {
      const current = currentRun(state, step.name);
      const earlier = current === null ? step.runs : step.runs.slice(0, -1);
      return {
        name: step.name,
        gate: state.gates.includes(step.name),
        ...(current === null ? pending : viewRun(current)),
        earlier: earlier.map(viewRun),
      };
    }),
    decisions,
    compensations: compensations(state),
    notUndone: notUndone(state),
    stages: stagesOf(state),
    parent,
    waitingOn,
    evidence,
    cancellation,
    alerts,
    forensics,
    error,
    startedTime,
    updatedTime,
  };
}

/** The name of a saga's state: its phase, or the gate it waits at. */
export function stateName({ phase, waitingFor }: SagaState, live: boolean): string {
  if (phase === 'waiting') return `waiting-for-${waitingFor ?? 'runs'}`;
  if (!live && (phase === 'running' || phase === 'undoing')) return 'interrupted';
  return phase;
}

/** The steps before the gate that the saga waits at: those that its step has built on. */
export function earlierSteps(state: SagaState): string[] {
  return state.waitingFor === null ? [] : upstream(stagesOf(state), state.waitingFor);
}

const pending: StepRunView = {
  generation: 0,
  status: 'pending',
  attempts: 0,
  startedTime: null,
  endedTime: null,
  retryTime: null,
  artefacts: [],
  children: [],
  error: null,
};

function viewRun(run: StepRun): StepRunView {
  const { generation, attempts, startedTime, endedTime, retryTime, artefacts, children, error } = run;
  const status = runStatus(run);
  return { generation, status, attempts, startedTime, endedTime, retryTime, artefacts, children, error };
}

function runStatus({ status, gate, compensation }: StepRun): StepRunView['status'] {
  if (status === 'failed') return 'failed';
  if (compensation?.status === 'completed') return 'compensated';
  if (status === 'stopped') return 'stopped';
  return status === 'done' && gate === 'waiting' ? 'waiting' : status;
}

function compensations({ steps }: SagaState): SagaView['compensations'] {
  return steps
    .flatMap((step) =>
      step.runs.flatMap(({ generation, compensation }) =>
        compensation === null
          ? []
          : [
              {
                step: step.name,
                generation,
                status: compensation.status,
                time: compensation.startedTime,
                error: compensation.error,
                sequence: compensation.sequence,
              },
            ],
      ),
    )
    .sort((a, b) => a.sequence - b.sequence);
}

/** The report of what still stands, once the saga has ended or while it goes on elsewhere. */
function notUndone({ steps }: SagaState): SagaView['notUndone'] {
  return steps
    .flatMap(({ name, runs }) => runs.map((run) => ({ name, run })))
    .flatMap(({ name, run }) => {
      const { compensation, generation } = run;
      if (compensation?.status !== 'failed' || compensation.error === null) return [];
      const { error, sequence } = compensation;
      return [{ step: name, generation, error, artefacts: allArtefacts(run), sequence }];
    })
    .sort((a, b) => a.sequence - b.sequence)
    .map(({ sequence: _, ...rest }) => rest);
}
