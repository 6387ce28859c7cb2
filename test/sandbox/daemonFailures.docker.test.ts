import { execFileSync } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { RootFolder } from '../../sandbox/bubblewrap/rootFolder.ts';
import { nodePath } from '../../sandbox/containerOptions.ts';
import { connectDocker, type DockerClient } from '../../sandbox/dockerApi.ts';
import { DockerBackend, type SandboxImage } from '../../sandbox/dockerBackend.ts';
import { defaultLimits } from '../../sandbox/sandbox.ts';
import { runInSandbox } from '../../sandbox/session.ts';
import { startDockerDaemon } from '../setup/dockerDaemon.ts';
import { startDockerProxy } from './dockerProxy.ts';
import { hostileCommand } from './hostileRunner.ts';
import { soundLimits } from './soundLimits.ts';
import {
  built,
  containersOf,
  crossStrategy,
  dockerBackend,
  failureOf,
  newOwner,
  runRequest,
  strategyOf,
  testDocker,
  testImage,
  withFolder,
} from './support.ts';

const docker = testDocker();
const signal = new AbortController().signal;
const { STRATEGY_LAB_DOCKER_SOCKET: socketPath = '' } = process.env;
const chunks = Array(100).fill(10);

/** A client as DOCKER_HOST makes it. */
function connect(port: number): DockerClient {
  vi.stubEnv('DOCKER_HOST', `tcp://127.0.0.1:${port}`);
  try {
    return connectDocker();
  } finally {
    vi.unstubAllEnvs();
  }
}

for (const runtime of ['runc', 'runsc']) {
  describe(`under ${runtime}`, () => {
    it('a daemon that is gone in mid-run fails the run in one sentence, and the container goes when it is back', async () => {
      const proxy = await startDockerProxy(socketPath);
      const owner = newOwner();
      const backend = dockerBackend(connect(proxy.port), runtime, owner);
      let isShut = false;
      const request = runRequest(backend, strategyOf(''), {
        chunks,
        onProgress: (bars) => {
          if (bars === 200) {
            isShut = true;
            void proxy.shut();
          }
        },
      });
      const failure = await failureOf(runInSandbox(request));
      expect(isShut).toBe(true);
      expect(failure.reason).toBe('sandbox.unavailable');
      expect(failure.message).toContain('connection to the sandbox broke');
      expect(failure.action).toContain('daemon');
      await proxy.open();
      const next = await backend.start({ limits: defaultLimits, label: 'next', onOutput: () => {}, signal });
      await next.dispose();
      await expect.poll(() => containersOf(docker, owner), { timeout: 15_000 }).toEqual([]);
      await proxy.shut();
    });

    it('a daemon across a slow network serves a run, and its limits are tried over there', async () => {
      const proxy = await startDockerProxy(socketPath, 10);
      const owner = newOwner();
      const backend = dockerBackend(connect(proxy.port), runtime, owner);
      await backend.prepare(signal);
      const [far, near] = await Promise.all([
        runInSandbox(runRequest(backend, crossStrategy)),
        runInSandbox(runRequest(dockerBackend(docker, runtime, owner), crossStrategy)),
      ]);
      expect(far.sets[0]?.settled.equity).toEqual(near.sets[0]?.settled.equity);
      expect(await backend.probe(signal)).toMatchObject({ state: 'ready', limits: soundLimits });
      expect(await containersOf(docker, owner)).toEqual([]);
      await proxy.shut();
    });

    it('an image that is not there is named, and nothing is left', async () => {
      const owner = newOwner();
      const nothing = `sha256:${'0'.repeat(64)}`;
      const image: SandboxImage = { find: async () => nothing, ensure: async () => nothing };
      const { cache, newId } = { cache: { remember: () => Promise.reject() }, newId: () => 'x' };
      const backend = new DockerBackend({ docker, runtime, image, owner, newId, cache: cache as never });
      const failure = await failureOf(runInSandbox(runRequest(backend, crossStrategy)));
      expect(failure.reason).toBe('sandbox.unavailable');
      expect(failure.message).toMatch(/No such image/i);
      expect(await containersOf(docker, owner)).toEqual([]);
    });

    it('an image that is removed in mid-run harms neither that run nor the next, for which it is made again', async () => {
      await withFolder(async (folder) => {
        // An image of its own, so that no other test misses it.
        const runnerFile = join(folder, 'runner.js');
        copyFileSync(built('runner.js'), runnerFile);
        appendFileSync(runnerFile, `\n// ${runtime} ${folder}\n`);
        const image = testImage(docker, runnerFile);
        const owner = newOwner();
        const backend = new DockerBackend({
          docker,
          runtime,
          image,
          owner,
          newId: () => crypto.randomUUID(),
          cache: { remember: () => Promise.reject() } as never,
        });
        const id = await image.ensure(signal);
        let removal: Promise<unknown> | undefined;
        const onProgress = (bars: number) => {
          if (bars === 200)
            removal = docker
              .getImage(id)
              .remove({ force: true })
              .catch(() => undefined);
        };
        const run = await runInSandbox(runRequest(backend, crossStrategy, { chunks, onProgress }));
        await removal;
        await docker
          .getImage(id)
          .remove({ force: true })
          .catch(() => undefined);
        expect(await image.find(signal)).toBe(null);
        const again = await runInSandbox(runRequest(backend, crossStrategy));
        expect(again.sets[0]?.settled.equity).toEqual(run.sets[0]?.settled.equity);
        expect(await containersOf(docker, owner)).toEqual([]);
        await docker.getImage((await image.find(signal)) ?? '').remove({ force: true });
      });
    });
  });
}

/** Gives `work` a folder on a disk of its own, of so many megabytes. */
async function onSmallDisk(megabytes: number, work: (folder: string) => Promise<void>): Promise<void> {
  await withFolder(async (outer) => {
    const folder = join(outer, 'disk');
    mkdirSync(folder);
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]);
    try {
      await work(folder);
    } finally {
      execFileSync('umount', ['--lazy', folder]);
      rmSync(folder, { recursive: true });
    }
  });
}

describe('a disk that is full', () => {
  it('under the daemon keeps the image from being made, in one sentence, and leaves no container', async () => {
    await onSmallDisk(64, async (folder) => {
      const daemon = await startDockerDaemon(folder);
      try {
        const client = connectDocker(daemon.socketPath);
        const owner = newOwner();
        const backend = dockerBackend(client, 'runc', owner, hostileCommand(''));
        const failure = await failureOf(backend.prepare(signal));
        expect(failure.reason).toBe('sandbox.unavailable');
        expect(failure.message).toMatch(/no space left on device/);
        expect(failure.action).toBeDefined();
        expect(await backend.probe(signal)).toMatchObject({ state: 'unprepared' });
        expect(await containersOf(client, owner)).toEqual([]);
      } finally {
        await daemon.stop();
      }
    });
  });

  it('under the folder of a sandbox in namespaces does the same, and leaves no half of it', async () => {
    await onSmallDisk(16, async (folder) => {
      const root = new RootFolder({
        parent: folder,
        runnerFile: built('runner.js'),
        nodePrograms: [process.execPath],
        clock: Date.now,
      });
      const failure = await failureOf(root.ensure());
      expect(failure.reason).toBe('sandbox.unavailable');
      expect(failure.message).toContain(folder);
      expect(await root.find()).toBe(null);
    });
  });
});

it('a program that is not in the image fails the start, and leaves nothing', async () => {
  const owner = newOwner();
  const backend = dockerBackend(docker, 'runc', owner, [`${nodePath}-none`]);
  expect((await failureOf(runInSandbox(runRequest(backend, crossStrategy)))).reason).toBe(
    'sandbox.unavailable',
  );
  expect(await containersOf(docker, owner)).toEqual([]);
});
