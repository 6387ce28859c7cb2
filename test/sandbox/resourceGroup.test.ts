import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findGroupPlace, ResourceGroup } from '../../sandbox/bubblewrap/resourceGroup.ts';
import { defaultLimits } from '../../sandbox/sandbox.ts';
import { failureOf, newOwner, withFolder } from './support.ts';

const mountOf = (point: string, type: string, options: string): string =>
  `30 25 0:26 / ${point} rw,relatime shared:9 - ${type} ${type} rw,${options}`;

it("the place of a control group is this process's own, of version 1 one for each of three controllers", async () => {
  await withFolder(async (folder) => {
    const point = (name: string) => join(folder, name);
    for (const name of ['memory/own', 'pids', 'cpu']) mkdirSync(point(name), { recursive: true });
    const mounts = ['memory', 'pids', 'cpu'].map((name) => mountOf(point(name), 'cgroup', name));
    const groups = '8:pids:/elsewhere\n4:memory:/own\n1:cpu,cpuacct:/\n0::/\n';
    expect(findGroupPlace(mounts.join('\n'), groups)).toEqual({
      version: 1,
      folders: [point('memory/own'), point('pids'), point('cpu')],
    });
    expect(findGroupPlace(mounts.slice(1).join('\n'), groups)).toBe(null);
  });
});

it('of version 2 it is one whose groups are given all three, and none where they are not', async () => {
  await withFolder(async (folder) => {
    const own = join(folder, 'user.slice');
    mkdirSync(own);
    const mounts = mountOf(folder, 'cgroup2', 'nsdelegate');
    const give = (path: string, given: string) =>
      writeFileSync(join(path, 'cgroup.subtree_control'), `${given}\n`);
    give(folder, 'memory pids');
    give(own, '');
    expect(findGroupPlace(mounts, '0::/user.slice\n')).toBe(null);
    give(folder, 'cpuset cpu io memory pids');
    expect(findGroupPlace(mounts, '0::/user.slice\n')).toEqual({ version: 2, folders: [folder] });
    give(own, 'cpu memory pids');
    expect(findGroupPlace(mounts, '0::/user.slice\n')).toEqual({ version: 2, folders: [own] });
    expect(findGroupPlace('', '')).toBe(null);
  });
});

it('a group that the kernel gives no limits is refused, and not left behind', async () => {
  await withFolder(async (folder) => {
    const place = { version: 2, folders: [folder] } as const;
    const failure = await failureOf(ResourceGroup.make(place, newOwner(), defaultLimits));
    expect(failure.reason).toBe('sandbox.unavailable');
    expect(readdirSync(folder)).toEqual([]);
  });
});
