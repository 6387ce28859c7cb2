import type { DockerRuntime } from '../../sandbox/containerOptions.ts';
import { describeContract } from './contract.ts';
import { hostileCommand } from './hostileRunner.ts';
import { containersOf, dockerBackend, newOwner, testDocker } from './support.ts';

const docker = testDocker();

for (const runtime of ['runc', 'runsc'] satisfies DockerRuntime[]) {
  const owner = newOwner();
  describeContract(`Docker with ${runtime}`, {
    backend: () => dockerBackend(docker, runtime, owner),
    hostile: (_name, lies) => dockerBackend(docker, runtime, owner, hostileCommand(lies)),
    leftovers: () => containersOf(docker, owner),
    memoryBytes: 128 * 1_048_576,
  });
}
