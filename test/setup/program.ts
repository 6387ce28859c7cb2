import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

const endMilliseconds = 15_000;
/** What outlives a program may hold its outputs open for ever. */
const lastLinesMilliseconds = 2000;

/** Takes what a program prints, line by line. */
export type TakeLine = (line: string) => void;

export interface ProgramOptions {
  readonly cwd: string;
  readonly signal: AbortSignal;
  readonly env?: NodeJS.ProcessEnv;
  /** File descriptor or function that takes both outputs, instead of this process's own. */
  readonly output?: number | TakeLine | undefined;
}

/**
 * Runs a program in a process group of its own and answers whether it ended well. Rejects with the
 * reason of `signal` when that comes first: the whole group is then asked to end, and forced after a while.
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<boolean> {
  options.signal.throwIfAborted();
  const { cwd, env = process.env, output = 'inherit' } = options;
  const stream = typeof output === 'function' ? 'pipe' : output;
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', stream, stream], detached: true });
  const saidAll = typeof output === 'function' ? passLines(child, output) : Promise.resolve();
  const ended = new Promise<boolean>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code === 0));
  });
  const end = async () => {
    killGroup(child.pid, 'SIGTERM');
    await Promise.race([ended, delay(endMilliseconds, undefined, { ref: false })]);
    killGroup(child.pid, 'SIGKILL');
  };
  options.signal.addEventListener('abort', end, { once: true });
  const hasPassed = await ended;
  await Promise.race([saidAll, delay(lastLinesMilliseconds, undefined, { ref: false })]);
  options.signal.removeEventListener('abort', end);
  options.signal.throwIfAborted();
  return hasPassed;
}

/** Resolves when both outputs have ended. */
async function passLines({ stdout, stderr }: ChildProcess, take: TakeLine): Promise<void> {
  const streams = [stdout, stderr].filter((stream) => stream !== null);
  const readers = streams.map((input) => createInterface({ input }).on('line', take));
  await Promise.all(readers.map((reader) => once(reader, 'close')));
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has ended by itself.
  }
}
