import { describe, expect, it } from 'vitest';
import { runTwice } from '../../sandbox/doubleRun.ts';
import { frameTypes, headerBytes } from '../../sandbox/frames.ts';
import { QuickJsBackend } from '../../sandbox/quickjsBackend.ts';
import type { SandboxBackend } from '../../sandbox/sandbox.ts';
import { runInSandbox } from '../../sandbox/session.ts';
import { describeContract } from './contract.ts';
import { hostileWorker } from './hostileRunner.ts';
import {
  built,
  distFolder,
  failureOf,
  previewFiles,
  quickjsBackend,
  runRequest,
  strategyOf,
} from './support.ts';

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
    for (const part of ['workerFile', 'realmFile', 'interpreterFile']) {
      const missing = new QuickJsBackend({ ...previewFiles(), [part]: `${distFolder}/no-such-file` });
      expect(await missing.probe()).toMatchObject({
        state: 'unavailable',
        action: expect.stringContaining('npm'),
      });
      if (part === 'workerFile') continue;
      const failure = await failureOf(runInSandbox(runRequest(missing, strategyOf(''))));
      expect(failure.reason).toBe('sandbox.unavailable');
    }
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

  it('is asked for plots in the first of two runs only', async () => {
    const inner = quickjsBackend();
    const asked: unknown[] = [];
    const backend: SandboxBackend = {
      name: inner.name,
      level: inner.level,
      probe: () => inner.probe(),
      prepare: () => inner.prepare(),
      start: async (options) => {
        const process = await inner.start(options);
        const write = (bytes: Uint8Array) => {
          if (bytes[4] === frameTypes.start) {
            asked.push(JSON.parse(new TextDecoder().decode(bytes.subarray(headerBytes))).plots);
          }
          return process.write(bytes);
        };
        const { exit } = process;
        return { exit, write, kill: (reason) => process.kill(reason), dispose: () => process.dispose() };
      },
    };
    const source = strategyOf('', '').replace(
      'setup() {',
      "setup({ bars, plot }) { plot('Close', bars.close);",
    );
    const request = runRequest(backend, source, { plots: true });
    const { plots } = await runTwice(request, 1);
    expect(asked.toSorted()).toEqual([false, true]);
    expect(plots).toEqual([{ name: 'Close', pane: 'price', values: request.markets[0]?.columns.close }]);
  });

  it('hears the last answer of a worker that ends in the same turn', async () => {
    const inner = quickjsBackend();
    const backend: SandboxBackend = {
      name: inner.name,
      level: inner.level,
      probe: () => inner.probe(),
      prepare: () => inner.prepare(),
      start: async (options) => {
        const held: Uint8Array[] = [];
        const process = await inner.start({
          ...options,
          onOutput: (bytes) => {
            // The type of a frame stands behind its length.
            if (bytes[4] === frameTypes.done) held.push(bytes);
            else options.onOutput(bytes);
          },
        });
        const exit = process.exit.then((facts) => {
          for (const bytes of held) options.onOutput(bytes);
          return facts;
        });
        return {
          exit,
          write: (bytes) => process.write(bytes),
          kill: (reason) => process.kill(reason),
          dispose: () => process.dispose(),
        };
      },
    };
    const outcome = await runInSandbox(runRequest(backend, strategyOf('orders.buy();')));
    expect(outcome.sets).toHaveLength(1);
  });
});
