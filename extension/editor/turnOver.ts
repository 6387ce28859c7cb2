import * as vscode from 'vscode';
import { LabError } from '../contracts/errors.ts';
import type { Lab } from '../lab.ts';
import { isLive } from './runNews.ts';

/**
 * Whether a turn of a run is over, whoever had it; never in a lab that has died.
 * @throws LabError `saga.state` with what it has failed with
 */
export async function isTurnOver(
  { tasks, sagas, died }: Pick<Lab, 'tasks' | 'sagas' | 'died'>,
  taskId: string,
  id: string,
): Promise<boolean> {
  try {
    const task = await (await tasks.queue()).get(taskId);
    if (task === null || task.state === 'done') return true;
    if (task.state === 'dead') {
      throw new LabError('saga.state', task.error ?? '', {
        action: vscode.l10n.t('Resume the run to try again.'),
      });
    }
    // Who had it comes to its next step yet.
    return task.state === 'cancelled' && !isLive(await (await sagas()).view(id));
  } catch (error) {
    if (died.aborted) return false;
    throw error;
  }
}
