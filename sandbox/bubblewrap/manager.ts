import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LimitName, LimitVerdicts } from '../../extension/contracts/isolation.ts';

/** The manager of systemd that makes control groups for this user. */
export interface Manager {
  /** What its programs need of the environment to find it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Controllers of the kernel that it can hand on; null where that is not told. */
  readonly controllers: readonly string[] | null;
}

export interface ManagerSearch {
  readonly user: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folder of what runs: /run. */
  readonly running: string;
  /** Folder of control groups of version 2: /sys/fs/cgroup. */
  readonly groups: string;
}

/** Limits that each controller enforces. */
const enforced: Readonly<Record<string, LimitName>> = {
  memory: 'memory',
  pids: 'processes',
  cpu: 'processor',
};

/** Null where systemd does not run this machine, or runs nothing for this user. */
export function findManager({ user, environment, running, groups }: ManagerSearch): Manager | null {
  if (!existsSync(join(running, 'systemd/system'))) return null;
  if (user === 0) return { environment: {}, controllers: controllersOf(groups) };
  const controllers = controllersOf(join(groups, `user.slice/user-${user}.slice/user@${user}.service`));
  const { XDG_RUNTIME_DIR: named = '', DBUS_SESSION_BUS_ADDRESS: bus } = environment;
  if (named !== '' && existsSync(join(named, 'bus'))) {
    const address = bus === undefined ? {} : { DBUS_SESSION_BUS_ADDRESS: bus };
    return { environment: { XDG_RUNTIME_DIR: named, ...address }, controllers };
  }
  // Without a session nothing names it, or after `su` the environment names that of another user.
  const usual = join(running, 'user', String(user));
  return existsSync(join(usual, 'bus')) ? { environment: { XDG_RUNTIME_DIR: usual }, controllers } : null;
}

function controllersOf(group: string): string[] | null {
  try {
    return readFileSync(join(group, 'cgroup.controllers'), 'utf8').trim().split(' ');
  } catch {
    return null;
  }
}

/** Limits that cannot hold because the manager has not got what enforces them: known without a trial. */
export function unenforced({ controllers }: Manager): Partial<LimitVerdicts> {
  const missing = Object.keys(enforced).filter((name) => controllers?.includes(name) === false);
  return Object.fromEntries(missing.map((name) => [enforced[name], false]));
}
