import type { SagaView } from '../../contracts/saga.ts';
import type { GraphNodeStatus, SagaSnapshot } from '../../contracts/sagaPanel.ts';
import { sentences } from './graphView.ts';
import type { Words } from './say.ts';
import { statusText } from './wording.ts';

/** Where a run stands. */
export interface RunState {
  readonly name:
    | 'queued'
    | 'running'
    | 'undoing'
    | 'interrupted'
    | 'waiting'
    | 'completed'
    | 'rejected'
    | 'cancelled'
    | 'waiting-for-runs'
    | 'failed';
  /** The step at work, that it waits at or that failed; empty where there is none. */
  readonly step: string;
  /** Runs that it waits for. */
  readonly runs: readonly string[];
  /** Whether that step waits for its next attempt. */
  readonly isRetrying: boolean;
  /** Place of that step, from 1, and the number of steps. */
  readonly place: number;
  readonly steps: number;
}

export function stateOf(view: SagaView, isQueued: boolean): RunState {
  const { state, waitingFor, steps } = view;
  const name =
    waitingFor !== null
      ? 'waiting'
      : isQueued && (state === 'running' || state === 'interrupted')
        ? 'queued'
        : (stateNames.find((known) => known === state) ?? 'running');
  const index = steps.findIndex(({ status, name: step }) =>
    name === 'waiting' ? step === waitingFor : statusesAtWork.includes(status),
  );
  const step = steps[index];
  return {
    name,
    step: step?.name ?? '',
    runs: view.waitingOn,
    isRetrying: (step?.retryTime ?? null) !== null,
    place: index + 1,
    steps: steps.length,
  };
}

const stateNames = [
  'running',
  'undoing',
  'interrupted',
  'completed',
  'rejected',
  'failed',
  'cancelled',
  'waiting-for-runs',
] as const;
const statusesAtWork = ['running', 'pending', 'failed'];

/** The run's own status, as a place of a graph would have it. */
export function statusOfRun({ name }: RunState): GraphNodeStatus {
  switch (name) {
    case 'queued':
      return 'pending';
    case 'undoing':
      return 'running';
    case 'waiting-for-runs':
      return 'waiting';
    default:
      return name;
  }
}

/** Where the run stands, in a few words. */
export function stateText(
  { name, step, runs, isRetrying, place, steps }: RunState,
  { say, stepTitle }: Words,
): string {
  switch (name) {
    case 'queued':
      return say('stateQueued');
    case 'running':
      return isRetrying
        ? say('stateRetrying', stepTitle(step))
        : say('stateRunning', stepTitle(step), place, steps);
    case 'undoing':
      return say('stateUndoing');
    case 'interrupted':
      return say('stateInterrupted');
    case 'waiting':
      return say('stateWaiting', stepTitle(step));
    case 'completed':
      return say('stateCompleted');
    case 'rejected':
      return say('stateRejected');
    case 'cancelled':
      return say('stateCancelled');
    case 'waiting-for-runs':
      return say('stateWaitingForRuns', runs.join(', '));
    case 'failed':
      return say('stateFailed', stepTitle(step));
  }
}

/** The whole graph in words, for those who do not see it. Pure. */
export function summarise(view: SagaView, state: RunState, runs: SagaSnapshot['runs'], words: Words): string {
  const { say, stepTitle } = words;
  const { id, name, steps, decisions, compensations } = view;
  const current = runs.filter(({ isCurrent }) => isCurrent);
  const earlier = runs.length - current.length;
  const done = current.filter(({ status }) => status === 'done').length;
  const count = (action: 'fix' | 'rollback') =>
    decisions.filter((decision) => decision.action === action).length;
  const undone = (status: 'completed' | 'failed') =>
    compensations
      .filter((compensation) => compensation.status === status)
      .map(({ step, generation }) => say('summaryStepRun', stepTitle(step), generation))
      .join(', ');
  const parts = [
    say('summaryRun', id, name, stateText(state, words)),
    say('summarySteps', done, steps.length),
    ...current.map((run) => {
      const status = statusText(run.status, say);
      const more = run.error?.message ?? run.outcome;
      return say('summaryStep', run.title, more === null ? status : `${status}, ${more}`);
    }),
  ];
  if (earlier > 0) parts.push(say('summaryEarlier', earlier, count('fix'), count('rollback')));
  if (undone('completed') !== '') parts.push(say('summaryUndone', undone('completed')));
  if (undone('failed') !== '') parts.push(say('summaryNotUndone', undone('failed')));
  return sentences(parts);
}
