import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { missingParts } from './dockerDaemon.ts';

const installMilliseconds = 10 * 60_000;

/** Debian asks this program before it starts a service that a package brings; 101 means no. */
const servicePolicy = '/usr/sbin/policy-rc.d';

/**
 * Installs what the sandbox tests need of the system, where that is possible: as root, with apt. The
 * packages' services stay stopped. Answers the packages that are still missing.
 */
export function installMissingParts(): string[] {
  const packages = missingParts();
  if (packages.length === 0 || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return packages;
  console.log(`Installing ${packages.join(' and ')} ...`);
  const hasPolicy = existsSync(servicePolicy);
  if (!hasPolicy) writeFileSync(servicePolicy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    aptGet('update');
    aptGet('install', '--yes', '--no-install-recommends', ...packages);
  } finally {
    if (!hasPolicy) rmSync(servicePolicy, { force: true });
  }
  return missingParts();
}

function aptGet(...args: string[]): void {
  spawnSync('/usr/bin/apt-get', ['--quiet', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: installMilliseconds,
  });
}
