import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

const endMilliseconds = 15_000;

export interface ProgramOptions {
  readonly cwd: string;
  readonly signal: AbortSignal;
  readonly env?: NodeJS.ProcessEnv;
  /** File descriptor that takes both outputs, instead of this process's own. */
  readonly output?: number;
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
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', output, output], detached: true });
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
  options.signal.removeEventListener('abort', end);
  options.signal.throwIfAborted();
  return hasPassed;
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has ended by itself.
  }
}
