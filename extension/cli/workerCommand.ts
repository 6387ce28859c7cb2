import { LabError } from '../contracts/errors.ts';
import type { IsolationLevel } from '../contracts/isolation.ts';
import { languageNames } from '../contracts/strategyLanguage.ts';
import type { Lab } from '../lab.ts';
import { defaultScalingPolicy, fixedWorkers } from '../orchestrator/workers/autoscaler.ts';
import { parseLevel, parseWorkers } from './options.ts';
import { pausedNote } from './runCommands.ts';
import type { Terminal } from './terminal.ts';
import { untilStopped } from './untilStopped.ts';

export interface WorkerCommandOptions {
  readonly workers?: string;
  readonly redis?: string | true;
  readonly level?: string;
  readonly acceptMissingLimits?: string;
}

export interface WorkerWish {
  readonly workers: number | undefined;
  /** The least isolation of what is run for a Redis server; null for the work on the lab's own queue. */
  readonly floor: IsolationLevel | null;
}

/** The options as they count. @throws LabError `usage` naming the option */
export function parseWorkerOptions(options: WorkerCommandOptions): WorkerWish {
  const workers = parseWorkers(options.workers);
  if (options.redis !== undefined) return { workers, floor: parseLevel(options.level ?? 'container') };
  const { level, acceptMissingLimits } = options;
  if (level === undefined && acceptMissingLimits === undefined) return { workers, floor: null };
  const name = level === undefined ? '--accept-missing-limits' : '--level';
  throw new LabError(
    'usage',
    `${name} is for the work for a Redis server alone: a run of the lab has its own.`,
    {
      action: 'Give --redis URL too, or leave it out.',
    },
  );
}

/** Works on the lab's queue, or for a Redis server, beside whoever else does, until it is stopped. */
export async function workerCommand(
  lab: Lab,
  terminal: Terminal,
  { workers, floor }: WorkerWish,
  signal: AbortSignal,
): Promise<void> {
  if (floor === null) await workOnQueue(lab, terminal, workers);
  else await workForServer(lab, terminal, floor, workers, signal);
  await untilStopped(lab, signal);
  terminal.note('Stopping: what is at work goes back to the queue.');
}

async function workOnQueue(lab: Lab, terminal: Terminal, workers: number | undefined): Promise<void> {
  const { pool } = await lab.tasks.work(workers === undefined ? defaultScalingPolicy : fixedWorkers(workers));
  terminal.line({ lab: lab.folder, pid: process.pid, workers: pool.status.workers });
  terminal.say(`Working on the queue of ${lab.folder}; Ctrl+C ends it.`);
  if (await (await lab.tasks.queue()).isPaused()) terminal.note(pausedNote);
}

async function workForServer(
  lab: Lab,
  terminal: Terminal,
  floor: IsolationLevel,
  workers: number | undefined,
  signal: AbortSignal,
): Promise<void> {
  const work = await lab.batches.lend(floor, workers, signal);
  const able = [...work.abilities].map(([language, { level }]) => [language, level] as const);
  terminal.line({
    server: work.server,
    pid: process.pid,
    workers: work.workers,
    levels: Object.fromEntries(able),
  });
  const words = able.map(([language, level]) => `${languageNames[language]} at level ${level}`);
  terminal.say(`Working on the searches of ${work.server} (${words.join(', ')}); Ctrl+C ends it.`);
}
