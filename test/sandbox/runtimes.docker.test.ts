import { expect, it } from 'vitest';
import { chooseBackend } from '../../sandbox/probe.ts';
import { runInSandbox } from '../../sandbox/session.ts';
import { soundLimits } from './soundLimits.ts';
import { containersOf, crossStrategy, dockerBackend, newOwner, runRequest, testDocker } from './support.ts';

const docker = testDocker();
const signal = new AbortController().signal;

it('gVisor is found under another name, and runs a strategy', async () => {
  const owner = newOwner();
  const backend = dockerBackend(docker, 'gvisor', owner);
  await backend.prepare(signal);
  expect(await backend.probe(signal)).toMatchObject({
    name: 'docker-gvisor',
    level: 'gvisor',
    limits: soundLimits,
  });
  const run = await runInSandbox(runRequest(backend, crossStrategy));
  expect(run.sets[0]?.fills).toBeGreaterThan(10);
  expect(await containersOf(docker, owner)).toEqual([]);
});

it('a runtime that only goes by the name of gVisor is a container, and refused where gVisor is asked for', async () => {
  const impostor = dockerBackend(docker, 'runsc-impostor', newOwner());
  await impostor.prepare(signal);
  const status = await impostor.probe(signal);
  expect(status).toMatchObject({ state: 'ready', level: 'container', limits: soundLimits });
  expect(status.note).toContain('shows the kernel of its host');
  await expect(chooseBackend({ backends: [impostor], minimum: 'gvisor', signal })).rejects.toThrow(
    'level container only',
  );
});

it('crun runs a strategy, or says in one sentence why it cannot on this machine', async () => {
  const owner = newOwner();
  const backend = dockerBackend(docker, 'crun', owner);
  await backend.prepare(signal);
  const status = await backend.probe(signal);
  if (status.state === 'ready') {
    expect(status).toMatchObject({ level: 'container', limits: soundLimits });
    expect((await runInSandbox(runRequest(backend, crossStrategy))).sets[0]?.fills).toBeGreaterThan(10);
  } else {
    // crun refuses a machine with both versions of cgroups.
    expect(status.problem).toMatch(/cgroups in hybrid mode/);
    expect(status.action).not.toBe(null);
  }
  expect(await containersOf(docker, owner)).toEqual([]);
});

it('a runtime that the daemon does not have is named with those that it has', async () => {
  const status = await dockerBackend(docker, 'kata', newOwner()).probe(signal);
  expect(status).toMatchObject({ state: 'unavailable' });
  expect(status.problem).toMatch(/^kata is not among the runtimes of Docker\. It has .*runsc/);
  expect(status.action).toContain('STRATEGY_LAB_RUNTIMES');
});
