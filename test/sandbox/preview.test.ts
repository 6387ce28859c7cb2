import { describe, expect, it } from 'vitest';
import { runInSandbox } from '../../sandbox/session.ts';
import { describeContract } from './contract.ts';
import { hostileWorker } from './hostileRunner.ts';
import { built, distFolder, quickjsBackend, runRequest, strategyOf } from './support.ts';

describeContract('QuickJS', {
  backend: () => quickjsBackend(),
  hostile: (name, lies) => quickjsBackend(hostileWorker(name, lies)),
  // A thread that lives would keep the test's process from ending.
  leftovers: async () => [],
  memoryBytes: 32 * 1_048_576,
});

describe('QuickJS', () => {
  it('is ready where it is built, and says what to do where it is not', async () => {
    expect(await quickjsBackend().probe()).toMatchObject({ level: 'preview', state: 'ready' });
    const missing = quickjsBackend(`${distFolder}/no-such-worker.js`);
    expect(await missing.probe()).toMatchObject({
      state: 'unavailable',
      action: expect.stringContaining('npm'),
    });
  });

  it('gives a strategy nothing of the host', async () => {
    const names = ['process', 'require', 'fetch', 'setTimeout', 'WebAssembly', 'navigator', 'console'];
    const source = strategyOf(`
      const seen = ${JSON.stringify(names)}.filter((name) => name in globalThis);
      if (seen.length > 0) throw new Error(seen.join());
    `).replace('globalThis', "(0, Object.getPrototypeOf)({}).constructor.constructor('return this')()");
    built('previewWorker.js');
    await expect(runInSandbox(runRequest(quickjsBackend(), source))).rejects.toMatchObject({
      reason: 'strategy.threw',
    });
  });
});
