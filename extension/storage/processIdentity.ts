import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import * as z from 'zod';

/** Which process, in a way that a later process with the same number is not taken for it. */
export const processIdentitySchema = z.object({
  host: z.string(),
  /** Boot and process-number space of the host; null where the system does not tell. */
  space: z.string().nullable(),
  pid: z.number().int().positive(),
  /** When it started, in the system's own unit; null where the system does not tell. */
  started: z.string().nullable(),
});
export type ProcessIdentity = z.infer<typeof processIdentitySchema>;

/** The identity of the process that calls. */
export function thisProcess(): ProcessIdentity {
  const boot = readOrNull(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  const numbers = readOrNull(() => readlinkSync('/proc/self/ns/pid'));
  return {
    host: hostname(),
    space: boot === null || numbers === null ? null : `${boot}/${numbers}`,
    pid: process.pid,
    started: processStatus(process.pid)?.started ?? null,
  };
}

/**
 * True only when `other` is certainly dead: same host and process numbers, and no such process, a
 * zombie, or a process that started at another time. In doubt it is alive.
 */
export function isDead(other: ProcessIdentity, here: ProcessIdentity): boolean {
  if (other.host !== here.host || other.space !== here.space) return false;
  if (!processExists(other.pid)) return true;
  const status = processStatus(other.pid);
  if (status === null || other.started === null) return false;
  return status.zombie || status.started !== other.started;
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

/** State and start time (fields 3 and 22) of proc_pid_stat(5); null where there is no /proc. */
function processStatus(pid: number): { zombie: boolean; started: string } | null {
  const text = readOrNull(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  if (text === null) return null;
  // The second field is the command in brackets and may itself hold blanks and brackets.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, started] = [fields[0], fields[19]];
  if (state === undefined || started === undefined) return null;
  return { zombie: state === 'Z' || state === 'X', started };
}

function readOrNull(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}
