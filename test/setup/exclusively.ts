import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';

const askMilliseconds = 250;
const sqliteBusy = 5;

/**
 * Runs `work` while no other process runs work under the same lock file. The lock is SQLite's own, which
 * the kernel frees when its holder ends in whatever way, so that a killed run blocks nobody.
 */
export async function exclusively<T>(
  lockFile: string,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  mkdirSync(dirname(lockFile), { recursive: true });
  const lock = new DatabaseSync(lockFile, { timeout: 0 });
  try {
    while (!isTaken(lock)) await delay(askMilliseconds, undefined, { signal });
    return await work();
  } finally {
    lock.close();
  }
}

function isTaken(lock: DatabaseSync): boolean {
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy) return false;
    throw error;
  }
}
