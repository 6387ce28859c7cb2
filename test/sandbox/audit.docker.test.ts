import { expect, it } from 'vitest';
import type { AuditedBackend } from '../../sandbox/audit/abuse.ts';
import { auditSandboxes } from '../../sandbox/audit/audit.ts';
import { pythonAbuses } from '../../sandbox/audit/pythonAbuses.ts';
import {
  bubblewrapBackend,
  containersOf,
  dockerBackend,
  engineHashes,
  namespacesOf,
  newOwner,
  testDocker,
} from './support.ts';

const docker = testDocker();

// An owner each, so that what one leaves behind is told from what others have at work.
const [runc, runsc, bubblewrap] = [newOwner(), newOwner(), newOwner()];
const cases: readonly (readonly [AuditedBackend, () => Promise<readonly string[]>])[] = [
  [dockerBackend(docker, 'runc', runc), () => containersOf(docker, runc)],
  [dockerBackend(docker, 'runsc', runsc), () => containersOf(docker, runsc)],
  [bubblewrapBackend(bubblewrap), async () => namespacesOf(bubblewrap)],
];

for (const [backend, leftovers] of cases) {
  it.concurrent(`a strategy, and a process that took over its sandbox, reach and break nothing under ${backend.name}`, async () => {
    const [audit] = await auditSandboxes({
      backends: [backend],
      engineHashes: engineHashes(),
      signal: new AbortController().signal,
      onFinding: () => undefined,
    });
    expect(audit).toMatchObject({ backend: backend.name, problem: null });
    expect(audit?.findings.filter(({ verdict }) => verdict !== 'held')).toEqual([]);
    expect(audit?.findings.length).toBeGreaterThan(30);
    const isPython = backend.languages?.includes('python') === true;
    const inPython = audit?.findings.filter(({ id }) => id.startsWith('python-')).length;
    expect(inPython).toBe(isPython ? pythonAbuses.length : 0);
    expect(audit?.pythonProblem).toBe(isPython ? null : 'It runs no Python.');
    expect(await leftovers()).toEqual([]);
  });
}
