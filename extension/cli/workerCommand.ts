import type { Lab } from '../lab.ts';
import { defaultScalingPolicy, fixedWorkers } from '../orchestrator/workers/autoscaler.ts';
import { pausedNote } from './runCommands.ts';
import type { Terminal } from './terminal.ts';
import { untilStopped } from './untilStopped.ts';

export interface WorkerCommandOptions {
  readonly workers?: string;
}

/** Works on the lab's queue, beside whoever else does, until it is stopped. */
export async function workerCommand(
  lab: Lab,
  terminal: Terminal,
  workers: number | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { pool } = await lab.tasks.work(workers === undefined ? defaultScalingPolicy : fixedWorkers(workers));
  terminal.line({ lab: lab.folder, pid: process.pid, workers: pool.status.workers });
  terminal.say(`Working on the queue of ${lab.folder}; Ctrl+C ends it.`);
  if (await (await lab.tasks.queue()).isPaused()) terminal.note(pausedNote);
  await untilStopped(lab, signal);
  terminal.note('Stopping: what is at work goes back to the queue.');
}
