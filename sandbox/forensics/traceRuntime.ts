import { access, constants } from 'node:fs/promises';
import { LabError } from '../../extension/contracts/errors.ts';
import { callDocker, type DockerClient } from '../dockerApi.ts';
import { watchedCalls } from './rules.ts';

/** A gVisor runtime of the daemon that writes down the system calls of its containers. */
export interface TraceRuntime {
  readonly name: string;
  /** The folder of its logs, on this machine. */
  readonly folder: string;
}

/** What runsc needs to be told to write the calls that forensics looks at into `folder`, which ends in a slash. */
export function traceArguments(folder: string): string[] {
  return ['--debug', `--debug-log=${folder}`, '--strace', `--strace-syscalls=${watchedCalls.join(',')}`];
}

const suggestedName = 'runsc-strace';
const suggestedFolder = '/var/log/strategy-lab-runsc/';

/** The lines to put into the daemon's configuration. */
export function daemonLines(runsc = '/usr/bin/runsc'): string {
  const runtimes = {
    [suggestedName]: { path: runsc, runtimeArgs: ['--network=none', ...traceArguments(suggestedFolder)] },
  };
  return JSON.stringify({ runtimes }, null, 2);
}

interface DaemonRuntimes {
  readonly Runtimes?: Readonly<Record<string, { readonly path?: string; readonly runtimeArgs?: unknown }>>;
}

/**
 * The first runtime of the daemon that traces system calls into a folder that can be read here.
 * @throws LabError `sandbox.unavailable` with the lines that are missing from the daemon's configuration,
 * `cancelled`
 */
export async function findTraceRuntime(docker: DockerClient, signal: AbortSignal): Promise<TraceRuntime> {
  const info = (await callDocker('be reached', () => docker.info(), { signal })) as DaemonRuntimes;
  const runtimes = info.Runtimes ?? {};
  const tracing = Object.entries(runtimes).flatMap(([name, { path = '', runtimeArgs }]) => {
    const folder = isRunsc(path) ? tracedFolder(runtimeArgs) : null;
    return folder === null ? [] : [{ name, folder }];
  });
  for (const runtime of tracing) {
    if (await isReadable(runtime.folder)) return runtime;
  }
  const [unreadable] = tracing;
  if (unreadable !== undefined) {
    throw new LabError(
      'sandbox.unavailable',
      `The runtime ${unreadable.name} writes its trace to ${unreadable.folder}, which cannot be read here.`,
      { action: 'Make the folder and let this user read it; the daemon must be one of this machine.' },
    );
  }
  const runsc = Object.values(runtimes).find(({ path = '' }) => isRunsc(path))?.path;
  throw new LabError(
    'sandbox.unavailable',
    'No runtime of Docker writes down system calls: a forensic re-run needs gVisor with its trace.',
    {
      action: `Make the folder ${suggestedFolder}, readable for you, add these lines to /etc/docker/daemon.json, and restart Docker.\n${daemonLines(runsc)}`,
    },
  );
}

/** Whether there is one. Never rejects. */
export function hasTraceRuntime(docker: DockerClient, signal: AbortSignal): Promise<boolean> {
  return findTraceRuntime(docker, signal).then(
    () => true,
    () => false,
  );
}

function isRunsc(path: string): boolean {
  return /(^|\/)runsc[^/]*$/.test(path);
}

/** The folder that these arguments of runsc have the trace written to; null where they do not have it written. */
export function tracedFolder(given: unknown): string | null {
  // Docker joins them by spaces and lets a shell take them apart.
  const words = Array.isArray(given) ? given.join(' ').split(/\s+/) : [];
  const flags = new Map<string, string>();
  for (const [index, word] of words.entries()) {
    const [, name, value] = /^--?([a-z-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === undefined) continue;
    const next = words[index + 1];
    // Flags that are on or off never take the word that follows.
    flags.set(name, value ?? (name === 'debug-log' ? (next ?? '') : 'true'));
  }
  const isOn = (name: string): boolean => /^(1|t|true)$/i.test(flags.get(name) ?? '');
  const log = flags.get('debug-log') ?? '';
  return isOn('debug') && isOn('strace') && log.startsWith('/') && log.endsWith('/') ? log : null;
}

async function isReadable(folder: string): Promise<boolean> {
  try {
    await access(folder, constants.R_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
