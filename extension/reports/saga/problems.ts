import type { ErrorRecord, SagaView } from '../../contracts/saga.ts';
import type { Problem, SagaSnapshot } from '../../contracts/sagaPanel.ts';
import { visible } from '../visible.ts';
import type { Words } from './say.ts';

/** Longest message of an error that is shown whole; strategies write messages too. */
const longestMessage = 2000;

/** An error for people: what was wrong, and what to do. */
export function problemOf(error: Pick<ErrorRecord, 'message' | 'action'>): Problem {
  const { message, action } = error;
  return { message: bounded(message), action: action === null ? null : bounded(action) };
}

function bounded(text: string): string {
  const shown = visible(text);
  return shown.length <= longestMessage ? shown : `${shown.slice(0, longestMessage - 1)}…`;
}

/** The compensations that failed, in the order in which they were tried. */
export function notUndone({ compensations }: SagaView, { stepTitle }: Words): SagaSnapshot['notUndone'] {
  return compensations.flatMap(({ step, status, error }) =>
    status === 'failed' && error !== null ? [{ title: stepTitle(step), ...problemOf(error) }] : [],
  );
}
