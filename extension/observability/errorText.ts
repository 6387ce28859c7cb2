import type { ErrorRecord } from '../contracts/saga.ts';
import { redact } from './redact.ts';

const longestForeign = 120;
/** Reasons whose messages quote what a strategy said or did, or what came out of its sandbox. */
const foreign = /^(strategy|sandbox)\./;

/**
 * An error of a run as logs and traces tell it. What a strategy wrote into it is hostile text, and may hold what
 * it was given: of that there is one short line without secrets. The run itself keeps the whole.
 */
export function errorText({ reason, message }: Pick<ErrorRecord, 'reason' | 'message'>): string {
  if (!foreign.test(reason)) return message;
  // Redacted first: half a secret is one that no form fits.
  const line = redact(message.slice(0, 8 * longestForeign))
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim();
  if (line.length <= longestForeign && message.length <= 8 * longestForeign) return `${reason}: ${line}`;
  return `${reason}: ${line.slice(0, longestForeign)}… (${message.length} characters, in the run)`;
}
