import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connectDocker } from '../../sandbox/dockerApi.ts';
import { chooseBackend, probeBackends } from '../../sandbox/probe.ts';
import { ProbeCache } from '../../sandbox/probeCache.ts';
import { dockerBackend, failureOf, newOwner, quickjsBackend, withFolder } from './support.ts';

describe('what a trial found', () => {
  it('is tried once and remembered by another process, unless nothing was found', async () => {
    await withFolder(async (folder) => {
      let trials = 0;
      const trial = (answer: boolean | null) => async () => {
        trials++;
        return answer;
      };
      const cache = new ProbeCache(folder);
      expect(await cache.remember('a', trial(null))).toBe(null);
      expect(await Promise.all([cache.remember('a', trial(true)), cache.remember('a', trial(true))])).toEqual(
        [true, true],
      );
      expect(await new ProbeCache(folder).remember('a', trial(false))).toBe(true);
      expect(trials).toBe(2);
      await writeFile(join(folder, 'sandbox-probes.json'), 'damaged');
      expect(await new ProbeCache(folder).remember('a', trial(false))).toBe(false);
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
    const chosen = await chooseBackend(backends(), 'preview', signal);
    expect(chosen.backend.name).toBe('quickjs');
    expect(chosen.passedOver.map(({ name }) => name)).toEqual(['docker-runc']);
  });

  it('a run that needs a container is refused, never downgraded', async () => {
    const failure = await failureOf(chooseBackend(backends(), 'container', signal));
    expect(failure.reason).toBe('sandbox.level');
    expect(failure.message).toContain('docker-runc');
  });
});
