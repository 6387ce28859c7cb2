import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Labels that say whose a container is. */
export const ownerLabels = {
  session: 'strategy-lab.session',
  machine: 'strategy-lab.machine',
  pid: 'strategy-lab.owner-pid',
  started: 'strategy-lab.owner-started',
} as const;

/** The process that answers for its containers. */
export interface ContainerOwner {
  /** Random id of this process's session. */
  readonly session: string;
  readonly machine: string;
  readonly pid: number;
  /** Start of the process as the system counts it, because numbers of processes come again; empty where unknown. */
  readonly started: string;
}

/** When process `pid` started, in clock ticks since boot; empty where the system does not tell. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name, in parentheses, may hold spaces; the start is the twentieth field behind it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

/** This process as an owner. `session` is a new random id. */
export function currentOwner(session: string): ContainerOwner {
  return { session, machine: hostname(), pid: process.pid, started: startOf(process.pid) };
}

export function labelsOf(owner: ContainerOwner): Record<string, string> {
  return {
    [ownerLabels.session]: owner.session,
    [ownerLabels.machine]: owner.machine,
    [ownerLabels.pid]: String(owner.pid),
    [ownerLabels.started]: owner.started,
  };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user may not be signalled, and lives.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * True when the labels name a process of this machine that has ended. False in doubt: a daemon may
 * serve several machines, and only a dead owner's container is anyone's to remove.
 */
export function isOrphan(labels: Readonly<Record<string, string>>, owner: ContainerOwner): boolean {
  if (labels[ownerLabels.session] === owner.session) return false;
  if (labels[ownerLabels.machine] !== owner.machine) return false;
  const pid = Number(labels[ownerLabels.pid]);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  if (!isRunning(pid)) return true;
  const started = labels[ownerLabels.started] ?? '';
  const now = startOf(pid);
  return started !== '' && now !== '' && started !== now;
}
