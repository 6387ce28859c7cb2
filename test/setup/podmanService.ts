import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findProgram, searchPath } from './packages.ts';

export interface PodmanService {
  readonly socketPath: string;
  stop(): Promise<void>;
}

const startMilliseconds = 30_000;

/**
 * Starts Podman's service with Docker's interface, with storage and socket of its own in `folder`. Its containers run
 * under runc: the crun of Debian 12 refuses machines with both versions of control groups.
 */
export async function startPodman(folder: string): Promise<PodmanService> {
  const podman = findProgram('podman');
  if (podman === undefined) throw new Error('podman is not installed: apt-get install podman');
  const path = (name: string): string => join(folder, name);
  await mkdir(folder, { recursive: true });
  await writeFile(
    path('containers.conf'),
    '[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\nruntime = "runc"\n',
  );
  await writeFile(
    path('storage.conf'),
    `[storage]\ndriver = "overlay"\nrunroot = "${path('run')}"\ngraphroot = "${path('data')}"\n`,
  );
  const socketPath = path('podman.sock');
  const folders = ['--root', path('data'), '--runroot', path('run'), '--tmpdir', path('tmp')];
  const service = spawn(podman, [...folders, 'system', 'service', '--time=0', `unix://${socketPath}`], {
    // The monitor of a container that meets its memory limit leaves a file where it was started.
    cwd: folder,
    stdio: 'ignore',
    env: {
      PATH: searchPath(),
      CONTAINERS_CONF: path('containers.conf'),
      CONTAINERS_STORAGE_CONF: path('storage.conf'),
    },
  });
  const latest = Date.now() + startMilliseconds;
  while (!existsSync(socketPath)) {
    if (Date.now() > latest || service.exitCode !== null)
      throw new Error('The service of podman did not start.');
    await delay(50);
  }
  return {
    socketPath,
    async stop() {
      if (service.exitCode !== null) return;
      const ended = once(service, 'exit');
      service.kill('SIGTERM');
      await ended;
    },
  };
}
