import { once } from 'node:events';
import { LabError } from '../contracts/errors.ts';
import type { Lab } from '../lab.ts';

/**
 * Resolves when the person ends the program. @throws LabError `journal.unavailable` when the lab died before: who
 * stays shall not look alive without its journal, and whoever watches it can start it anew
 */
export async function untilStopped({ died }: Pick<Lab, 'died'>, signal: AbortSignal): Promise<void> {
  const over = AbortSignal.any([signal, died]);
  if (!over.aborted) await once(over, 'abort');
  if (!died.aborted || signal.aborted) return;
  const message = died.reason instanceof Error ? died.reason.message : String(died.reason);
  throw new LabError('journal.unavailable', message, {
    action: 'Start it again: all that was written is there, and what was at work goes on.',
    cause: died.reason,
  });
}
