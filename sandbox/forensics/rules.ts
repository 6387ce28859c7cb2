import { posix } from 'node:path';
import type { ForensicKind } from '../../extension/contracts/sandboxEvidence.ts';
import { cleanText } from '../failures.ts';
import type { TraceLine } from './straceLog.ts';

/*
 * What no honest strategy makes a runner do. A list of rules and no recording: which libraries, processors and
 * control groups a runtime looks at differs from machine to machine, and so would a recording.
 *
 * What honest runners do is left out: threads, JIT memory (mprotect), names of threads (prctl), io_uring, by which
 * libuv tries what the kernel offers, and signals of a process to itself, by which an abort ends it.
 */

/** Calls that are a finding whatever their arguments. */
const always: Readonly<Partial<Record<ForensicKind, readonly string[]>>> = {
  program: ['execve', 'execveat'],
  process: ['fork', 'vfork'],
  network: ['socket', 'connect', 'bind', 'listen'],
  'file-write': [
    ...['symlink', 'symlinkat', 'link', 'linkat', 'rename', 'renameat', 'renameat2', 'mknod', 'mknodat'],
    ...['mkdir', 'mkdirat', 'rmdir', 'unlink', 'unlinkat', 'truncate', 'creat', 'setxattr', 'lsetxattr'],
    ...['chmod', 'fchmod', 'fchmodat', 'chown', 'lchown', 'fchown', 'fchownat'],
  ],
  signal: ['kill', 'tkill', 'rt_sigqueueinfo', 'rt_tgsigqueueinfo', 'pidfd_send_signal'],
  trace: ['ptrace', 'process_vm_readv', 'process_vm_writev', 'kcmp'],
  namespace: ['unshare', 'setns'],
  mount: [
    ...['mount', 'umount2', 'pivot_root', 'chroot', 'swapon', 'swapoff', 'move_mount', 'open_tree'],
    ...['fsopen', 'fsconfig', 'fsmount', 'fspick'],
  ],
  privilege: [
    ...['setuid', 'setgid', 'setreuid', 'setregid', 'setresuid', 'setresgid', 'setgroups', 'capset'],
    ...['setfsuid', 'setfsgid', 'seccomp'],
  ],
  kernel: [
    ...['bpf', 'perf_event_open', 'init_module', 'finit_module', 'delete_module', 'kexec_load', 'reboot'],
    ...['kexec_file_load', 'userfaultfd', 'add_key', 'request_key', 'keyctl', 'open_by_handle_at'],
    ...['name_to_handle_at', 'fanotify_init', 'acct', 'syslog', 'settimeofday', 'clock_settime'],
    ...['sethostname', 'setdomainname', 'iopl', 'ioperm'],
  ],
  'memory-file': ['memfd_create'],
};

const kindOfCall: ReadonlyMap<string, ForensicKind> = new Map(
  Object.entries(always).flatMap(([kind, calls]) => calls.map((call) => [call, kind as ForensicKind])),
);

/** Calls that are a finding by their arguments. */
const looks = ['stat', 'lstat', 'newfstatat', 'statx', 'access', 'faccessat', 'readlink', 'readlinkat'];
const judged = ['open', 'openat', 'clone', 'prctl', 'tgkill', ...looks];

/** Every call that a rule looks at. gVisor refuses to start for a name that it does not know: these it has known since 2022. */
export const watchedCalls: readonly string[] = [...kindOfCall.keys(), ...judged].sort();

/** A call that no honest strategy makes. */
export interface SuspiciousCall {
  readonly kind: ForensicKind;
  /** The call with its arguments, fit to be shown. */
  readonly shown: string;
}

const longestShown = 240;

/** What a call is a sign of; null for one that honest runners make too. Pure. */
export function suspicionOf(line: TraceLine): SuspiciousCall | null {
  const kind = kindOfCall.get(line.call) ?? kindByArguments(line);
  return kind === null ? null : { kind, shown: shownCall(line) };
}

/** The call without addresses of memory, which tell nobody anything. */
function shownCall({ call, rest }: TraceLine): string {
  const told = rest.slice(0, 4 * longestShown).replace(/\b0x[0-9a-f]{4,16} (?=[/[{"])/g, '');
  return cleanText(`${call}(${told}`, longestShown);
}

function kindByArguments(line: TraceLine): ForensicKind | null {
  const { call, rest, process } = line;
  switch (call) {
    case 'open':
    case 'openat':
      return kindOfOpening(rest, process);
    case 'clone':
      return kindOfClone(rest);
    case 'prctl':
      return harmlessControls.has(Number.parseInt(rest, 16)) ? null : 'privilege';
    case 'tgkill':
      return Number.parseInt(rest, 16) === process ? null : 'signal';
    default:
      return looks.includes(call) && coveted.test(rest.slice(0, 4096)) ? 'file-read' : null;
  }
}

/** A new thread shares all with its process; anything less is a process of its own. */
function kindOfClone(rest: string): ForensicKind | null {
  const flags = rest.slice(0, rest.indexOf(','));
  if (/\bCLONE_NEW/.test(flags)) return 'namespace';
  return /\bCLONE_THREAD\b/.test(flags) || !flags.includes('CLONE_') ? null : 'process';
}

/** By number: what reads only, the names of threads and of memory, and what gives rights up for good. */
const harmlessControls: ReadonlySet<number> = new Set([
  2, 3, 7, 15, 16, 21, 23, 25, 27, 37, 38, 39, 0x53564d41,
]);

/** Directory, path, flags and mode; a path may hold what looks like more of them, the last ones are meant. */
const opening =
  /^(?:(?:AT_FDCWD|0x[0-9a-f]+) ?([^,]*), )?0x[0-9a-f]+ (.*), ((?:O_|0x)[A-Z_|0-9a-fx]*), 0o\d+\)/s;

function kindOfOpening(rest: string, process: number): ForensicKind | null {
  const [, directory = '', path, flags] = opening.exec(rest) ?? [];
  if (path === undefined || flags === undefined) return null;
  const whole = posix.resolve('/', directory, path);
  if (/\bO_(WRONLY|RDWR|CREAT|TRUNC|APPEND|TMPFILE)\b/.test(flags)) {
    return whole === '/dev/null' ? null : 'file-write';
  }
  return isOwn(whole, process) ? null : 'file-read';
}

/** Folders of the image and of the system that programs read while they start. */
const ownFolders = [
  ...['/usr/', '/lib/', '/lib64/', '/lab/', '/etc/ssl/', '/etc/ld.so.', '/sys/fs/cgroup/'],
  ...['/sys/devices/system/', '/sys/kernel/mm/'],
];
const ownFiles =
  /^\/(usr|lib|lab|lib64|runner\.snapshot|etc\/localtime|dev\/(null|zero|urandom|random)|proc\/(meminfo|cpuinfo|version|version_signature|stat|loadavg|uptime|filesystems|mounts|sys\/vm\/[a-z_]+|sys\/kernel\/[a-z_]+))$/;
const ownFacts =
  /^\/proc\/(self|thread-self|\d+)\/(maps|smaps|cgroup|stat|statm|status|exe|limits|auxv|mountinfo|mounts|oom_score_adj|task\/\d+\/(stat|comm|status))$/;

function isOwn(path: string, process: number): boolean {
  const fact = ownFacts.exec(path);
  if (fact !== null) return /^\D/.test(fact[1] ?? '') || Number(fact[1]) === process;
  return ownFiles.test(path) || ownFolders.some((folder) => path.startsWith(folder));
}

/** What is looked for by who wants out. */
const coveted =
  /\/(docker|containerd|podman)[^ ,]{0,40}\.sock|\/etc\/(shadow|gshadow|sudoers|passwd)\b|\/\.(ssh|aws|docker|kube|gnupg|netrc)\b|\/proc\/\d+\/(root|environ|mem)\b/;
