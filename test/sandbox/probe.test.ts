import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type IsolationLevel, type LimitName, untriedLimits } from '../../extension/contracts/isolation.ts';
import type { CanaryReport } from '../../sandbox/canaries/report.ts';
import { connectDocker } from '../../sandbox/dockerApi.ts';
import { chooseBackend, probeBackends } from '../../sandbox/probe.ts';
import { ProbeCache } from '../../sandbox/probeCache.ts';
import type { SandboxBackend } from '../../sandbox/sandbox.ts';
import { heldLimits } from '../reports/heldLimits.ts';
import { dockerBackend, failureOf, newOwner, quickjsBackend, withFolder } from './support.ts';

describe('what a trial found', () => {
  it('is tried once and remembered by another process, unless a trial did not come to pass', async () => {
    await withFolder(async (folder) => {
      let trials = 0;
      const trial = (report: CanaryReport) => async () => {
        trials++;
        return report;
      };
      const held: CanaryReport = { kernel: '6.1', limits: heldLimits };
      const broken: CanaryReport = { kernel: '6.1', limits: { ...heldLimits, memory: false } };
      const partial: CanaryReport = { kernel: '6.1', limits: { ...heldLimits, processes: null } };
      const cache = new ProbeCache(folder);
      expect(await cache.remember('a', trial(partial))).toEqual(partial);
      expect(await Promise.all([cache.remember('a', trial(held)), cache.remember('a', trial(held))])).toEqual(
        [held, held],
      );
      expect(await new ProbeCache(folder).remember('a', trial(broken))).toEqual(held);
      expect(trials).toBe(2);
      await writeFile(join(folder, 'sandbox-probes.json'), '{"a":true}');
      expect(await new ProbeCache(folder).remember('a', trial(broken))).toEqual(broken);
    });
  });
});

describe('without a Docker daemon', () => {
  const nowhere = connectDocker('/nonexistent/docker.sock');
  const backends = () => [quickjsBackend(), dockerBackend(nowhere, 'runc', newOwner())];
  const signal = new AbortController().signal;

  it('the probe says what is missing and what to do', async () => {
    const [docker, preview] = await probeBackends(backends(), signal);
    expect(docker).toMatchObject({ name: 'docker-runc', state: 'unavailable' });
    expect(docker?.action).toContain('Install and start Docker');
    expect(preview).toMatchObject({ name: 'quickjs', state: 'ready' });
  });

  it('a run at preview level takes QuickJS and says why nothing stronger', async () => {
    const chosen = await chooseBackend({ backends: backends(), minimum: 'preview', signal });
    expect(chosen.backend.name).toBe('quickjs');
    expect(chosen.passedOver.map(({ name }) => name)).toEqual(['docker-runc']);
  });

  it('a run that needs a container is refused, never downgraded', async () => {
    const failure = await failureOf(chooseBackend({ backends: backends(), minimum: 'container', signal }));
    expect(failure.reason).toBe('sandbox.level');
    expect(failure.message).toContain('docker-runc');
  });
});

describe('of several backends', () => {
  const signal = new AbortController().signal;
  const found = (
    name: string,
    level: IsolationLevel,
    broken: readonly LimitName[] = [],
    claimed = level,
  ): SandboxBackend => {
    const limits = { ...heldLimits, ...Object.fromEntries(broken.map((limit) => [limit, false])) };
    const status = { name, level, state: 'ready', problem: null, action: null, note: null, limits } as const;
    return {
      name,
      level: claimed,
      probe: async () => status,
      prepare: async () => {},
      start: () => Promise.reject(new Error('not asked for')),
    };
  };
  const choose = async (backends: SandboxBackend[], minimum: IsolationLevel, accept: LimitName[] = []) =>
    (await chooseBackend({ backends, minimum, acceptMissingLimits: accept, signal })).backend.name;

  it('the one is refused of which a limit does not hold, until each such limit is accepted by its name', async () => {
    const lax = found('lax', 'gvisor', ['memory', 'network']);
    const refusal = await failureOf(chooseBackend({ backends: [lax], minimum: 'container', signal }));
    expect(refusal.reason).toBe('sandbox.level');
    expect(refusal.message).toContain('memory, network');
    expect(refusal.action).toContain('--accept-missing-limits memory,network');
    await expect(choose([lax], 'container', ['memory'])).rejects.toThrow('network');
    expect(await choose([lax], 'container', ['network', 'memory'])).toBe('lax');
    expect(await choose([lax, found('sound', 'container')], 'container')).toBe('sound');
  });

  it('one whose limits could not be tried is not taken for one whose limits hold, nor refused for it', async () => {
    const mute = { ...found('mute', 'preview') };
    const probe = async () => ({ ...(await mute.probe(signal)), limits: untriedLimits });
    const { status } = await chooseBackend({ backends: [{ ...mute, probe }], minimum: 'preview', signal });
    expect(status.limits.memory).toBe(null);
  });

  it('one that claims more than was found counts as what was found', async () => {
    const impostor = found('impostor', 'container', [], 'gvisor');
    await expect(choose([impostor], 'gvisor')).rejects.toThrow('level container only');
    expect(await choose([impostor, found('gvisor', 'gvisor')], 'container')).toBe('gvisor');
    expect(await choose([impostor, found('runc', 'container')], 'container')).toBe('impostor');
  });
});
