import type { Command } from 'commander';
import { localTenant } from '../api/caller.ts';
import { longestDelay } from '../api/wire.ts';
import { recordOf, taskRecords } from '../api/work/taskRecords.ts';
import { LabError } from '../contracts/errors.ts';
import type { SagaView } from '../contracts/saga.ts';
import { prioritySchema } from '../contracts/tasks.ts';
import type { Lab } from '../lab.ts';
import type { Turn } from '../orchestrator/saga/sagaLog.ts';
import { parseBounded } from './allowed.ts';
import { parseSpan, parseTime } from './options.ts';
import { formatTime, type Terminal } from './terminal.ts';

export interface QueueOptions {
  readonly delay?: string;
  readonly deadline?: string;
  readonly priority?: string;
}

/** How a run waits in the queue; times are UTC milliseconds. */
interface QueuePlace {
  readonly priority: number;
  readonly notBefore: number | null;
  readonly deadline: number | null;
}

/** For what may be left to those who work on the queue. */
export function addQueueOptions(command: Command): Command {
  return command
    .option('--delay <time>', 'leave the run to the queue, not to be started before 90m, 24h or 7d from now')
    .option(
      '--deadline <time>',
      'leave it to the queue, cancelled unless started in 90m, or by a time in UTC',
    )
    .option('--priority <number>', 'leave it to the queue with this priority, 0 to 100; from 10 on at once');
}

/** Where a run is to wait; null for one that is run here and now. @throws LabError `usage` */
export function parseQueuePlace(options: QueueOptions, now: number): QueuePlace | null {
  const { delay, deadline, priority } = options;
  if (delay === undefined && deadline === undefined && priority === undefined) return null;
  const wait = delay === undefined ? null : parseSpan(delay, '--delay');
  if (wait !== null && wait > longestDelay) {
    throw new LabError('usage', `--delay takes 366d at most, was "${delay}".`, {
      action: 'Start the run when its time has come.',
    });
  }
  const place = {
    priority: priority === undefined ? 0 : parsePriority(priority, '--priority', 'run'),
    notBefore: wait === null ? null : now + wait,
    deadline: deadline === undefined ? null : parseDeadline(deadline, now),
  };
  if (place.deadline !== null && place.deadline < (place.notBefore ?? now)) {
    const what = place.deadline < now ? 'is over' : 'is before the end of --delay';
    throw new LabError('usage', `--deadline ${deadline} ${what}.`, { action: 'Give a later one.' });
  }
  return place;
}

/** @throws LabError `usage` naming the option */
export function parsePriority(text: string, option: string, help: string): number {
  return parseBounded(text, option, prioritySchema, help);
}

function parseDeadline(text: string, now: number): number {
  return /^\d+[a-z]$/.test(text)
    ? now + parseSpan(text, '--deadline')
    : (parseTime(text, '--deadline') ?? now);
}

/** The turn of a run that is to wait there, for the transaction in which it is written down. */
export function turnAt(lab: Lab, { priority, notBefore, deadline }: QueuePlace): Promise<Turn> {
  return lab.tasks.newTurn({
    priority,
    tenant: localTenant,
    ...(notBefore !== null && { notBefore }),
    ...(deadline !== null && { deadline }),
  });
}

/** Notes how a run waits, for its later turns, and tells it. */
export async function leaveToQueue(
  lab: Lab,
  terminal: Terminal,
  id: string,
  place: QueuePlace,
): Promise<void> {
  const { priority, notBefore, deadline } = place;
  const { name: tool, traceId } = await (await lab.sagas()).place(id);
  const record = { tenant: localTenant, tool, agentId: null, origin: null, ...place };
  await taskRecords(lab.journal, lab.clock).accept(id, record, traceId);
  terminal.document({ id, state: 'queued', ...place });
  terminal.say(`It waits in the queue with priority ${priority}.`);
  if (notBefore !== null) terminal.say(`It is not started before ${formatTime(notBefore)} UTC.`);
  if (deadline !== null) terminal.say(`It is cancelled unless started by ${formatTime(deadline)} UTC.`);
  terminal.say('A window on this lab, strategy-lab serve or strategy-lab worker begins it.');
}

/** How a run stands, as a person sees it: one that nobody has begun, and the queue has, was not interrupted. */
export async function shownState(lab: Lab, { id, state, steps }: SagaView): Promise<string> {
  const isBegun = steps.some(({ status }) => status !== 'pending');
  return state === 'interrupted' && !isBegun && (await lab.tasks.turnOf(id)) !== null ? 'queued' : state;
}

/** The runs whose time has not come. */
export async function runsHeldBack(lab: Lab): Promise<ReadonlySet<string>> {
  const now = lab.clock();
  const records = await taskRecords(lab.journal, lab.clock).all();
  return new Set([...records].flatMap(([id, { notBefore }]) => ((notBefore ?? now) > now ? [id] : [])));
}

/** Changes how soon a run that waits has its turn. @throws LabError `usage`, `saga.state`, `not-found` */
export async function priorityCommand(lab: Lab, terminal: Terminal, id: string, text: string): Promise<void> {
  const priority = parsePriority(text, 'The priority', 'priority');
  const { name, traceId } = await (await lab.sagas()).place(id);
  await lab.tasks.setPriority(id, priority);
  const records = taskRecords(lab.journal, lab.clock);
  const record = recordOf(await records.find(id), name);
  await records.setPriority(id, record, priority, { by: localTenant, traceId });
  terminal.document({ id, priority });
  terminal.say(`Run ${id} waits with priority ${priority}.`);
}
