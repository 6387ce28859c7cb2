import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectDocker, type DockerClient } from '../../sandbox/dockerApi.ts';
import { defaultLimits } from '../../sandbox/sandbox.ts';
import { runInSandbox } from '../../sandbox/session.ts';
import { type PodmanService, startPodman } from '../setup/podmanService.ts';
import { hostileCommand } from './hostileRunner.ts';
import { soundLimits } from './soundLimits.ts';
import {
  containersOf,
  crossStrategy,
  dockerBackend,
  newOwner,
  reasonOf,
  runRequest,
  strategyOf,
  testDocker,
} from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'strategy-lab-podman-'));
const signal = new AbortController().signal;
const owner = newOwner();
let podman: PodmanService;
let client: DockerClient;

beforeAll(async () => {
  podman = await startPodman(folder);
  client = connectDocker(podman.socketPath);
  await backend().prepare(signal);
});
afterAll(async () => {
  await podman.stop();
  // What podman leaves mounted hinders the removal of its folder.
  execFileSync('umount', ['--lazy', '--quiet', join(folder, 'data', 'overlay')], { stdio: 'ignore' });
  await rm(folder, { recursive: true, force: true });
});

const backend = (command?: readonly string[]) => dockerBackend(client, 'runc', owner, command);

it('Podman serves sandboxes by the interface of Docker, with every limit in force', async () => {
  expect(await backend().probe(signal)).toMatchObject({
    state: 'ready',
    level: 'container',
    limits: soundLimits,
  });
  const run = await runInSandbox(runRequest(backend(), crossStrategy));
  const docker = dockerBackend(testDocker(), 'runc', newOwner());
  const other = await runInSandbox(runRequest(docker, crossStrategy));
  expect(run.sets[0]?.settled.equity).toEqual(other.sets[0]?.settled.equity);
  expect(await containersOf(client, owner)).toEqual([]);
});

it.each([
  ['an endless loop', 'sandbox.timeout', backend, strategyOf('for (;;);')],
  [
    'objects without an end',
    'sandbox.memory',
    backend,
    strategyOf('for (;;) kept.push({ text: [1, 2, 3] });'),
  ],
  [
    'an early end',
    'sandbox.early-exit',
    () => backend(hostileCommand('lie.intents = () => process.exit(0);')),
    '',
  ],
  [
    'another nonce',
    'sandbox.protocol',
    () => backend(hostileCommand('lie.ready = () => ready({ nonce: "0".repeat(32) });')),
    '',
  ],
] as const)('under Podman %s ends as %s, and leaves nothing', async (_what, reason, make, source) => {
  const limits = { ...defaultLimits, answerMilliseconds: 4000, memoryBytes: 128 * 1_048_576 };
  expect(await reasonOf(runInSandbox(runRequest(make(), source, { limits })))).toBe(reason);
  expect(await containersOf(client, owner)).toEqual([]);
});

it('a runtime that Podman lists and would not use is refused, with the one that it uses', async () => {
  const status = await dockerBackend(client, 'runsc', owner).probe(signal);
  expect(status).toMatchObject({ state: 'unavailable' });
  expect(status.problem).toContain('default runtime, runc');
  expect(status.action).toContain('STRATEGY_LAB_RUNTIMES=runc');
});
