import { randomUUID } from 'node:crypto';
import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LabError } from '../../extension/contracts/errors.ts';
import { type ContainerOwner, isOrphan, labelsOf } from '../owner.ts';
import type { SandboxLimits } from '../sandbox.ts';

/*
 * A control group of the kernel for one sandbox, made by hand where this process may make one: as root, or in a
 * folder that was handed over to it. Both versions of control groups are known.
 */

/** Folders in which a group can be made, and the version of their files. */
export interface GroupPlace {
  readonly version: 1 | 2;
  /** Of version 1 one each for memory, pids and cpu; of version 2 one. */
  readonly folders: readonly string[];
}

const controllers = ['memory', 'pids', 'cpu'] as const;
/** Threads of bubblewrap's own two processes. */
const ownProcesses = 2;
const periodMicroseconds = 100_000;
const removalMilliseconds = 5000;

/** Where a group can be made; null where nowhere. `mounts` and `groups` are /proc/self/mountinfo and cgroup. */
export function findGroupPlace(mounts: string, groups: string): GroupPlace | null {
  const mounted = mounts.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const [type = '', , options = ''] = after.split(' ');
    const point = before.split(' ')[4];
    return point === undefined ? [] : [{ point, type, options: options.split(',') }];
  });
  const own = groups.split('\n').map((line) => /^\d+:([^:]*):(.*)$/.exec(line));
  const folderOf = (controller: string): string | undefined => {
    const mount = mounted.find(({ type, options }) => type === 'cgroup' && options.includes(controller));
    if (mount === undefined) return undefined;
    const path = own.find((match) => match?.[1]?.split(',').includes(controller))?.[2] ?? '/';
    return [resolve(mount.point, `.${path}`), mount.point].find(isWritable);
  };
  const folders = controllers.flatMap((controller) => folderOf(controller) ?? []);
  if (folders.length === controllers.length) return { version: 1, folders };
  const unified = mounted.find(({ type }) => type === 'cgroup2');
  if (unified === undefined) return null;
  const path = own.find((match) => match?.[1] === '')?.[2] ?? '/';
  // Only a group without processes of its own, or the root, can have limited groups inside.
  const place = [resolve(unified.point, `.${path}`), unified.point].find(
    (folder) => isWritable(folder) && givesControl(folder),
  );
  return place === undefined ? null : { version: 2, folders: [place] };
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function givesControl(folder: string): boolean {
  try {
    const given = readFileSync(join(folder, 'cgroup.subtree_control'), 'utf8').trim().split(' ');
    return controllers.every((controller) => given.includes(controller));
  } catch {
    return false;
  }
}

/** The files of a group and what goes into them, in their order. Those marked may be missing. */
function filesOf(
  version: 1 | 2,
  limits: SandboxLimits,
): readonly (readonly [string, string, 'needed' | 'optional'])[] {
  const memory = String(limits.memoryBytes);
  const processes = String(limits.processes + ownProcesses);
  const quota = Math.max(1000, Math.round(limits.cpus * periodMicroseconds));
  return version === 1
    ? [
        ['memory.limit_in_bytes', memory, 'needed'],
        // Missing where the kernel counts no swap.
        ['memory.memsw.limit_in_bytes', memory, 'optional'],
        ['pids.max', processes, 'needed'],
        ['cpu.cfs_period_us', String(periodMicroseconds), 'needed'],
        ['cpu.cfs_quota_us', String(quota), 'needed'],
      ]
    : [
        ['memory.max', memory, 'needed'],
        ['memory.swap.max', '0', 'optional'],
        ['memory.oom.group', '1', 'optional'],
        ['pids.max', processes, 'needed'],
        ['cpu.max', `${quota} ${periodMicroseconds}`, 'needed'],
      ];
}

const groupPrefix = 'strategy-lab-';

export class ResourceGroup {
  readonly #folders: readonly string[];

  private constructor(folders: readonly string[]) {
    this.#folders = folders;
  }

  /** Makes a group with its limits. @throws LabError `sandbox.unavailable` */
  static async make(place: GroupPlace, owner: ContainerOwner, limits: SandboxLimits): Promise<ResourceGroup> {
    const name = `${groupPrefix}${owner.pid}-${owner.started}-${randomUUID()}`;
    const group = new ResourceGroup([...new Set(place.folders)].map((folder) => join(folder, name)));
    try {
      for (const folder of group.#folders) await mkdir(folder);
      for (const [file, value, need] of filesOf(place.version, limits)) {
        const path = group.#folders.map((folder) => join(folder, file)).find((each) => existsSync(each));
        if (path !== undefined) await writeFile(path, value);
        else if (need === 'needed') throw new Error(`the kernel has no ${file}`);
      }
      return group;
    } catch (cause) {
      await group.remove().catch(() => undefined);
      throw new LabError(
        'sandbox.unavailable',
        'A control group with the limits of a sandbox cannot be made.',
        {
          action: 'Look at the permissions of /sys/fs/cgroup.',
          cause,
        },
      );
    }
  }

  /** Puts a process, and all that it will start, into the group. */
  async add(pid: number): Promise<void> {
    for (const folder of this.#folders) await writeFile(join(folder, 'cgroup.procs'), String(pid));
  }

  /** Whether the limit of memory has ended a process. */
  async hasRunOut(): Promise<boolean> {
    for (const folder of this.#folders) {
      for (const file of ['memory.oom_control', 'memory.events']) {
        const text = await readFile(join(folder, file), 'utf8').catch(() => '');
        if (/^oom_kill [1-9]/m.test(text)) return true;
      }
    }
    return false;
  }

  /** @throws LabError `sandbox.unavailable` where something in it does not end */
  async remove(): Promise<void> {
    const latest = Date.now() + removalMilliseconds;
    for (const folder of this.#folders) {
      for (;;) {
        const problem = await rmdir(folder).then(
          () => undefined,
          (error: NodeJS.ErrnoException) => error,
        );
        if (problem === undefined || problem.code === 'ENOENT') break;
        if (Date.now() > latest) {
          throw new LabError('sandbox.unavailable', `The control group ${folder} does not become empty.`, {
            action: 'End the processes that its file cgroup.procs names, then remove it with rmdir.',
            cause: problem,
          });
        }
        await delay(10);
      }
    }
  }
}

/** Removes the groups of dead processes; empty by then, because what was in them died with its host. */
export async function sweepGroups(place: GroupPlace, owner: ContainerOwner): Promise<void> {
  for (const folder of new Set(place.folders)) {
    for (const name of readdirSync(folder)) {
      const [, pid, started] = /^strategy-lab-(\d+)-(\d*)-/.exec(name) ?? [];
      if (pid === undefined || started === undefined) continue;
      const labels = labelsOf({ session: '', machine: owner.machine, pid: Number(pid), started });
      if (isOrphan(labels, owner)) await rmdir(join(folder, name)).catch(() => undefined);
    }
  }
}
