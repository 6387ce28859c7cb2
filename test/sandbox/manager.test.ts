import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { commandLine } from '../../sandbox/bubblewrap/command.ts';
import { findManager, unenforced } from '../../sandbox/bubblewrap/manager.ts';
import { defaultLimits } from '../../sandbox/sandbox.ts';
import { withFolder } from './support.ts';

const user = 1001;

/** A machine that systemd runs, as Debian 12 has it, with the managers of `users`, each handed `controllers`. */
async function withMachine(
  users: readonly number[],
  controllers: string,
  work: (machine: { running: string; groups: string; runtime: (user: number) => string }) => void,
): Promise<void> {
  await withFolder(async (folder) => {
    const [running, groups] = [join(folder, 'run'), join(folder, 'cgroup')];
    mkdirSync(join(running, 'systemd/system'), { recursive: true });
    mkdirSync(groups);
    writeFileSync(join(groups, 'cgroup.controllers'), 'cpu io memory pids\n');
    const runtime = (each: number) => join(running, 'user', String(each));
    for (const each of users) {
      mkdirSync(runtime(each), { recursive: true });
      writeFileSync(join(runtime(each), 'bus'), '');
      const group = join(groups, `user.slice/user-${each}.slice/user@${each}.service`);
      mkdirSync(group, { recursive: true });
      writeFileSync(join(group, 'cgroup.controllers'), `${controllers}\n`);
    }
    work({ running, groups, runtime });
  });
}

it('a user whom systemd serves is found by the environment of a session, and without one', async () => {
  await withMachine([user], 'cpu memory pids', ({ running, groups, runtime }) => {
    const session = {
      XDG_RUNTIME_DIR: runtime(user),
      DBUS_SESSION_BUS_ADDRESS: `unix:path=${runtime(user)}/bus`,
    };
    const controllers = ['cpu', 'memory', 'pids'];
    const find = (environment: Record<string, string>) => findManager({ user, environment, running, groups });
    expect(find({ ...session, HOME: '/home/bob' })).toEqual({ environment: session, controllers });
    const withoutSession = { environment: { XDG_RUNTIME_DIR: runtime(user) }, controllers };
    expect(find({})).toEqual(withoutSession);
    // What `su` leaves there: folders of another user, into which this one cannot look.
    expect(find({ ...session, XDG_RUNTIME_DIR: runtime(1000) })).toEqual(withoutSession);
  });
});

it('a user whom systemd does not serve has no manager, and root has that of the machine', async () => {
  await withMachine([], '', ({ running, groups, runtime }) => {
    const environment = { XDG_RUNTIME_DIR: runtime(user) };
    expect(findManager({ user, environment, running, groups })).toBe(null);
    const controllers = ['cpu', 'io', 'memory', 'pids'];
    expect(findManager({ user: 0, environment, running, groups })).toEqual({ environment: {}, controllers });
    expect(findManager({ user: 0, environment, running: groups, groups })).toBe(null);
  });
});

it('a limit whose controller systemd does not hand to users is known not to hold', async () => {
  await withMachine([user], 'memory pids', ({ running, groups }) => {
    const manager = findManager({ user, environment: {}, running, groups });
    expect(manager && unenforced(manager)).toEqual({ processor: false });
  });
  expect(unenforced({ environment: {}, controllers: ['cpu', 'memory', 'pids'] })).toEqual({});
  expect(unenforced({ environment: {}, controllers: null })).toEqual({});
});

const scopeOf = (isRoot: boolean): string[] => {
  const line = commandLine({
    programs: { bubblewrap: 'bwrap', prlimit: 'prlimit', systemdRun: 'systemd-run' },
    way: 'systemd',
    root: '/root-folder',
    command: ['node'],
    limits: defaultLimits,
    isRoot,
  });
  return line.slice(0, line.indexOf('prlimit'));
};

it('a sandbox that systemd stops for its memory ends by the one signal that counts as that', () => {
  expect(scopeOf(false)).toContain('--property=KillSignal=SIGKILL');
});

it('root becomes nobody, outside the sandbox too, before systemd lets it run', () => {
  expect(scopeOf(true)).toEqual(expect.arrayContaining(['--uid=65534', '--gid=65534']));
  expect(scopeOf(false)).toEqual(expect.not.arrayContaining(['--uid=65534']));
  expect(scopeOf(false)).toContain('--user');
});
