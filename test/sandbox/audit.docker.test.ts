import { expect, it } from 'vitest';
import { auditSandboxes } from '../../sandbox/audit/audit.ts';
import type { DockerRuntime } from '../../sandbox/containerOptions.ts';
import { containersOf, dockerBackend, engineHash, newOwner, testDocker } from './support.ts';

const docker = testDocker();

for (const runtime of ['runc', 'runsc'] satisfies DockerRuntime[]) {
  it(`a strategy, and a process that took over its sandbox, reach and break nothing under ${runtime}`, async () => {
    const owner = newOwner();
    const [audit] = await auditSandboxes({
      backends: [dockerBackend(docker, runtime, owner)],
      engineHash: engineHash(),
      signal: new AbortController().signal,
      onFinding: () => undefined,
    });
    expect(audit).toMatchObject({ backend: `docker-${runtime}`, problem: null });
    expect(audit?.findings.filter(({ verdict }) => verdict !== 'held')).toEqual([]);
    expect(audit?.findings.length).toBeGreaterThan(30);
    expect(await containersOf(docker, owner)).toEqual([]);
  });
}
