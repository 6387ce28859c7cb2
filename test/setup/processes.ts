import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly words: readonly string[];
}

/** All processes of this machine that have not ended. */
export function runningProcesses(): RunningProcess[] {
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const words = readFileSync(`/proc/${entry}/cmdline`, 'utf8').split('\0');
      const stat = readFileSync(`/proc/${entry}/stat`, 'latin1');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return state === 'Z' ? [] : [{ pid: Number(entry), parent: Number(parent), words }];
    } catch {
      // The process has ended between the two reads.
      return [];
    }
  });
}

/** The processes that `isRoot` names, and all that they have started. */
export function processTree(isRoot: (process: RunningProcess) => boolean): RunningProcess[] {
  const all = runningProcesses();
  const found = new Set(all.filter(isRoot));
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    const pids = new Set([...found].map(({ pid }) => pid));
    for (const process of all) if (pids.has(process.parent)) found.add(process);
  }
  return [...found];
}

/** Sends a signal to processes and waits until none of them is left, or for as long as that may take. */
export async function endProcesses(
  signal: NodeJS.Signals,
  find: () => readonly number[],
  milliseconds: number,
): Promise<void> {
  for (const pid of find()) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended by itself.
    }
  }
  const latest = Date.now() + milliseconds;
  while (find().length > 0 && Date.now() < latest) await delay(50);
}

/** Whether a process lives, or is at least not yet reaped. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
