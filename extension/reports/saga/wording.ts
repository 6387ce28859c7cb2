import type { sagaTexts } from '../../../webviews/saga/texts.ts';
import { formatNumber } from '../../../webviews/shared/format.ts';
import type { GraphNodeStatus } from '../../contracts/sagaPanel.ts';
import type { Say } from './say.ts';

const statusTexts: Record<GraphNodeStatus, keyof typeof sagaTexts> = {
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
  superseded: 'statusSuperseded',
  completed: 'statusCompleted',
};

export function statusText(status: GraphNodeStatus, say: Say): string {
  return say(statusTexts[status]);
}

/** `write-code` as `Write code`. */
export function stepTitle(step: string): string {
  const words = step.replaceAll('-', ' ');
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}

/** Seconds as people read them: to the hundredth below ten, whole from a hundred on. */
export function formatSeconds(seconds: number): string {
  if (seconds > 0 && seconds < 0.005) return '<0.01';
  return formatNumber(seconds, seconds < 10 ? 2 : seconds < 100 ? 1 : 0);
}

/** The last part of a path. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
