import type { GraphNodeStatus } from '../../extension/contracts/sagaPanel.ts';
import type { sagaTexts } from './texts.ts';

/** The text of each status. */
export const statusTexts: Record<GraphNodeStatus, keyof typeof sagaTexts> = {
  pending: 'statusPending',
  'not-reached': 'statusNotReached',
  running: 'statusRunning',
  interrupted: 'statusInterrupted',
  done: 'statusDone',
  waiting: 'statusWaiting',
  approved: 'statusApproved',
  fixed: 'statusFixed',
  'rolled-back': 'statusRolledBack',
  rejected: 'statusRejected',
  undone: 'statusUndone',
  failed: 'statusFailed',
  stopped: 'statusStopped',
  superseded: 'statusSuperseded',
  completed: 'statusCompleted',
  cancelled: 'statusCancelled',
};
