import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, openSync, readdirSync } from 'node:fs';
import { mkdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { traceArguments } from '../../sandbox/forensics/traceRuntime.ts';
import { findProgram, missingPackages, searchPath } from './packages.ts';
import { endProcesses, isAlive, processTree, runningProcesses } from './processes.ts';

export interface DockerDaemon {
  /** Path of the daemon's unix socket: `DOCKER_HOST` is `unix://` and this. */
  readonly socketPath: string;
  /** Ends the daemon, unless another live process has started it for the same folder too. */
  stop(): Promise<void>;
}

const overlayFileSystem = 0x794c7630;
const startMilliseconds = 60_000;
const stopMilliseconds = 20_000;
/** A unix socket's path has at most 107 bytes; containerd adds about 30 to the folder. */
const longestFolder = 60;

/** Debian packages that sandboxes of every level need and this machine lacks, in the order to install them. */
export function missingDockerPackages(): string[] {
  return missingPackages([
    ['docker.io', findProgram('dockerd')],
    ['docker.io', findProgram('containerd')],
    ['runsc', findProgram('runsc')],
    ['crun', findProgram('crun')],
    ['bubblewrap', findProgram('bwrap')],
    ['podman', findProgram('podman')],
  ]);
}

/** Folders of one daemon. Sockets move to the temporary folder where the checkout's path is too long for them. */
function layoutOf(folder: string) {
  const root = resolve(folder);
  const shortName = `strategy-lab-docker-${createHash('sha256').update(root).digest('hex').slice(0, 8)}`;
  const run = root.length <= longestFolder ? root : join(tmpdir(), shortName);
  return {
    root,
    run,
    users: join(root, 'users'),
    data: join(root, 'data'),
    config: join(root, 'daemon.json'),
    log: join(root, 'dockerd.log'),
    traces: join(root, 'traces'),
    execRoot: join(run, 'exec'),
    pidFile: join(run, 'dockerd.pid'),
    socketPath: join(run, 'docker.sock'),
  };
}

type Layout = ReturnType<typeof layoutOf>;

function ping(socketPath: string): Promise<boolean> {
  return new Promise((done) => {
    const call = request({ socketPath, path: '/_ping', timeout: 3000, agent: false }, (response) => {
      response.resume();
      done(response.statusCode === 200);
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => done(false));
    call.end();
  });
}

/** The daemon of this folder, found by its command line, never by a number alone. */
function daemonsOf(layout: Layout): number[] {
  return runningProcesses()
    .filter(({ words }) => words.includes(layout.config) && /(^|\/)dockerd$/.test(words[0] ?? ''))
    .map(({ pid }) => pid);
}

/** The daemon, containerd and its shims of this folder, and all that they have started. */
function processesOf(layout: Layout): number[] {
  return processTree(
    ({ words }) =>
      /(^|\/)(dockerd|containerd|containerd-shim[^/]*)$/.test(words[0] ?? '') &&
      words.some((word) => word === layout.config || word.startsWith(`${layout.execRoot}/`)),
  ).map(({ pid }) => pid);
}

/** The daemon ends its containers and containerd by itself; what it left behind is killed. */
async function endDaemon(layout: Layout): Promise<void> {
  await endProcesses('SIGTERM', () => daemonsOf(layout), stopMilliseconds);
  await endProcesses('SIGKILL', () => processesOf(layout), stopMilliseconds);
}

/**
 * gVisor under two names and with its trace of system calls, crun where it is installed, and an impostor: runc
 * under a name of gVisor.
 */
function runtimesOf({ traces }: Layout): Readonly<Record<string, object>> {
  const [runsc, runc, crun] = [findProgram('runsc'), findProgram('runc'), findProgram('crun')];
  // Without --ignore-cgroups: with it the limits of memory and processes would not hold.
  const gvisor = { path: runsc, runtimeArgs: ['--network=none'] };
  const traced = { path: runsc, runtimeArgs: ['--network=none', ...traceArguments(`${traces}/`)] };
  return {
    ...(runsc === undefined ? {} : { runsc: gvisor, gvisor, 'runsc-strace': traced }),
    ...(runc === undefined ? {} : { 'runsc-impostor': { path: runc } }),
    ...(crun === undefined ? {} : { crun: { path: crun } }),
  };
}

async function writeConfig(layout: Layout, storageDriver: string): Promise<void> {
  const config = {
    hosts: [`unix://${layout.socketPath}`],
    'data-root': layout.data,
    'exec-root': layout.execRoot,
    pidfile: layout.pidFile,
    'storage-driver': storageDriver,
    bridge: 'none',
    iptables: false,
    ip6tables: false,
    runtimes: runtimesOf(layout),
  };
  await writeFile(layout.config, JSON.stringify(config, null, 2));
}

async function launch(layout: Layout, storageDriver: string): Promise<boolean> {
  const dockerd = findProgram('dockerd');
  if (dockerd === undefined) throw new Error('dockerd is not installed: apt-get install docker.io runsc');
  await writeConfig(layout, storageDriver);
  await rm(layout.socketPath, { force: true });
  const log = openSync(layout.log, 'w');
  const child: ChildProcess = spawn(dockerd, ['--config-file', layout.config], {
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...process.env, PATH: searchPath() },
  });
  closeSync(log);
  let hasEnded = false;
  child.on('exit', () => {
    hasEnded = true;
  });
  child.on('error', () => {
    hasEnded = true;
  });
  child.unref();
  const latest = Date.now() + startMilliseconds;
  while (Date.now() < latest) {
    if (await ping(layout.socketPath)) return true;
    if (hasEnded) return false;
    await delay(50);
  }
  return false;
}

async function storageDrivers(layout: Layout): Promise<string[]> {
  const fileSystem = await statfs(layout.root);
  return fileSystem.type === overlayFileSystem ? ['vfs'] : ['overlay2', 'vfs'];
}

async function ensureRunning(layout: Layout): Promise<void> {
  if (await ping(layout.socketPath)) return;
  await endDaemon(layout);
  for (const driver of await storageDrivers(layout)) {
    if (await launch(layout, driver)) return;
    // A second starter of the same folder loses against the first one's pid file.
    if (await ping(layout.socketPath)) return;
    await endDaemon(layout);
  }
  const log = await readFile(layout.log, 'utf8').catch(() => '');
  throw new Error(
    `The Docker daemon for tests did not start; the end of ${layout.log}:\n${log.slice(-2000)}`,
  );
}

/**
 * Starts a Docker daemon of the tests' own, with gVisor, or takes the one that already runs for
 * `folder`: its socket, configuration and images stay inside the folder. Needs root and the packages
 * of `missingDockerPackages`. Rejects with the end of the daemon's log when it does not come up.
 */
export async function startDockerDaemon(folder: string): Promise<DockerDaemon> {
  if (process.getuid?.() !== 0) throw new Error('A Docker daemon for tests needs root.');
  const layout = layoutOf(folder);
  await mkdir(layout.users, { recursive: true });
  await mkdir(layout.run, { recursive: true });
  await mkdir(layout.traces, { recursive: true });
  const ownUser = join(layout.users, String(process.pid));
  await writeFile(ownUser, '');
  await ensureRunning(layout);
  return {
    socketPath: layout.socketPath,
    async stop() {
      await rm(ownUser, { force: true });
      const others = readdirSync(layout.users).filter((name) => isAlive(Number(name)));
      if (others.length > 0) return;
      await endDaemon(layout);
    },
  };
}
