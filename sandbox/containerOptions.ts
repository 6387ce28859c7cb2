import type { ContainerCreateOptions } from 'dockerode';
import { aheadArgument } from './frames.ts';
import { processLimit } from './ociRuntimes.ts';
import type { SandboxLimits, StartOptions } from './sandbox.ts';

/** Name under which Docker knows an OCI runtime. */
export type DockerRuntime = string;

/** Where the image keeps its two files of interest. */
export const nodePath = '/usr/local/bin/node';
export const snapshotPath = '/runner.snapshot';
export const sandboxUser = '65534:65534';

/** Where the image for Python keeps the runner's files. */
export const pythonFolder = '/lab';
/** No packages of a user, no folder of the program on the path, no site, nothing written; texts are UTF-8. */
export const pythonCommand = [
  '/usr/bin/python3',
  ...['-s', '-P', '-S', '-B', '-X', 'utf8'],
  `${pythonFolder}/main.py`,
] as const;

const mebibyte = 1_048_576;

/** Podman makes these writable in a container that is to be read only. */
const podmanFolders = { '/run': 'ro,size=4k', '/var/tmp': 'ro,size=4k', '/dev/shm': 'ro,size=4k' };

/** Podman raises this limit to a number that a daemon without all capabilities may not set. */
const podmanProcesses = { Name: 'nproc', Soft: 4096, Hard: 4096 };

/**
 * Flags that take from Node what a runner never needs. The built-ins of the runner's own realm are frozen,
 * because a strategy can get hold of one: where the stack overflows while Node formats an error's stack,
 * the error thrown is of that realm.
 */
const nodeFlags = [
  '--disable-sigusr1',
  '--no-addons',
  '--disable-proto=throw',
  '--disallow-code-generation-from-strings',
  '--frozen-intrinsics',
] as const;

/**
 * Flags of a runner of many realms. Each compiles the engine for itself: on one core more compilations wait
 * than are done, and what they hold in the meantime fills the memory. The slowest compiler does not pay for
 * itself before the bars of a set are over.
 */
const manyRealmsFlags = ['--no-concurrent-recompilation', '--no-turbofan'] as const;

/**
 * The command of a runner. V8 may fill the whole limit of memory, because then it is the kernel that
 * ends the process and says so; under gVisor V8 would see the host's memory instead.
 */
export function runnerCommand({ limits, manySets = false, isAhead = false, language }: RunnerWork): string[] {
  const ahead = isAhead ? [aheadArgument] : [];
  if (language === 'python') return [...pythonCommand, ...ahead];
  const megabytes = Math.floor(limits.memoryBytes / mebibyte);
  const forMany = manySets ? manyRealmsFlags : [];
  return [
    nodePath,
    '--snapshot-blob',
    snapshotPath,
    `--max-old-space-size=${megabytes}`,
    ...forMany,
    ...nodeFlags,
    ...ahead,
  ];
}

type RunnerWork = Pick<StartOptions, 'limits' | 'manySets' | 'isAhead' | 'language'>;

export interface ContainerOptions {
  readonly name: string;
  readonly image: string;
  readonly runtime: DockerRuntime;
  readonly command: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly limits: SandboxLimits;
  /** Podman refuses the option that counts the files of a folder in memory. */
  readonly isPodman: boolean;
}

/**
 * Everything a container is created with: no user, network, capability, device, mount, log or
 * writable file that a runner does without.
 */
export function hardenedContainer(options: ContainerOptions): ContainerCreateOptions {
  const { limits, runtime } = options;
  const cpuSeconds = Math.ceil((limits.totalMilliseconds / 1000) * limits.cpus);
  return {
    name: options.name,
    Image: options.image,
    Entrypoint: [...options.command],
    Cmd: [],
    User: sandboxUser,
    WorkingDir: '/',
    Env: [],
    Labels: { ...options.labels },
    Tty: false,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    OpenStdin: true,
    // The end of the host's connection is the end of the runner's input, and so of an honest runner.
    StdinOnce: true,
    NetworkDisabled: true,
    HostConfig: {
      Runtime: runtime,
      NetworkMode: 'none',
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      Privileged: false,
      PidsLimit: processLimit(runtime, limits.processes),
      Memory: limits.memoryBytes,
      MemorySwap: limits.memoryBytes,
      NanoCpus: Math.round(limits.cpus * 1e9),
      IpcMode: 'none',
      Tmpfs: {
        '/tmp': `rw,noexec,nosuid,nodev,size=${limits.temporaryBytes},mode=1777${options.isPodman ? '' : ',nr_inodes=1k'}`,
        ...(options.isPodman ? podmanFolders : {}),
      },
      Ulimits: [
        { Name: 'nofile', Soft: 256, Hard: 256 },
        { Name: 'core', Soft: 0, Hard: 0 },
        ...(options.isPodman ? [podmanProcesses] : []),
        { Name: 'fsize', Soft: limits.temporaryBytes, Hard: limits.temporaryBytes },
        // Ends an endless loop whose host has died; gVisor ignores it, there the next host sweeps it away.
        { Name: 'cpu', Soft: cpuSeconds, Hard: cpuSeconds + 1 },
      ],
      // Else a flood of output fills the host's disk.
      LogConfig: { Type: 'none', Config: {} },
      Init: false,
      // An exited container must stay until it was asked whether memory ended it.
      AutoRemove: false,
      RestartPolicy: { Name: 'no' },
    },
  };
}
