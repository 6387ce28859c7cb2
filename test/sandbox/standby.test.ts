import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  defaultLimits,
  type ExitFacts,
  type SandboxBackend,
  type StartOptions,
} from '../../sandbox/sandbox.ts';
import { Standby } from '../../sandbox/standby.ts';

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

const ended: ExitFacts = { code: 0, memoryExceeded: false, killedBy: null };

test('a sandbox that stands by serves one run, and what no run took is removed', async () => {
  const { backend, sandboxes } = fakeBackend();
  const standby = new Standby(defaultLimits, 'run');
  standby.start(backend, 2);
  expect(sandboxes).toHaveLength(2);
  const received: Uint8Array[] = [];
  await standby.over(backend).start(request(received));
  expect(sandboxes).toHaveLength(2);
  sandboxes[0]?.options.onOutput(Uint8Array.of(7));
  expect(received).toEqual([Uint8Array.of(7)]);
  await standby.close();
  expect(sandboxes.map(({ disposals }) => disposals)).toEqual([0, 1]);
  await standby.over(backend).start(request());
  expect(sandboxes).toHaveLength(3);
});

test('a sandbox that ended or spoke before it was asked serves no run', async () => {
  const { backend, sandboxes } = fakeBackend();
  const standby = new Standby(defaultLimits, 'run');
  standby.start(backend, 2);
  sandboxes[0]?.end(ended);
  sandboxes[1]?.options.onOutput(Uint8Array.of(1));
  await setImmediate();
  const received: Uint8Array[] = [];
  await standby.over(backend).start(request(received));
  await standby.over(backend).start(request(received));
  expect(sandboxes).toHaveLength(4);
  expect(sandboxes.slice(0, 2).map(({ disposals }) => disposals)).toEqual([1, 1]);
  expect(received).toEqual([]);
});

test('a run starts its own sandbox where the one ahead of it did not start', async () => {
  const { backend, sandboxes } = fakeBackend(new Set([0]));
  const standby = new Standby(defaultLimits, 'run');
  standby.start(backend, 1);
  await standby.over(backend).start(request());
  expect(sandboxes).toHaveLength(2);
  await standby.close();
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
  const standby = new Standby(defaultLimits, 'run');
  standby.start(never, 1);
  const stop = new AbortController();
  const starting = standby.over(never).start({ ...request(), signal: stop.signal });
  stop.abort();
  await expect(starting).rejects.toThrow('stopped');
  expect(sandboxes).toHaveLength(0);
});
