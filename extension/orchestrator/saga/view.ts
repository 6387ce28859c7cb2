import type { SagaState, SagaView, StepRun, StepRunView } from '../../contracts/saga.ts';
import { decisionActions } from '../../contracts/saga.ts';
import { currentRun } from './reducer.ts';

/** A saga for people; `live` tells whether a process holds its lease. Pure. */
export function viewSaga(state: SagaState, live: boolean): SagaView {
  const { id, name, traceId, waitingFor, input, decisions, alerts, forensics, error } = state;
  const { startedTime, updatedTime } = state;
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
    alerts,
    forensics,
    error,
    startedTime,
    updatedTime,
  };
}

/** The name of a saga's state: its phase, or the gate it waits at. */
export function stateName({ phase, waitingFor }: SagaState, live: boolean): string {
  if (phase === 'waiting') return `waiting-for-${waitingFor}`;
  if (!live && (phase === 'running' || phase === 'undoing')) return 'interrupted';
  return phase;
}

/** The steps before the gate that the saga waits at. */
export function earlierSteps({ steps, waitingFor }: SagaState): string[] {
  if (waitingFor === null) return [];
  const names = steps.map((step) => step.name);
  return names.slice(0, names.indexOf(waitingFor));
}

const pending: StepRunView = {
  generation: 0,
  status: 'pending',
  attempts: 0,
  startedTime: null,
  endedTime: null,
  artefacts: [],
  error: null,
};

function viewRun(run: StepRun): StepRunView {
  const { generation, attempts, startedTime, endedTime, artefacts, error } = run;
  return { generation, status: runStatus(run), attempts, startedTime, endedTime, artefacts, error };
}

function runStatus({ status, gate, compensation }: StepRun): StepRunView['status'] {
  if (status === 'failed') return 'failed';
  if (compensation?.status === 'completed') return 'compensated';
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
