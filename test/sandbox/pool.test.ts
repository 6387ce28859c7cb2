import { setImmediate } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { type PoolOptions, SandboxPool } from '../../sandbox/pool.ts';
import {
  defaultLimits,
  type ExitFacts,
  type SandboxBackend,
  type StartOptions,
} from '../../sandbox/sandbox.ts';

interface FakeSandbox {
  readonly number: number;
  readonly options: StartOptions;
  readonly end: (facts: ExitFacts) => void;
  disposals: number;
}

/** A backend that starts nothing and remembers what it was asked for. */
function fakeBackend(failing: ReadonlySet<number> = new Set()) {
  const sandboxes: FakeSandbox[] = [];
  const backend: SandboxBackend = {
    name: 'fake',
    level: 'container',
    probe: () => Promise.reject(new Error('not asked')),
    prepare: () => Promise.resolve(),
    start(options) {
      const { promise: exit, resolve: end } = Promise.withResolvers<ExitFacts>();
      const sandbox: FakeSandbox = { number: sandboxes.length, options, end, disposals: 0 };
      sandboxes.push(sandbox);
      if (failing.has(sandbox.number)) return Promise.reject(new Error('did not start'));
      return Promise.resolve({
        write: () => Promise.resolve(),
        kill: () => Promise.resolve(),
        exit,
        dispose: () => {
          sandbox.disposals++;
          return Promise.resolve();
        },
      });
    },
  };
  return { backend, sandboxes };
}

function request(received: Uint8Array[] = []): StartOptions {
  const { signal } = new AbortController();
  return { limits: defaultLimits, label: 'run', signal, onOutput: (bytes) => received.push(bytes) };
}

const once: PoolOptions = { limits: defaultLimits, label: 'run', keepMilliseconds: 0, mostReady: 4 };
/** Of a host that stays. */
const kept: PoolOptions = { ...once, keepMilliseconds: 60_000 };

const ended: ExitFacts = { code: 0, memoryExceeded: false, killedBy: null };

test('a sandbox that is ready serves one run, and what no run took is removed', async () => {
  const { backend, sandboxes } = fakeBackend();
  const pool = new SandboxPool(once);
  pool.start(backend, {}, 2);
  expect(sandboxes).toHaveLength(2);
  const received: Uint8Array[] = [];
  await pool.over(backend).start(request(received));
  expect(sandboxes).toHaveLength(2);
  sandboxes[0]?.options.onOutput(Uint8Array.of(7));
  expect(received).toEqual([Uint8Array.of(7)]);
  await pool.close();
  expect(sandboxes.map(({ disposals }) => disposals)).toEqual([0, 1]);
  await pool.over(backend).start(request());
  expect(sandboxes).toHaveLength(3);
});

test('who watches hears of each sandbox that a run got, where it came from, and of those at work', async () => {
  const { backend } = fakeBackend(new Set([2]));
  const served: string[] = [];
  const pool = new SandboxPool({
    ...once,
    onServed: (level, source, milliseconds) =>
      served.push(`${level} ${source} ${milliseconds >= 0 ? 'waited' : 'never'}`),
  });
  pool.start(backend, {}, 1);
  const first = await pool.over(backend).start(request());
  await pool.over(backend).start(request());
  await expect(pool.over(backend).start(request())).rejects.toThrow('did not start');
  expect(served).toEqual(['container pool waited', 'container cold waited']);
  expect(pool.inUse).toBe(2);
  await first.dispose();
  expect(pool.inUse).toBe(1);
});

test('a sandbox that ended or spoke before it was asked serves no run', async () => {
  const { backend, sandboxes } = fakeBackend();
  const pool = new SandboxPool(once);
  pool.start(backend, {}, 2);
  sandboxes[0]?.end(ended);
  sandboxes[1]?.options.onOutput(Uint8Array.of(1));
  await setImmediate();
  const received: Uint8Array[] = [];
  await pool.over(backend).start(request(received));
  await pool.over(backend).start(request(received));
  expect(sandboxes).toHaveLength(4);
  expect(sandboxes.slice(0, 2).map(({ disposals }) => disposals)).toEqual([1, 1]);
  expect(received).toEqual([]);
});

test('a run starts its own sandbox where the one ahead of it did not start', async () => {
  const { backend, sandboxes } = fakeBackend(new Set([0]));
  const pool = new SandboxPool(once);
  pool.start(backend, {}, 1);
  await pool.over(backend).start(request());
  expect(sandboxes).toHaveLength(2);
  await pool.close();
});

test('a run that is cancelled while its sandbox starts stops that start', async () => {
  const { backend, sandboxes } = fakeBackend();
  const never: SandboxBackend = {
    ...backend,
    start: ({ signal }) =>
      new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true }),
      ),
  };
  const pool = new SandboxPool(once);
  pool.start(never, {}, 1);
  const stop = new AbortController();
  const starting = pool.over(never).start({ ...request(), signal: stop.signal });
  stop.abort();
  await expect(starting).rejects.toThrow('stopped');
  expect(sandboxes).toHaveLength(0);
});

afterEach(() => {
  vi.useRealTimers();
});

test('what has served is replaced, as many as were at work at one time, and only when one of them ended', async () => {
  const { backend, sandboxes } = fakeBackend();
  const pool = new SandboxPool(kept);
  const served = pool.over(backend);
  const [first, second] = await Promise.all([served.start(request()), served.start(request())]);
  expect([sandboxes.length, pool.ready]).toEqual([2, 0]);
  await first.dispose();
  expect([sandboxes.length, pool.ready]).toEqual([3, 1]);
  await second.dispose();
  await second.dispose();
  expect([sandboxes.length, pool.ready]).toEqual([4, 2]);
  const again = await served.start(request());
  expect([sandboxes.length, pool.ready]).toEqual([4, 1]);
  await again.dispose();
  expect([sandboxes.length, pool.ready]).toEqual([5, 2]);
  await pool.close();
  expect(sandboxes.map(({ disposals }) => disposals)).toEqual([1, 2, 1, 1, 1]);
});

test('a run that could not start its sandbox leaves no place that is never filled again', async () => {
  const { backend } = fakeBackend(new Set([0]));
  const pool = new SandboxPool(kept);
  await expect(pool.over(backend).start(request())).rejects.toThrow('did not start');
  expect(pool.ready).toBe(1);
  await pool.close();
});

test('a sandbox made ready for one parameter set never serves many', async () => {
  const { backend, sandboxes } = fakeBackend();
  const pool = new SandboxPool(kept);
  pool.start(backend, {}, 1);
  await pool.over(backend).start({ ...request(), manySets: true });
  expect(sandboxes.map(({ options }) => options.manySets)).toEqual([false, true]);
  await pool.close();
});

test('a run gets a sandbox of its own language, and leaves those of another', async () => {
  const { backend, sandboxes } = fakeBackend();
  const pool = new SandboxPool(once);
  pool.start(backend, { language: 'python' }, 1);
  await pool.over(backend).start(request());
  expect(sandboxes.map(({ options }) => options.language)).toEqual(['python', undefined]);
  const received: Uint8Array[] = [];
  await pool.over(backend).start({ ...request(received), language: 'python' });
  expect(sandboxes).toHaveLength(2);
  sandboxes[0]?.options.onOutput(Uint8Array.of(7));
  expect(received).toEqual([Uint8Array.of(7)]);
  await pool.close();
});

test('some while after the last run nothing is ready any more, and the next run begins small', async () => {
  vi.useFakeTimers();
  const { backend, sandboxes } = fakeBackend();
  const pool = new SandboxPool(kept);
  const served = pool.over(backend);
  const runs = await Promise.all([1, 2, 3].map(() => served.start(request())));
  await Promise.all(runs.map((run) => run.dispose()));
  await vi.advanceTimersByTimeAsync(59_000);
  expect(pool.ready).toBe(3);
  const late = await served.start(request());
  await vi.advanceTimersByTimeAsync(120_000);
  expect(pool.ready).toBe(2);
  await late.dispose();
  await vi.advanceTimersByTimeAsync(61_000);
  expect(pool.ready).toBe(0);
  expect(sandboxes.every(({ disposals }) => disposals === 1)).toBe(true);
  const next = await served.start(request());
  await next.dispose();
  expect(pool.ready).toBe(1);
  await pool.close();
});
