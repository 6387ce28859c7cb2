import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultLimits } from '../../sandbox/sandbox.ts';
import { type RunRequest, runInSandbox } from '../../sandbox/session.ts';
import { crossStrategy, quickjsBackend, reasonOf, runRequest, strategyOf } from './support.ts';

const mebibyte = 1_048_576;
const smallLimits = { ...defaultLimits, memoryBytes: 32 * mebibyte };

/** The preview's threads, in the order in which they were started. */
let workers: Worker[] = [];
const onWorker = (worker: Worker): void => {
  workers.push(worker);
};

beforeEach(() => {
  workers = [];
  process.on('worker', onWorker);
});
afterEach(() => {
  process.off('worker', onWorker);
});

function isOver({ threadId }: Worker): boolean {
  return threadId === -1;
}

/** Runs one strategy after the other with one backend. */
async function runAll(sources: readonly string[], changes: Partial<RunRequest> = {}) {
  const backend = quickjsBackend();
  const outcomes = [];
  for (const source of sources) outcomes.push(await runInSandbox(runRequest(backend, source, changes)));
  return outcomes;
}

describe('Consecutive runs of the preview', () => {
  it('share a thread and come out as the first one did', async () => {
    const [first, second] = await runAll([crossStrategy, crossStrategy]);
    expect(second).toEqual(first);
    expect(workers).toHaveLength(1);
  });

  it('see nothing that one before left', async () => {
    const marking = strategyOf(
      `if (bar.index > 0) return;
       for (const text of found) log(text);`,
      `for (const [name, target] of Object.entries(targets)) {
         for (const key of ['mark', 'push', 'toString']) {
           if (target[key]?.isMark) found.push(name + ' ' + key);
           try { target[key] = Object.assign(() => 1, { isMark: true }); } catch {}
         }
       }
       if (typeof mark !== 'undefined') found.push('a global');
       try { mark = 1; } catch {}
       try { Math.random(); } catch {}`,
    )
      .replace('const kept', 'declare let mark: unknown;\nconst found: string[] = [];\nconst kept')
      .replace(
        'export default',
        `const targets: Record<string, any> = {
           object: Object.prototype, array: Array.prototype, math: Math, error: Error, map: Map.prototype,
           defineStrategy, hidden: Object.getPrototypeOf(function* () {}),
         };
         export default`,
      )
      .replace('next({ bar', 'next({ log, bar');
    const outcomes = await runAll([marking, marking, marking]);
    expect(workers).toHaveLength(1);
    for (const { log, refusals } of outcomes) {
      expect(log).toEqual([]);
      // Counted in the realm: one that is used again has counted before.
      expect(refusals.total).toBe(outcomes[0]?.refusals.total);
    }
    expect(outcomes[0]?.refusals.total).toBeGreaterThan(0);
  });

  it('have all of their memory, whatever one before holds on to', async () => {
    // What waits for a promise is held by the interpreter's tasks, of which none ever runs.
    const hoarding = strategyOf(
      '',
      `const numbers = new Float64Array(${14 * mebibyte} / 8).fill(1);
       (async () => { await null; kept.push(numbers); })();`,
    );
    const outcomes = await runAll([hoarding, hoarding, hoarding], { limits: smallLimits });
    expect(outcomes).toHaveLength(3);
    expect(workers).toHaveLength(1);
  });

  it('hold a strategy to its memory, whatever it keeps there', async () => {
    const keeping = (megabytes: number): string =>
      strategyOf(`if (bar.index < ${megabytes}) kept.push(new Float64Array(${mebibyte} / 8));`);
    const fits = runRequest(quickjsBackend(), keeping(20), { limits: smallLimits });
    expect((await runInSandbox(fits)).sets).toHaveLength(1);
    const exceeds = runRequest(quickjsBackend(), keeping(40), { limits: smallLimits });
    expect(await reasonOf(runInSandbox(exceeds))).toBe('sandbox.memory');
  });

  it('share no thread under other limits of memory', async () => {
    const backend = quickjsBackend();
    await runInSandbox(runRequest(backend, strategyOf('')));
    await runInSandbox(runRequest(backend, strategyOf(''), { limits: smallLimits }));
    expect(workers).toHaveLength(2);
  });
});

describe('A thread of the preview', () => {
  it('makes no realm where another one has made it, and makes one where that has failed', async () => {
    const backend = quickjsBackend();
    const images = () => workers.map((worker) => told.get(worker) ?? 0);
    const told = new Map<Worker, number>();
    const listen = (worker: Worker): void => {
      worker.on('message', (message: unknown) => {
        const isImage = !(message instanceof Uint8Array) && typeof message === 'object';
        if (isImage) told.set(worker, (told.get(worker) ?? 0) + 1);
      });
    };
    process.on('worker', listen);
    try {
      const stopped = new AbortController();
      const start = (signal: AbortSignal) =>
        backend.start({ limits: defaultLimits, label: 'test', onOutput: () => undefined, signal });
      const first = await start(stopped.signal);
      const second = start(stopped.signal);
      await first.kill('cancelled');
      await (await second).dispose();
      workers = [];
      const run = () => runInSandbox(runRequest(backend, crossStrategy));
      await Promise.all([run(), run(), run()]);
      expect(images().toSorted()).toEqual([0, 0, 1]);
    } finally {
      process.off('worker', listen);
    }
  });

  it('ends with a run that fails, and serves no other', async () => {
    for (const source of ['no strategy', strategyOf('throw new Error("over");')]) {
      const backend = quickjsBackend();
      workers = [];
      await reasonOf(runInSandbox(runRequest(backend, source)));
      expect(workers.map(isOver)).toEqual([true]);
      await runInSandbox(runRequest(backend, crossStrategy));
      expect(workers).toHaveLength(2);
    }
  });

  it('ends with a run that is stopped, and serves no other', async () => {
    const backend = quickjsBackend();
    const stop = new AbortController();
    const run = runInSandbox(
      runRequest(backend, strategyOf('while (true) {}'), {
        signal: stop.signal,
        onDescribed: () => void setImmediate(() => stop.abort()),
      }),
    );
    expect(await reasonOf(run)).toBe('cancelled');
    expect(workers.map(isOver)).toEqual([true]);
    await runInSandbox(runRequest(backend, crossStrategy));
    expect(workers).toHaveLength(2);
  });

  it('ends with a run whose interpreter has grown large', async () => {
    const large = strategyOf('', `kept.push(new Float64Array(${100 * mebibyte} / 8).fill(1));`);
    await runAll([large, crossStrategy]);
    expect(workers).toHaveLength(2);
  });

  it('ends when no run comes', async () => {
    await runAll([crossStrategy]);
    const [worker] = workers as [Worker];
    expect(isOver(worker)).toBe(false);
    await once(worker, 'exit');
  });

  it('keeps no process alive between two runs', async () => {
    const host = spawn(process.execPath, [join(import.meta.dirname, 'previewHost.ts')], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [output] = (await once(host.stdout, 'data')) as [Buffer];
    expect(output.toString()).toBe('ends with its idle thread\n');
  });
});
