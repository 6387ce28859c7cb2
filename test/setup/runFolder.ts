import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface RunFolder {
  readonly path: string;
  remove(): void;
}

/** Short: paths of Unix sockets, which may have 107 bytes, begin with it. */
const start = 'lab-test-';

/**
 * Makes a folder in `parent` for all temporary files of this run, which bears the number of this process, and removes
 * those of processes that have ended without removing theirs.
 */
export function makeRunFolder(parent: string = tmpdir()): RunFolder {
  for (const name of readdirSync(parent)) {
    const pid = name.startsWith(start) ? Number(name.slice(start.length)) : Number.NaN;
    if (Number.isInteger(pid) && (pid === process.pid || !isAlive(pid))) remove(join(parent, name));
  }
  const path = join(parent, `${start}${process.pid}`);
  mkdirSync(path, { mode: 0o700 });
  return { path, remove: () => remove(path) };
}

function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  } catch (error) {
    // Something is still mounted or at work in it, or it is another user's; a later run tries again.
    console.warn(`${path} could not be removed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
