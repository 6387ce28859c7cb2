import { describe, expect, it } from 'vitest';
import { runTwice } from '../../sandbox/doubleRun.ts';
import { type Frame, FrameReader, frameTypes } from '../../sandbox/frames.ts';
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

  /** The backend, with each piece that goes out shown to `see` as its frames. */
  function watched(see: (frames: readonly Frame[]) => void): SandboxBackend {
    const inner = quickjsBackend();
    return {
      name: inner.name,
      level: inner.level,
      probe: () => inner.probe(),
      prepare: () => inner.prepare(),
      start: async (options) => {
        const process = await inner.start(options);
        const write = (bytes: Uint8Array) => {
          see(new FrameReader(bytes.length).push(bytes));
          return process.write(bytes);
        };
        const { exit } = process;
        return { exit, write, kill: (reason) => process.kill(reason), dispose: () => process.dispose() };
      },
    };
  }

  it('gets all up to the first bars in one piece, and every other chunk alone', async () => {
    const pieces: number[][] = [];
    const backend = watched((frames) => pieces.push(frames.map(({ type }) => type)));
    await runInSandbox(runRequest(backend, strategyOf(''), { chunks: [400, 600] }));
    const { hello, source, start, bars, end } = frameTypes;
    expect(pieces).toEqual([[hello, source, start, bars], [bars], [end]]);
  });

  it('is asked for plots in the first of two runs only', async () => {
    const asked: unknown[] = [];
    const backend = watched((frames) => {
      for (const { type, payload } of frames) {
        if (type === frameTypes.start) asked.push(JSON.parse(new TextDecoder().decode(payload)).plots);
      }
    });
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
