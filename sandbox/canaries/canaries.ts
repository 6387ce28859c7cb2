import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { homedir } from 'node:os';
import * as z from 'zod';
import { nodePath } from '../containerOptions.ts';
import {
  defaultLimits,
  type ExitFacts,
  type SandboxLimits,
  type SandboxProcess,
  type StartOptions,
} from '../sandbox.ts';
import type { CanaryReport } from './report.ts';
import { type Bait, memoryScript, processesScript, reachScript, writtenMegabytes } from './scripts.ts';

const mebibyte = 1_048_576;
const longestOutput = 65_536;
/** How long a sandbox that was killed may take to be gone, in milliseconds. */
const killMilliseconds = 10_000;
const canaryMilliseconds = 30_000;
/** A quarter of a processor, and the share above which it did not hold: a busy machine gives two threads more. */
const processorShare = 0.25;
const mostProcessorShare = 0.4;
/** In six tenths of a second. */
const leastPauses = 5;

/** Starts a sandbox that runs a command in place of the runner. */
export type StartCommand = (command: readonly string[], options: StartOptions) => Promise<SandboxProcess>;

/**
 * Tries every limit of a sandbox by programs that break it where it does not hold: one for what it can reach, and
 * one each for memory and processes, which end it.
 * @throws LabError `sandbox.unavailable`, `cancelled`
 */
export async function tryLimits(start: StartCommand, signal: AbortSignal): Promise<CanaryReport> {
  const bait = await layBait();
  try {
    const stop = new AbortController();
    const stopped = AbortSignal.any([signal, stop.signal]);
    const fly = (script: string, changes: Partial<SandboxLimits>) =>
      flyCanary(start, script, changes, stopped);
    const reaching = [
      reachScript(bait.bait),
      { cpus: processorShare, temporaryBytes: 4 * mebibyte },
    ] as const;
    const trials = [fly(...reaching), fly(memoryScript, { memoryBytes: 64 * mebibyte })] as const;
    try {
      const [reach, memory] = await Promise.all(trials);
      // Alone: it would take the processors for whose share the first one looks.
      const processes = await fly(processesScript, { processes: 32 });
      const processor =
        processorVerdict(reach) ?? (reach.last('looping') ? processorVerdict(await fly(...reaching)) : null);
      return {
        kernel: textOf(reach.last('kernel')),
        limits: {
          memory: memoryVerdict(memory),
          processes: processesVerdict(processes),
          processor,
          network: networkVerdict(reach),
          files: filesVerdict(reach),
          time: timeVerdict(reach),
        },
      };
    } finally {
      stop.abort();
      await Promise.allSettled(trials);
    }
  } finally {
    bait.close();
  }
}

/** What one canary said, and how it ended. */
interface Song {
  readonly all: (name: string) => unknown[];
  readonly last: (name: string) => unknown;
  readonly facts: ExitFacts;
  /** Whether its loop was ended by the kill of the host; null where it did not come to its loop. */
  readonly wasEnded: boolean | null;
}

async function flyCanary(
  start: StartCommand,
  script: string,
  changes: Partial<SandboxLimits>,
  signal: AbortSignal,
): Promise<Song> {
  const limits = { ...defaultLimits, ...changes };
  let text = '';
  let isLooping = false;
  let sandbox: SandboxProcess | undefined;
  const onOutput = (bytes: Uint8Array): void => {
    if (text.length < longestOutput) text += Buffer.from(bytes).toString('latin1');
    if (isLooping || !text.includes('["looping",true]')) return;
    isLooping = true;
    void sandbox?.kill('finished');
  };
  sandbox = await start([nodePath, '-e', script], { limits, label: 'canary', onOutput, signal });
  if (isLooping) void sandbox.kill('finished');
  const timer = setTimeout(() => void sandbox.kill('timeout'), canaryMilliseconds);
  const onAbort = () => void sandbox.kill('cancelled');
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  let patience: NodeJS.Timeout | undefined;
  try {
    const late = new Promise<null>((resolve) => {
      patience = setTimeout(() => resolve(null), canaryMilliseconds + killMilliseconds);
    });
    const facts = await Promise.race([sandbox.exit, late]);
    const lines = linesOf(text);
    const all = (name: string) => lines.flatMap(([said, value]) => (said === name ? [value] : []));
    return {
      all,
      last: (name) => all(name).at(-1),
      facts: facts ?? { code: null, memoryExceeded: false, killedBy: null },
      wasEnded: isLooping ? facts?.killedBy === 'finished' : null,
    };
  } finally {
    clearTimeout(timer);
    clearTimeout(patience);
    signal.removeEventListener('abort', onAbort);
    await sandbox.dispose();
  }
}

const lineSchema = z.tuple([z.string(), z.unknown()]);

function linesOf(text: string): [string, unknown][] {
  return text.split('\n').flatMap((line) => {
    try {
      const parsed = lineSchema.safeParse(JSON.parse(line));
      return parsed.success ? [parsed.data] : [];
    } catch {
      return [];
    }
  });
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value.slice(0, 200) : null;
}

/** What it could not do in the middle of doing it, with nobody but its limit to stop it. */
function stoppedByLimit({ last, facts }: Song): true | null {
  return last('started') === true && facts.killedBy === null ? true : null;
}

function memoryVerdict(song: Song): boolean | null {
  return song.last('filled') === undefined ? stoppedByLimit(song) : false;
}

const stoppedSchema = z.tuple([z.number(), z.string().nullable()]);

function processesVerdict(song: Song): boolean | null {
  const stopped = stoppedSchema.safeParse(song.last('stopped'));
  if (!stopped.success) return stoppedByLimit(song);
  const [, reason] = stopped.data;
  if (reason === null) return false;
  // Without a file or a program left it is another limit that stopped it.
  return ['EMFILE', 'ENFILE', 'ENOENT'].includes(reason) ? null : true;
}

const processorSchema = z.tuple([z.number(), z.number()]);

function processorVerdict({ last }: Song): boolean | null {
  const found = processorSchema.safeParse(last('processors'));
  if (!found.success) return null;
  const [share, pauses] = found.data;
  if (share > mostProcessorShare) return false;
  // A machine that is busy gives little too, but in many short turns.
  return pauses >= leastPauses ? true : null;
}

/** Answers of the kernel that no packet has left. */
const unreachable =
  /^(ENETUNREACH|EHOSTUNREACH|ENETDOWN|EADDRNOTAVAIL|EACCES|EPERM|EINVAL|ENOSYS|EAFNOSUPPORT|EPROTONOSUPPORT|ENOENT|ENOTSUP)$/;
const connectSchema = z.tuple([z.string(), z.string()]);

function networkVerdict({ all, last }: Song): boolean | null {
  if (last('network') !== 'tried') return null;
  const interfaces = z.array(z.string()).safeParse(last('interfaces'));
  const isAlone = interfaces.success && interfaces.data.every((name) => /^(lo|tunl|ip6|sit|gre)/.test(name));
  return (
    isAlone &&
    all('connect').every((value) => {
      const parsed = connectSchema.safeParse(value);
      if (!parsed.success) return false;
      const [to, answer] = parsed.data;
      // A loopback of its own refuses, as nobody listens there.
      if (to.includes('host') || to === 'names' || to.startsWith('/')) return answer !== 'connected';
      return unreachable.test(answer);
    })
  );
}

function filesVerdict({ last }: Song): boolean | null {
  const lists = z.tuple([z.array(z.string()), z.array(z.string()), z.number()]);
  const found = lists.safeParse([last('written'), last('seen'), last('megabytes')]);
  if (!found.success) return null;
  const [written, seen, megabytes] = found.data;
  return written.length === 0 && seen.length === 0 && megabytes < writtenMegabytes;
}

function timeVerdict({ wasEnded }: Song): boolean | null {
  return wasEnded;
}

/** Sockets of the host that a sandbox without a network cannot reach. What cannot be laid is not tried. */
async function layBait(): Promise<{ readonly bait: Bait; readonly close: () => void }> {
  const servers: Server[] = [];
  const listen = async (
    where: { readonly port: number; readonly host: string } | { readonly path: string },
  ) => {
    const server = createServer((socket) => socket.destroy());
    server.unref();
    try {
      server.listen(where);
      await once(server, 'listening');
      servers.push(server);
      return server;
    } catch {
      return null;
    }
  };
  const name = `strategy-lab-canary-${randomUUID()}`;
  const [tcp, abstract] = await Promise.all([
    listen({ port: 0, host: '127.0.0.1' }),
    process.platform === 'linux' ? listen({ path: `\0${name}` }) : null,
  ]);
  const address = tcp?.address();
  const home = homedir();
  return {
    bait: {
      port: typeof address === 'object' && address !== null ? address.port : null,
      abstractSocket: abstract === null ? null : name,
      hostFolders: home === '/' ? [] : [home],
    },
    close: () => {
      for (const server of servers) server.close();
    },
  };
}
