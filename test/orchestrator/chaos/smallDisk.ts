import { execFileSync } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { emptyFolder } from '../../storage/lab.ts';

/** Only root may mount. */
export const canMount = process.platform === 'linux' && process.getuid?.() === 0 && mounts();

export interface SmallDisk {
  readonly folder: string;
  /** Makes room. */
  grow(megabytes: number): void;
}

/** A disk of so many megabytes, in memory, until the test ends. */
export function smallDisk(megabytes: number): SmallDisk {
  const folder = emptyFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]);
  onTestFinished(() => void execFileSync('umount', ['--lazy', folder]));
  return {
    folder,
    grow: (more) => void execFileSync('mount', ['-o', `remount,size=${more}m`, folder]),
  };
}

/** Also root may not everywhere, as in a container without the right to. */
function mounts(): boolean {
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
