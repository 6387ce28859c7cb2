import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../extension/contracts/errors.ts';
import { type IsolationLevel, type LimitName, untriedLimits } from '../../extension/contracts/isolation.ts';
import type { CanaryReport } from '../../sandbox/canaries/report.ts';
import { connectDocker } from '../../sandbox/dockerApi.ts';
import { chooseBackend, probeBackends } from '../../sandbox/probe.ts';
import { ProbeCache } from '../../sandbox/probeCache.ts';
import type { BackendStatus, SandboxBackend } from '../../sandbox/sandbox.ts';
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

describe('the image of a language', () => {
  const signal = new AbortController().signal;
  const ready: BackendStatus = {
    name: 'able',
    level: 'container',
    state: 'ready',
    problem: null,
    action: null,
    note: null,
    limits: heldLimits,
  };
  function able(prepare: SandboxBackend['prepare']): SandboxBackend {
    const refused = () => Promise.reject(new Error('nothing is started'));
    const languages = ['javascript', 'python'] as const;
    return { name: 'able', level: 'container', languages, probe: async () => ready, prepare, start: refused };
  }

  it('is made before a run in that language, announced, and for no other run', async () => {
    const asked: unknown[] = [];
    const backend = able(async (_signal, language, announce) => {
      asked.push(language);
      if (language === 'python') announce?.('building');
    });
    const heard: string[] = [];
    const wish = {
      backends: [backend],
      minimum: 'container',
      signal,
      announce: (text: string) => heard.push(text),
    } as const;
    await chooseBackend({ ...wish, language: 'javascript' });
    expect([asked, heard]).toEqual([[], []]);
    await chooseBackend({ ...wish, language: 'python' });
    expect([asked, heard]).toEqual([['javascript', 'python'], ['building']]);
  });

  it('that cannot be made is the reason why its backend is not taken, with what to do', async () => {
    const backend = able(async (_signal, language) => {
      if (language !== 'python') return;
      throw new LabError('sandbox.unavailable', 'The image could not be made.', { action: 'Mend it.' });
    });
    const failure = await failureOf(
      chooseBackend({ backends: [backend], minimum: 'container', language: 'python', signal }),
    );
    expect(failure).toMatchObject({ reason: 'sandbox.level', action: 'Mend it.' });
    expect(failure.message).toContain('able: The image could not be made.');
  });
});

describe('what to do about a refusal', () => {
  const signal = new AbortController().signal;
  function refused(level: IsolationLevel, changes: Partial<BackendStatus>): SandboxBackend {
    const status = { name: level, level, state: 'ready', problem: null, action: null, note: null } as const;
    const probe = async (): Promise<BackendStatus> => ({ ...status, limits: heldLimits, ...changes });
    const start = () => Promise.reject(new Error('nothing is started'));
    return { name: level, level, probe, prepare: async () => {}, start };
  }
  const container = refused('container', { state: 'unavailable', problem: 'Gone.', action: 'Start it.' });

  it('is what the level that was asked for needs, before what a stronger one does', async () => {
    const namespaces = refused('namespaces', { state: 'unavailable', problem: 'Old.', action: 'Renew it.' });
    const backends = [container, namespaces];
    const refusal = (minimum: IsolationLevel) => failureOf(chooseBackend({ backends, minimum, signal }));
    expect((await refusal('namespaces')).action).toBe('Renew it.');
    expect((await refusal('container')).action).toBe('Start it.');
  });

  it('is what the backend itself says of a limit that does not hold', async () => {
    const limits = { ...heldLimits, processor: false };
    const namespaces = refused('namespaces', { limits, action: 'Log in.' });
    const failure = await failureOf(chooseBackend({ backends: [namespaces], minimum: 'namespaces', signal }));
    expect(failure.action).toMatch(/^Log in\. Or accept it/);
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

  it('a strategy in Python is refused with the reason of each sandbox, also at preview level', async () => {
    const failure = await failureOf(
      chooseBackend({ backends: backends(), minimum: 'preview', language: 'python', signal }),
    );
    expect(failure.reason).toBe('sandbox.level');
    expect(failure.message).toMatch(
      /^No sandbox for Python of at least level preview is there\. docker-runc: /,
    );
    expect(failure.message).toContain('quickjs: It does not run Python.');
    expect(failure.action).toContain('Install and start Docker');
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
