import type { IsolationLevel } from '../extension/contracts/isolation.ts';

/**
 * What the name says under which Docker knows an OCI runtime. It is a claim: what a runtime is, the kernel tells
 * that is seen inside.
 */
type RuntimeFamily = 'container' | 'gvisor' | 'kata' | 'unknown';

const families: readonly (readonly [RegExp, RuntimeFamily])[] = [
  [/^(runc|crun|youki|io\.containerd\.runc\.)/, 'container'],
  [/^(runsc|gvisor|io\.containerd\.runsc\.)/, 'gvisor'],
  [/^(kata|io\.containerd\.kata)/, 'kata'],
];

function familyOf(runtime: string): RuntimeFamily {
  return families.find(([pattern]) => pattern.test(runtime))?.[1] ?? 'unknown';
}

/** The highest level that a runtime of this name can be found at. */
export function claimedLevel(runtime: string): IsolationLevel {
  const family = familyOf(runtime);
  return family === 'gvisor' || family === 'unknown' ? 'gvisor' : 'container';
}

/** gVisor's own threads count as processes of the container, and so may the helpers of what is not known. */
const helperProcesses = 256;

/** The limit of processes that a runtime needs for a sandbox with `processes` of its own. */
export function processLimit(runtime: string, processes: number): number {
  return familyOf(runtime) === 'container' ? processes : Math.max(processes, helperProcesses);
}

/** gVisor tells this of its kernel in every release so far. */
const gvisorKernel = /^4\.4\.0\b.*\b2016\b/;

export interface Kernels {
  /** Release and version as a canary saw them, separated by a space; null where it did not tell. */
  readonly inside: string | null;
  /** Release of the daemon's machine. */
  readonly outside: string | undefined;
}

/**
 * The level of a runtime by the kernel that is seen inside: one that claims to be gVisor and shows the kernel of its
 * host is a container.
 */
export function foundLevel(runtime: string, kernels: Kernels): IsolationLevel {
  if (!hasOwnKernel(kernels)) return 'container';
  const isGvisor = familyOf(runtime) === 'gvisor' || gvisorKernel.test(kernels.inside ?? '');
  return isGvisor ? 'gvisor' : 'container';
}

function hasOwnKernel({ inside, outside }: Kernels): boolean {
  return inside !== null && outside !== undefined && inside.split(' ')[0] !== outside;
}

/** What a person should know of a runtime besides its level, in one sentence; null where there is nothing. */
export function runtimeNote(runtime: string, kernels: Kernels): string | null {
  const family = familyOf(runtime);
  if (family === 'gvisor' && !hasOwnKernel(kernels)) {
    return 'It goes by the name of gVisor but shows the kernel of its host, so it counts as a container.';
  }
  if (family === 'kata' || (hasOwnKernel(kernels) && foundLevel(runtime, kernels) === 'container')) {
    return 'Runtimes with a virtual machine are unverified: they count as a container.';
  }
  return null;
}
