import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { reachScript } from '../../sandbox/canaries/scripts.ts';
import { nodePath } from '../../sandbox/containerOptions.ts';
import { chooseBackend } from '../../sandbox/probe.ts';
import { defaultLimits, type SandboxBackend } from '../../sandbox/sandbox.ts';
import { runningProcesses } from '../setup/processes.ts';
import { describeContract } from './contract.ts';
import { hostileCommand } from './hostileRunner.ts';
import { soundLimits } from './soundLimits.ts';
import { bubblewrapBackend, failureOf, namespacesOf, newOwner } from './support.ts';

const owner = newOwner();
const signal = new AbortController().signal;

describeContract('bubblewrap', {
  backend: () => bubblewrapBackend(owner),
  hostile: (_name, lies) => bubblewrapBackend(owner, hostileCommand(lies)),
  leftovers: async () => namespacesOf(owner),
  memoryBytes: 128 * 1_048_576,
});

/** What a script prints in a sandbox, and how that ended. */
async function outputOf(backend: SandboxBackend, changes: Partial<typeof defaultLimits> = {}) {
  let text = '';
  const limits = { ...defaultLimits, ...changes };
  const onOutput = (bytes: Uint8Array) => {
    text += Buffer.from(bytes).toString();
  };
  const sandbox = await backend.start({ limits, label: 'script', onOutput, signal });
  try {
    return { facts: await sandbox.exit, text };
  } finally {
    await sandbox.dispose();
  }
}

const script = (code: string) => bubblewrapBackend(owner, [nodePath, '-e', code]);

describe('a sandbox in namespaces', () => {
  it('is ready where it is installed, at its level, and its limits hold', async () => {
    const backend = bubblewrapBackend(owner);
    await backend.prepare();
    expect(await backend.probe(signal)).toMatchObject({
      name: 'bubblewrap',
      level: 'namespaces',
      state: 'ready',
      limits: soundLimits,
    });
    expect(namespacesOf(owner)).toEqual([]);
  });

  it('does not do where a container is asked for', async () => {
    const choice = { backends: [bubblewrapBackend(owner)], minimum: 'container', signal } as const;
    expect((await failureOf(chooseBackend(choice))).reason).toBe('sandbox.level');
  });

  it('without a control group says that the processor is not limited, and is refused for it', async () => {
    const backend = bubblewrapBackend(owner, undefined, 'process');
    const status = await backend.probe(signal);
    expect(status).toMatchObject({ limits: { processor: false, network: true, files: true, time: true } });
    expect(status.note).toContain('No control group');
    const choice = { backends: [backend], minimum: 'namespaces', signal } as const;
    await expect(chooseBackend(choice)).rejects.toThrow('processor');
    const accepted = await chooseBackend({ ...choice, acceptMissingLimits: ['processor', 'memory'] });
    expect(accepted.backend.name).toBe('bubblewrap');
  });

  it('sees Node, its libraries and the runner, and no process, device or file of the host', async () => {
    const { text } = await outputOf(
      script(`
        const fs = require('node:fs');
        const list = (folder) => { try { return fs.readdirSync(folder); } catch ({ code }) { return code; } };
        console.log(JSON.stringify({
          root: list('/').filter((name) => !/^lib/.test(name)), proc: list('/proc'), dev: list('/dev'),
          etc: list('/etc'), bin: list('/usr/local/bin'), users: [process.getuid(), process.getgid()],
          sockets: [...Array(64).keys()].filter((fd) => { try { return fs.fstatSync(fd).isSocket(); } catch { return false; } }),
          environment: Object.keys(process.env).sort(), pid: process.pid, parent: process.ppid,
        }));
      `),
    );
    expect(JSON.parse(text)).toEqual({
      root: ['etc', 'runner.snapshot', 'tmp', 'usr'],
      proc: 'ENOENT',
      dev: 'ENOENT',
      etc: ['passwd'],
      bin: ['node'],
      users: [65534, 65534],
      sockets: [0, 1, 2],
      environment: ['PWD', 'TZ'],
      pid: 2,
      parent: 1,
    });
  });

  it('is, for the kernel, a user without rights, in namespaces of its own, with a filter of calls', async () => {
    const sandbox = await script('setInterval(() => {}, 1000)').start({
      limits: defaultLimits,
      label: 'status',
      onOutput: () => {},
      signal,
    });
    try {
      const { readFileSync, readlinkSync } = await import('node:fs');
      const inside = () => runningProcesses().find(({ words }) => words[0] === nodePath && words[1] === '-e');
      await expect.poll(inside).toBeDefined();
      const pid = inside()?.pid ?? 0;
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1];
      expect(['CapEff', 'CapPrm', 'CapBnd', 'CapAmb'].map((name) => Number(`0x${field(name)}`))).toEqual([
        0, 0, 0, 0,
      ]);
      expect([field('NoNewPrivs'), field('Seccomp')]).toEqual(['1', '2']);
      expect(field('Uid')?.split('\t')).toEqual(['65534', '65534', '65534', '65534']);
      for (const kind of ['user', 'pid', 'net', 'ipc', 'uts', 'mnt', 'cgroup']) {
        expect(readlinkSync(`/proc/${pid}/ns/${kind}`)).not.toBe(readlinkSync(`/proc/self/ns/${kind}`));
      }
    } finally {
      await sandbox.dispose();
    }
    expect(namespacesOf(owner)).toEqual([]);
  });

  it('has no more of a processor than the kernel counts, on a machine too slow for a fast moment too', async () => {
    const bait = { port: null, abstractSocket: null, hostFolders: [] };
    const counts = 'process.cpuUsage = (before) => ({ user: before ? 600 : 0, system: 0 });';
    const { text } = await outputOf(script(counts + reachScript(bait)), { totalMilliseconds: 4000 });
    const [, share = 'nothing'] = /\["processors",\[([\d.]+),/.exec(text) ?? [];
    expect(Number(share)).toBeLessThanOrEqual(0.001);
  });

  it('ends by its limit of processor time where nobody ends it', async () => {
    const { facts } = await outputOf(script('for (;;);'), { totalMilliseconds: 1000 });
    expect(facts.killedBy).toBe(null);
    expect(facts.code).not.toBe(0);
  });

  it('is gone when its host was killed, with all that it had started', async () => {
    const host = spawn(process.execPath, [join(import.meta.dirname, 'doomedNamespaces.ts')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(host.stdout, 'data');
    const dead = { ...newOwner(), pid: host.pid ?? 0 };
    const left = () => runningProcesses().filter(({ words }) => words.at(-2)?.includes('/* doomed */'));
    expect(left().length).toBeGreaterThan(0);
    host.kill('SIGKILL');
    await once(host, 'exit');
    await expect.poll(left, { timeout: 10_000 }).toEqual([]);
    // Its empty control groups go with the first start of the next session.
    await outputOf(script(''));
    await expect.poll(() => namespacesOf(dead), { timeout: 10_000 }).toEqual([]);
  });
});
