import { appendFileSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { LogSink } from './logger.ts';

export interface RotatingFileOptions {
  readonly path: string;
  /** A file that has reached it is put aside. */
  readonly mostBytes: number;
  /** Files that were put aside and are kept, as `path.1` (the newest) and so on. */
  readonly keptFiles: number;
}

/**
 * A sink that appends a line a record to a file, and keeps it and its predecessors within a bound. Several
 * processes may write the same file: each line is one append, and the size is asked anew for each.
 */
export function rotatingFile({ path, mostBytes, keptFiles }: RotatingFileOptions): LogSink {
  let hasFolder = false;
  return (record) => {
    if (!hasFolder) {
      mkdirSync(dirname(path), { recursive: true });
      hasFolder = true;
    }
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size >= mostBytes) rotate(path, keptFiles);
    // Only the owner may read what a lab does.
    appendFileSync(path, `${JSON.stringify(record)}\n`, { mode: 0o600 });
  };
}

function rotate(path: string, keptFiles: number): void {
  rmSync(`${path}.${keptFiles}`, { force: true });
  for (let number = keptFiles - 1; number >= 0; number--) {
    const from = number === 0 ? path : `${path}.${number}`;
    try {
      renameSync(from, `${path}.${number + 1}`);
    } catch (error) {
      // There is no such file yet, or another process was first.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}
