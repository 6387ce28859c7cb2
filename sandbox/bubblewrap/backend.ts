import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { LabError } from '../../extension/contracts/errors.ts';
import { type LimitVerdicts, untriedLimits } from '../../extension/contracts/isolation.ts';
import type { AuditedBackend } from '../audit/abuse.ts';
import { tryLimits } from '../canaries/canaries.ts';
import { runnerCommand, sandboxUser } from '../containerOptions.ts';
import type { ContainerOwner } from '../owner.ts';
import type { ProbeCache } from '../probeCache.ts';
import type { BackendStatus, SandboxProcess, StartOptions } from '../sandbox.ts';
import { isFilterArchitecture, nodeFilter } from '../seccomp/filter.ts';
import { commandLine, type LimitWay, type Programs } from './command.ts';
import { findManager, type Manager, unenforced } from './manager.ts';
import { WrappedProcess } from './process.ts';
import { findGroupPlace, type GroupPlace, ResourceGroup, sweepGroups } from './resourceGroup.ts';
import type { RootFolder } from './rootFolder.ts';

const run = promisify(execFile);
const programFolders = ['/usr/bin', '/bin', '/usr/local/bin'];
const versionMilliseconds = 5000;
/** What lets users make namespaces, or not. */
const namespaceSettings = [
  '/proc/sys/user/max_user_namespaces',
  '/proc/sys/kernel/unprivileged_userns_clone',
  '/proc/sys/kernel/apparmor_restrict_unprivileged_userns',
];
/** The first version that bounds a folder in memory (--size). */
const neededVersion = [0, 7] as const;

export interface BubblewrapBackendOptions {
  readonly root: RootFolder;
  readonly owner: ContainerOwner;
  readonly cache: ProbeCache;
  /** The program of bubblewrap; that of the system where none is given. */
  readonly program?: string | undefined;
  /** The way of limits; the best that is there where none is given. */
  readonly way?: LimitWay;
  /** Replaces the runner's command line, for runners that misbehave on purpose. */
  readonly command?: (options: StartOptions) => readonly string[];
}

/** What this machine has for sandboxes of this kind. */
interface Means {
  readonly programs: Programs;
  readonly way: LimitWay;
  readonly place: GroupPlace | null;
  readonly manager: Manager | null;
}

/** Sandboxes as processes in Linux namespaces of their own, made by bubblewrap. */
export class BubblewrapBackend implements AuditedBackend {
  readonly name = 'bubblewrap';
  readonly level = 'namespaces';
  readonly #options: BubblewrapBackendOptions;
  #sweep: Promise<void> | undefined;

  constructor(options: BubblewrapBackendOptions) {
    this.#options = options;
  }

  async probe(signal: AbortSignal): Promise<BackendStatus> {
    const { root, cache } = this.#options;
    try {
      const means = this.#means();
      const version = await versionOf(means.programs.bubblewrap);
      const path = await root.find();
      if (path === null) {
        return this.#status('unprepared', 'The folder of the sandbox of this version is not made.', null);
      }
      const { way, manager } = means;
      const handed = way === 'systemd' ? (manager?.controllers ?? []) : [];
      const settings = namespaceSettings.map((name) => textOf(name).trim());
      const key = ['bubblewrap', version, way, ...handed, release(), basename(path), ...settings].join(' ');
      const { limits, kernel } = await cache.remember(key, () =>
        tryLimits((command, options) => this.#start(path, command, options), signal),
      );
      if (kernel === null) {
        return this.#status(
          'unavailable',
          'The limits of bubblewrap could not be tried.',
          'Run `strategy-lab sandbox audit` to see what it says.',
        );
      }
      return { ...this.#status('ready', null, null), ...knownOf(means, limits) };
    } catch (error) {
      if (!LabError.is(error)) throw error;
      return this.#status('unavailable', error.message, error.action ?? null);
    }
  }

  async prepare(): Promise<void> {
    await this.#options.root.ensure();
  }

  async start(options: StartOptions): Promise<SandboxProcess> {
    const command = this.#options.command ?? runnerCommand;
    return this.#start(await this.#options.root.ensure(), command(options), options);
  }

  /** Starts a sandbox that runs `command` in place of the runner. @throws as `start` */
  async startTakenOver(command: readonly string[], options: StartOptions): Promise<SandboxProcess> {
    return this.#start(await this.#options.root.ensure(), command, options);
  }

  async #start(root: string, command: readonly string[], options: StartOptions): Promise<SandboxProcess> {
    const { limits, signal, onOutput } = options;
    const cancelled = () => new LabError('cancelled', 'Cancelled while the sandbox was to start.');
    if (signal.aborted) throw cancelled();
    const { programs, way, place, manager } = this.#means();
    const isRoot = process.getuid?.() === 0;
    const group = place === null ? undefined : await this.#group(place, options);
    const sandbox = new WrappedProcess({
      line: commandLine({ programs, way, root, command, limits, isRoot }),
      environment: way === 'systemd' ? (manager?.environment ?? {}) : {},
      user: isRoot && way !== 'systemd' ? Number(sandboxUser.split(':')[0]) : undefined,
      filter: this.#filter(),
      group,
      onOutput,
    });
    const onAbort = () => void sandbox.kill('cancelled');
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await sandbox.start();
      if (signal.aborted) throw cancelled();
      return sandbox;
    } catch (error) {
      await sandbox.dispose().catch(() => undefined);
      if (signal.aborted) throw cancelled();
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  #group(place: GroupPlace, { limits }: StartOptions): Promise<ResourceGroup> {
    const { owner } = this.#options;
    this.#sweep ??= sweepGroups(place, owner).catch(() => undefined);
    return ResourceGroup.make(place, owner, limits);
  }

  #filter(): Uint8Array {
    const { arch } = process;
    if (isFilterArchitecture(arch)) return nodeFilter(arch);
    throw new LabError('sandbox.unavailable', `There is no filter of kernel calls for ${arch}.`, {
      action: 'Use Docker on this machine.',
    });
  }

  /** @throws LabError `sandbox.unavailable` naming what is missing */
  #means(): Means {
    if (process.platform !== 'linux') {
      throw new LabError('sandbox.unavailable', 'Namespaces are there on Linux only.', {
        action: 'Use Docker on this machine.',
      });
    }
    this.#filter();
    const bubblewrap = this.#options.program ?? findProgram('bwrap');
    const prlimit = findProgram('prlimit');
    if (bubblewrap === undefined || !isExecutable(bubblewrap) || prlimit === undefined) {
      const missing = prlimit === undefined ? 'prlimit (util-linux)' : 'bubblewrap (bwrap)';
      throw new LabError('sandbox.unavailable', `${missing} is not installed.`, {
        action: 'Install it with the package manager of your system: apt-get install bubblewrap.',
      });
    }
    const manager = findManager({
      user: process.getuid?.() ?? 0,
      environment: process.env,
      running: '/run',
      groups: '/sys/fs/cgroup',
    });
    const systemdRun = manager === null ? undefined : findProgram('systemd-run');
    const found = findGroupPlace(textOf('/proc/self/mountinfo'), textOf('/proc/self/cgroup'));
    const best: LimitWay = found !== null ? 'group' : systemdRun !== undefined ? 'systemd' : 'process';
    const way = this.#options.way ?? best;
    const programs = { bubblewrap, prlimit, systemdRun };
    return { programs, way, place: way === 'group' ? found : null, manager };
  }

  #status(state: BackendStatus['state'], problem: string | null, action: string | null): BackendStatus {
    const { name, level } = this;
    return { name, level, state, problem, action, note: null, limits: untriedLimits };
  }
}

/** What the way of limits tells besides the canaries. */
function knownOf(
  { way, manager }: Means,
  tried: LimitVerdicts,
): Pick<BackendStatus, 'limits' | 'note' | 'action'> {
  if (way === 'process') {
    const hasSystemd = existsSync('/run/systemd/system');
    return {
      // Known without a trial, which a busy machine can mislead.
      limits: { ...tried, processor: false },
      note: 'No control group can be made here, by hand or by systemd: memory is bounded for each process alone, and the processor is not.',
      action: hasSystemd
        ? 'Log in as this user, or let systemd serve it without that: sudo loginctl enable-linger $USER.'
        : null,
    };
  }
  const broken = way === 'systemd' && manager !== null ? unenforced(manager) : {};
  if (Object.keys(broken).length === 0) return { limits: tried, note: null, action: null };
  return {
    limits: { ...tried, ...broken },
    note: 'systemd hands users too few controllers of the kernel.',
    action:
      'Write [Service] and Delegate=cpu memory pids into /etc/systemd/system/user@.service.d/delegate.conf, each on a line, then start the machine again.',
  };
}

function findProgram(name: string): string | undefined {
  return programFolders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** @throws LabError `sandbox.unavailable` for a program that is too old, or none */
async function versionOf(program: string): Promise<string> {
  const { stdout } = await run(program, ['--version'], { timeout: versionMilliseconds, env: {} }).catch(
    () => ({
      stdout: '',
    }),
  );
  const version = /(\d+)\.(\d+)(\.\d+)?/.exec(stdout);
  const [major, minor] = [Number(version?.[1]), Number(version?.[2])];
  const isEnough = major > neededVersion[0] || (major === neededVersion[0] && minor >= neededVersion[1]);
  if (version !== null && isEnough) return version[0];
  const found = version === null ? 'no version' : version[0];
  throw new LabError(
    'sandbox.unavailable',
    `bubblewrap tells ${found}, and ${neededVersion.join('.')} is needed.`,
    {
      action: 'Install a later bubblewrap.',
    },
  );
}
