import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const systemFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/bin', '/usr/bin', '/bin'];
const installMilliseconds = 10 * 60_000;

/** Debian asks this program before it starts a service that a package brings; 101 means no. */
const servicePolicy = '/usr/sbin/policy-rc.d';

/** The caller's PATH with the folders of system programs, which a plain user's PATH often lacks. */
export function searchPath(): string {
  const { PATH = '' } = process.env;
  return [PATH, ...systemFolders].join(delimiter);
}

export function findProgram(name: string): string | undefined {
  const folders = searchPath().split(delimiter);
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** The packages of which a file was looked for and not found, each once. */
export function missingPackages(
  files: readonly (readonly [packageName: string, found: string | undefined])[],
): string[] {
  return [...new Set(files.filter(([, found]) => found === undefined).map(([name]) => name))];
}

/**
 * Installs the Debian packages that `findMissing` names, where that is possible: as root, with apt. Their
 * services stay stopped. Answers the packages that are still missing.
 */
export async function installPackages(findMissing: () => string[]): Promise<string[]> {
  const packages = findMissing();
  if (packages.length === 0 || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return packages;
  console.log(`Installing ${packages.join(', ')} ...`);
  const hasPolicy = existsSync(servicePolicy);
  if (!hasPolicy) writeFileSync(servicePolicy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await aptGet('update');
    await aptGet('install', '--yes', '--no-install-recommends', ...packages);
  } finally {
    if (!hasPolicy) rmSync(servicePolicy, { force: true });
  }
  return findMissing();
}

/** Resolves however it ends: what counts is what is there then. */
async function aptGet(...args: string[]): Promise<void> {
  const child = spawn('/usr/bin/apt-get', ['--quiet', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: installMilliseconds,
  });
  await once(child, 'close').catch(() => undefined);
}
