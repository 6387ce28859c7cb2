import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodePath } from '../../sandbox/containerOptions.ts';
import { sweepOrphans } from '../../sandbox/orphans.ts';
import { ownerLabels } from '../../sandbox/owner.ts';
import { defaultLimits, type SandboxProcess } from '../../sandbox/sandbox.ts';
import { containersOf, dockerBackend, newOwner, testDocker, testImage } from './support.ts';

const docker = testDocker();
const signal = new AbortController().signal;
const idle = [nodePath, '-e', 'setInterval(() => {}, 1000)'];

function startIdle(owner = newOwner()): Promise<SandboxProcess> {
  return dockerBackend(docker, 'runc', owner, idle).start({
    limits: defaultLimits,
    label: 'idle',
    onOutput: () => {},
    signal,
  });
}

describe('the sweep for orphans', () => {
  it('removes the containers of a session whose process has died, and no other', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    const dead = { ...newOwner(), pid: child.pid ?? 0 };
    const alive = newOwner();
    // In this order: the first start of a session sweeps too.
    const sandboxes = [await startIdle(alive), await startIdle(dead)];
    try {
      expect(await sweepOrphans(docker, newOwner())).toBeGreaterThanOrEqual(1);
      expect(await containersOf(docker, dead)).toEqual([]);
      expect(await containersOf(docker, alive)).toHaveLength(1);
    } finally {
      await Promise.all(sandboxes.map((sandbox) => sandbox.dispose()));
    }
  });

  it('is made by the first start of the next session, after a host was killed with a run under way', async () => {
    await testImage(docker).ensure(signal);
    const host = spawn(process.execPath, [join(import.meta.dirname, 'doomedHost.ts')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [session] = (await once(host.stdout, 'data')) as [Buffer];
    const owner = { ...newOwner(), session: session.toString().trim() };
    expect(await containersOf(docker, owner)).toHaveLength(1);
    host.kill('SIGKILL');
    await once(host, 'exit');
    const next = await startIdle();
    await next.dispose();
    await expect.poll(() => containersOf(docker, owner), { timeout: 20_000 }).toEqual([]);
  });

  it('can tell whose each container is', async () => {
    const owner = newOwner();
    const sandbox = await startIdle(owner);
    try {
      const [container] = await docker.listContainers({
        filters: { label: [`${ownerLabels.session}=${owner.session}`] },
      });
      expect(container?.Labels).toMatchObject({ [ownerLabels.pid]: String(process.pid) });
    } finally {
      await sandbox.dispose();
    }
  });
});
