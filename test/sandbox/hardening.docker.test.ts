import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { untriedLimits } from '../../extension/contracts/isolation.ts';
import { tryLimits } from '../../sandbox/canaries/canaries.ts';
import { type DockerRuntime, nodePath, runnerCommand } from '../../sandbox/containerOptions.ts';
import { defaultLimits, type SandboxBackend } from '../../sandbox/sandbox.ts';
import { soundLimits } from './soundLimits.ts';
import { containersOf, dockerBackend, failureOf, newOwner, testDocker, testImage } from './support.ts';

const docker = testDocker();
const signal = new AbortController().signal;
const limits = defaultLimits;

/** What a script prints in a container, and how the container ended. */
async function outputOf(backend: SandboxBackend, given = limits) {
  const pieces: Uint8Array[] = [];
  const sandbox = await backend.start({
    limits: given,
    label: 'hardening',
    onOutput: (bytes) => pieces.push(bytes.slice()),
    signal,
  });
  try {
    const facts = await sandbox.exit;
    return { text: Buffer.concat(pieces).toString(), facts };
  } finally {
    await sandbox.dispose();
  }
}

for (const runtime of ['runc', 'runsc'] satisfies DockerRuntime[]) {
  describe(`a container under ${runtime}`, () => {
    const owner = newOwner();
    const backend = (command?: readonly string[]) => dockerBackend(docker, runtime, owner, command);

    it('is created with every lock there is', async () => {
      const sandbox = await backend().start({ limits, label: 'locks', onOutput: () => {}, signal });
      try {
        const [name] = await containersOf(docker, owner);
        const {
          Config: config,
          HostConfig: host,
          Mounts: mounts,
        } = await docker.getContainer(name?.slice(1) ?? '').inspect();
        expect(name).toMatch(/^\/strategy-lab-locks-[0-9a-f-]{36}$/);
        expect(mounts).toEqual([]);
        expect(config).toMatchObject({
          User: '65534:65534',
          NetworkDisabled: true,
          Tty: false,
          OpenStdin: true,
          StdinOnce: true,
          Entrypoint: runnerCommand({ limits }),
        });
        expect(config.Entrypoint).toEqual(
          expect.arrayContaining([
            '--max-old-space-size=512',
            '--disable-sigusr1',
            '--no-addons',
            '--disable-proto=throw',
            '--disallow-code-generation-from-strings',
          ]),
        );
        expect(host).toMatchObject({
          Runtime: runtime,
          NetworkMode: 'none',
          ReadonlyRootfs: true,
          CapDrop: ['ALL'],
          SecurityOpt: ['no-new-privileges'],
          Privileged: false,
          PidsLimit: runtime === 'runsc' ? 256 : 64,
          Memory: 512 * 1_048_576,
          MemorySwap: 512 * 1_048_576,
          NanoCpus: 1e9,
          IpcMode: 'none',
          LogConfig: { Type: 'none' },
          AutoRemove: false,
          Tmpfs: { '/tmp': 'rw,noexec,nosuid,nodev,size=16777216,mode=1777,nr_inodes=1k' },
        });
        expect(host.Binds ?? []).toEqual([]);
        expect(host.Devices ?? []).toEqual([]);
        expect(host.CapAdd ?? []).toEqual([]);
        expect(Object.fromEntries((host.Ulimits ?? []).map(({ Name, Hard }) => [Name, Hard]))).toEqual({
          nofile: 256,
          core: 0,
          fsize: 16 * 1_048_576,
          cpu: 601,
        });
      } finally {
        await sandbox.dispose();
      }
    });

    it('holds its limits, as the canaries find', async () => {
      await testImage(docker).ensure(signal);
      expect(await backend().probe(signal)).toMatchObject({ state: 'ready', limits: soundLimits });
      expect(await containersOf(docker, owner)).toEqual([]);
    });

    it('is refused a name that is no name', async () => {
      for (const label of ['', 'a b', '../x', '--rm', 'A', 'a'.repeat(41)]) {
        const start = backend().start({ limits, label, onOutput: () => {}, signal });
        expect((await failureOf(start)).reason, label).toBe('usage');
      }
      expect(await containersOf(docker, owner)).toEqual([]);
    });

    it('is removed when the start itself fails', async () => {
      const failure = await failureOf(outputOf(backend(['/no/such/program'])));
      expect(failure.reason).toBe('sandbox.unavailable');
      expect(await containersOf(docker, owner)).toEqual([]);
    });

    it('is removed when its caller gave up during the start', async () => {
      const stop = new AbortController();
      const start = backend().start({ limits, label: 'aborted', onOutput: () => {}, signal: stop.signal });
      setTimeout(() => stop.abort(), 20);
      const outcome = await start.then(
        (sandbox) => sandbox.dispose(),
        (error: unknown) => error,
      );
      if (outcome !== undefined) expect(outcome).toMatchObject({ reason: 'cancelled' });
      await expect.poll(() => containersOf(docker, owner), { timeout: 10_000 }).toEqual([]);
    });
  });
}

describe('an endless loop under runc', () => {
  it('ends by itself when it uses the processor for longer than a run may last, though nobody kills it', async () => {
    const short = { ...limits, totalMilliseconds: 1000 };
    const { facts } = await outputOf(
      dockerBackend(docker, 'runc', newOwner(), [nodePath, '-e', 'for (;;);']),
      short,
    );
    expect(facts.killedBy).toBe(null);
    expect(facts.code).not.toBe(0);
  });
});

describe('limits that do not hold', () => {
  it('are found by the canaries', async () => {
    // A daemon that ignores limits, as one without cgroups does.
    const ignored = { memoryBytes: 512 * 1_048_576, processes: 480, temporaryBytes: 32 * 1_048_576 };
    const { limits: found } = await tryLimits((command, options) => {
      const lenient = { ...options.limits, ...ignored };
      return dockerBackend(docker, 'runc', newOwner(), command).start({ ...options, limits: lenient });
    }, signal);
    expect(found).toMatchObject({ memory: false, processes: false, files: false, network: true, time: true });
  });

  it('are unknown when the canaries do not even start to sing', async () => {
    const mute = dockerBackend(docker, 'runc', newOwner(), [nodePath, '-e', randomUUID()]);
    const report = await tryLimits((_command, options) => mute.start(options), signal);
    expect(report).toEqual({ kernel: null, limits: untriedLimits });
  });
});
