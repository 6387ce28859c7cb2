import { expect, it } from 'vitest';
import type { DockerRuntime } from '../../sandbox/containerOptions.ts';
import { runInSandbox } from '../../sandbox/session.ts';
import { describeContract } from './contract.ts';
import { hostileCommand } from './hostileRunner.ts';
import {
  containersOf,
  crossStrategy,
  dockerBackend,
  marketsOf,
  newOwner,
  randomWalk,
  runRequest,
  testDocker,
} from './support.ts';

const docker = testDocker();

for (const runtime of ['runc', 'runsc'] satisfies DockerRuntime[]) {
  const owner = newOwner();
  describeContract(`Docker with ${runtime}`, {
    backend: () => dockerBackend(docker, runtime, owner),
    hostile: (_name, lies) => dockerBackend(docker, runtime, owner, hostileCommand(lies)),
    leftovers: () => containersOf(docker, owner),
    memoryBytes: 128 * 1_048_576,
  });

  it(`has the memory for passes of many parameter sets in one sandbox under ${runtime}`, async () => {
    const sets = Array.from({ length: 64 }, (_, set) => ({ fast: 5 + (set % 8), slow: 30 + set }));
    const run = await runInSandbox(
      runRequest(dockerBackend(docker, runtime, owner), crossStrategy, {
        markets: marketsOf(randomWalk(100_000)),
        sets,
      }),
    );
    expect(run.sets).toHaveLength(64);
    const [alone] = (
      await runInSandbox(
        runRequest(dockerBackend(docker, runtime, owner), crossStrategy, {
          markets: marketsOf(randomWalk(100_000)),
          sets: sets.slice(-1),
        }),
      )
    ).sets;
    expect(run.sets.at(-1)?.settled.equity).toEqual(alone?.settled.equity);
  });
}
