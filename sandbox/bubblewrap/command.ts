import { sandboxUser } from '../containerOptions.ts';
import type { SandboxLimits } from '../sandbox.ts';

/** How the limits of memory, processes and processor are enforced. */
export type LimitWay =
  /** By a control group that this process makes. */
  | 'group'
  /** By one that systemd makes for it. */
  | 'systemd'
  /** By the limits of a process, which bound no memory that counts, and no group of processes. */
  | 'process';

/** Descriptors that bubblewrap gets besides the standard ones. */
export const descriptors = { info: 3, block: 4, seccomp: 5 } as const;

export interface Programs {
  readonly bubblewrap: string;
  readonly prlimit: string;
  readonly systemdRun: string | undefined;
}

export interface SandboxCommand {
  readonly programs: Programs;
  readonly way: LimitWay;
  /** Folder that becomes the root. */
  readonly root: string;
  /** What runs inside. */
  readonly command: readonly string[];
  readonly limits: SandboxLimits;
  readonly isRoot: boolean;
}

const mebibyte = 1_048_576;
/** What V8 reserves beside its heap, and counts as data without being used. */
const reservedBytes = 640 * mebibyte;
const [user = ''] = sandboxUser.split(':');

/** The command line of a sandbox: a chain of programs, each of which becomes the next. No shell is among them. */
export function commandLine(options: SandboxCommand): [program: string, ...args: string[]] {
  const { programs, way } = options;
  const inner = [programs.prlimit, ...processLimits(options), programs.bubblewrap, ...wrapping(options)];
  if (way !== 'systemd' || programs.systemdRun === undefined) return inner as [string, ...string[]];
  return [programs.systemdRun, ...scope(options), ...inner];
}

function processLimits({ limits, way }: SandboxCommand): string[] {
  const cpuSeconds = Math.ceil((limits.totalMilliseconds / 1000) * limits.cpus);
  const values: Record<string, string> = {
    core: '0:0',
    nofile: '256:256',
    fsize: `${limits.temporaryBytes}:${limits.temporaryBytes}`,
    // Ends an endless loop that nobody ends.
    cpu: `${cpuSeconds}:${cpuSeconds + 1}`,
  };
  if (way === 'process') {
    const data = limits.memoryBytes + reservedBytes;
    values['data'] = `${data}:${data}`;
  }
  return Object.entries(values).map(([name, value]) => `--${name}=${value}`);
}

function scope({ limits, isRoot }: SandboxCommand): string[] {
  return [
    // Outside too it is to be nobody, where it can become one.
    ...(isRoot ? [`--uid=${user}`, `--gid=${user}`] : ['--user']),
    '--scope',
    '--quiet',
    '--collect',
    '--description=Sandbox of Strategy Lab',
    `--property=MemoryMax=${limits.memoryBytes}`,
    '--property=MemorySwapMax=0',
    // Those of bubblewrap itself count.
    `--property=TasksMax=${limits.processes + 3}`,
    `--property=CPUQuota=${Math.max(1, Math.round(limits.cpus * 100))}%`,
    // systemd stops what has met its limit of memory, and by any other signal hides why it ended.
    '--property=KillSignal=SIGKILL',
    '--',
  ];
}

/** Namespaces of every kind, a root that is read only, one small folder in memory, and nothing of the host. */
function wrapping({ root, command, limits }: SandboxCommand): string[] {
  return [
    '--unshare-user',
    '--unshare-ipc',
    '--unshare-pid',
    '--unshare-net',
    '--unshare-uts',
    '--unshare-cgroup',
    ...['--uid', user, '--gid', user],
    ...['--hostname', 'sandbox'],
    ...['--ro-bind', root, '/'],
    ...['--perms', '1777', '--size', String(limits.temporaryBytes), '--tmpfs', '/tmp'],
    '--clearenv',
    ...['--setenv', 'TZ', 'UTC'],
    ...['--chdir', '/'],
    ...['--cap-drop', 'ALL'],
    '--new-session',
    '--die-with-parent',
    ...['--seccomp', String(descriptors.seccomp)],
    ...['--info-fd', String(descriptors.info)],
    ...['--block-fd', String(descriptors.block)],
    '--',
    ...command,
  ];
}
