import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { LabError } from '../../extension/contracts/errors.ts';
import { untriedLimits } from '../../extension/contracts/isolation.ts';
import type { AuditedBackend } from '../../sandbox/audit/abuse.ts';
import { auditSandboxes, type BackendAudit } from '../../sandbox/audit/audit.ts';
import type { ExitFacts, KillReason, SandboxBackend, SandboxProcess } from '../../sandbox/sandbox.ts';
import { engineHashes, quickjsBackend } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'strategy-lab-audit-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function audit(...backends: AuditedBackend[]): Promise<BackendAudit[]> {
  const signal = new AbortController().signal;
  return auditSandboxes({ backends, engineHashes: engineHashes(), signal, onFinding: () => undefined });
}

/** The backend with sandboxes that end before a strategy begins: what an audit tells needs none of its attempts. */
function endingAtOnce(inner: SandboxBackend): SandboxBackend {
  const exit = Promise.resolve({ code: 1, memoryExceeded: false, killedBy: null });
  const done = (): Promise<void> => Promise.resolve();
  return {
    name: inner.name,
    level: inner.level,
    probe: (signal) => inner.probe(signal),
    prepare: done,
    start: async () => ({ exit, kill: done, write: done, dispose: done }),
  };
}

/** A backend that gives what takes it over a process of this machine, with nothing of its own. */
function openBackend(inner: SandboxBackend): AuditedBackend {
  return {
    name: 'open',
    level: 'preview',
    probe: async (signal) => ({ ...(await inner.probe(signal)), name: 'open' }),
    prepare: (signal) => inner.prepare(signal),
    start: (options) => inner.start(options),
    async startTakenOver([, ...words], { onOutput }): Promise<SandboxProcess> {
      // What would harm the machine that runs this test is not run, and writes into a folder of the test.
      const isBomb = !words.at(-1)?.includes('/proc/self/status');
      const written = /'(?:\/tmp|\/proc\/sys\/kernel)?\/(audit|program|fill|hostname)'/g;
      const tame = words.map((word) => word.replaceAll(written, `'${folder}/$1'`));
      const child = spawn(process.execPath, isBomb ? ['-e', 'process.exit(42)'] : tame, {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      child.stdout.on('data', onOutput);
      let killedBy: KillReason | null = null;
      const exit = new Promise<ExitFacts>((resolve) => {
        child.on('close', (code) => resolve({ code, memoryExceeded: false, killedBy }));
      });
      const kill = async (reason: KillReason): Promise<void> => {
        killedBy ??= reason;
        child.kill('SIGKILL');
      };
      return { exit, kill, write: () => Promise.resolve(), dispose: () => kill('finished') };
    },
  };
}

it.concurrent('an audit goes on where Python cannot be made ready, and says why', async () => {
  const inner = endingAtOnce(quickjsBackend());
  const [found] = await audit({
    name: 'no-image',
    level: 'preview',
    languages: ['javascript', 'python'],
    probe: async (signal) => ({ ...(await inner.probe(signal)), name: 'no-image' }),
    prepare: async (_, language) => {
      if (language === 'python') throw new LabError('sandbox.unavailable', 'No image could be made.');
    },
    start: (options) => inner.start(options),
  });
  expect(found).toMatchObject({ problem: null, pythonProblem: 'No image could be made.' });
  expect(found?.findings.length).toBeGreaterThan(15);
});

it.concurrent('an audit goes on where one sandbox cannot be started, and tells what it could not try', async () => {
  const inner = openBackend(endingAtOnce(quickjsBackend()));
  let starts = 0;
  const everyThird = <Options, Started>(start: (options: Options) => Promise<Started>) => {
    return (options: Options): Promise<Started> => {
      if (++starts % 3 === 0) throw new LabError('sandbox.unavailable', 'It took too long.');
      return start(options);
    };
  };
  const [found] = await audit({
    ...inner,
    start: everyThird((options) => inner.start(options)),
    startTakenOver: (command, options) =>
      everyThird((given: typeof options) =>
        (inner as Required<AuditedBackend>).startTakenOver(command, given),
      )(options),
  });
  const untried = found?.findings.filter(({ seen }) => seen === 'It took too long.') ?? [];
  expect(untried.length).toBeGreaterThan(5);
  expect(new Set(untried.map(({ verdict }) => verdict))).toEqual(new Set(['unknown']));
  expect(found?.findings.length).toBeGreaterThan(2 * untried.length);
});

it.concurrent('an audit says what a sandbox does not hold', async () => {
  const [found] = await audit(openBackend(endingAtOnce(quickjsBackend())));
  const failed = found?.findings.filter(({ verdict }) => verdict === 'failed').map(({ id }) => id);
  expect(failed).toEqual(expect.arrayContaining(['environment', 'shell', 'memory', 'inodes', 'stubborn']));
  expect(readdirSync(folder).toSorted()).toEqual(['audit', 'fill', 'hostname', 'program']);
});

it.concurrent('an audit names a backend that is not there with its reason, and goes on', async () => {
  const missing: AuditedBackend = {
    ...openBackend(quickjsBackend()),
    name: 'missing',
    probe: () =>
      Promise.resolve({
        name: 'missing',
        level: 'preview',
        state: 'unavailable',
        problem: 'It is not there.',
        action: null,
        note: null,
        limits: untriedLimits,
      }),
  };
  expect(await audit(missing)).toEqual([
    {
      backend: 'missing',
      level: 'preview',
      problem: 'It is not there.',
      pythonProblem: 'It is not there.',
      findings: [],
    },
  ]);
});
