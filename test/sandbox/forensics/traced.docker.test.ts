import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { nodePath } from '../../../sandbox/containerOptions.ts';
import { DockerBackend } from '../../../sandbox/dockerBackend.ts';
import { FindingsReader } from '../../../sandbox/forensics/findings.ts';
import { findTrace } from '../../../sandbox/forensics/readTrace.ts';
import { type TracedSandbox, tracedSandbox } from '../../../sandbox/forensics/tracedSandbox.ts';
import { findTraceRuntime } from '../../../sandbox/forensics/traceRuntime.ts';
import { ProbeCache } from '../../../sandbox/probeCache.ts';
import { defaultLimits } from '../../../sandbox/sandbox.ts';
import { runInSandbox } from '../../../sandbox/session.ts';
import {
  cacheFolder,
  containersOf,
  crossStrategy,
  engineHashes,
  marketsOf,
  newOwner,
  randomWalk,
  reasonOf,
  runRequest,
  strategyOf,
  testDocker,
  testImage,
  testPythonImage,
} from '../support.ts';

const docker = testDocker();
const owner = newOwner();
const { signal } = new AbortController();
const options = {
  docker,
  image: testImage(docker),
  pythonImage: testPythonImage(docker),
  owner,
  newId: randomUUID,
  cache: new ProbeCache(cacheFolder),
};

const traced = (): Promise<TracedSandbox> => tracedSandbox(options, signal);

/** What a process that owns the sandbox is seen to do. */
async function findingsOfScript(script: string) {
  const runtime = await findTraceRuntime(docker, signal);
  const ids: string[] = [];
  const backend = new DockerBackend({ ...options, runtime: runtime.name, onCreated: (id) => ids.push(id) });
  const sandbox = await backend.startTakenOver([nodePath, '-e', script], {
    limits: defaultLimits,
    label: 'trace',
    onOutput: () => undefined,
    signal,
  });
  await sandbox.exit;
  await sandbox.dispose();
  const reader = new FindingsReader('javascript');
  await (await findTrace(runtime, ids[0] as string)).read((line) => reader.take(line));
  return new Map(reader.finish().findings.map((finding) => [finding.kind, finding]));
}

afterAll(async () => {
  expect(await containersOf(docker, owner)).toEqual([]);
});

describe('an honest strategy leaves no finding', () => {
  it('in TypeScript', async () => {
    const sandbox = await traced();
    const markets = marketsOf(randomWalk(20_000));
    const run = await runInSandbox(runRequest(sandbox.backend, crossStrategy, { markets }));
    expect(run.sets[0]?.fills).toBeGreaterThan(10);
    const { calls, isCut, findings } = await sandbox.findings('javascript');
    expect(findings).toEqual([]);
    expect(isCut).toBe(false);
    expect(calls).toBeGreaterThan(20);
  });

  it('in Python, with numpy and pandas', async () => {
    const sandbox = await traced();
    const source = `import numpy as np
import pandas as pd
from strategy_lab import Strategy

class Cross(Strategy):
    name = 'Cross'

    def signals(self, frame, params):
        fast = frame['close'].rolling(5).mean()
        slow = frame['close'].rolling(20).mean()
        return np.where(fast > slow, 1.0, 0.0)
`;
    const language = { language: 'python', engineHash: engineHashes().python } as const;
    const run = await runInSandbox(runRequest(sandbox.backend, source, language));
    expect(run.sets[0]?.fills).toBeGreaterThan(5);
    expect((await sandbox.findings('python')).findings).toEqual([]);
  });

  it('that fails: by an error, by its memory, by its time', async () => {
    const sandbox = await traced();
    const small = { ...defaultLimits, memoryBytes: 128 * 1_048_576, answerMilliseconds: 8000 };
    const run = (next: string) =>
      reasonOf(runInSandbox(runRequest(sandbox.backend, strategyOf(next), { limits: small })));
    expect(await run("throw new Error('lost');")).toBe('strategy.threw');
    expect(['sandbox.memory', 'sandbox.timeout']).toContain(
      await run('for (;;) kept.push({ bar: bar.index, text: [1, 2, 3, 4] });'),
    );
    expect(await run('for (;;);')).toBe('sandbox.timeout');
    expect((await sandbox.findings('javascript')).findings).toEqual([]);
  });
});

it('a strategy that tries and fails inside its realm makes no suspicious call', async () => {
  const sandbox = await traced();
  const attempts = [
    "(globalThis as any).process.binding('spawn_sync');",
    "(globalThis as any).require('node:child_process').execSync('id');",
    "({} as any).constructor.constructor('return process')().kill(1);",
    "(kept as any).constructor.constructor('return fetch')()('http://10.0.0.1');",
  ];
  for (const attempt of attempts) {
    expect(await reasonOf(runInSandbox(runRequest(sandbox.backend, strategyOf(attempt))))).toBe(
      'strategy.threw',
    );
  }
  expect((await sandbox.findings('javascript')).findings).toEqual([]);
});

it('a process that took its sandbox over is seen in all that it tries', async () => {
  const found = await findingsOfScript(`
const fs = require('node:fs');
const attempt = (work) => { try { work(); } catch {} };
attempt(() => require('node:child_process').spawnSync('/bin/sh', ['-c', 'id \\u001b[31m']));
attempt(() => fs.readFileSync('/etc/shadow'));
attempt(() => fs.existsSync('/var/run/docker.sock'));
attempt(() => fs.writeFileSync('/tmp/program', 'x', { mode: 0o755 }));
attempt(() => fs.symlinkSync('/etc/shadow', '/tmp/link'));
attempt(() => process.kill(1, 'SIGWINCH'));
attempt(() => require('node:inspector').open(9229));
const socket = require('node:net').connect({ host: '93.184.216.34', port: 80 });
socket.on('error', () => process.exit(0));`);
  expect([...found.keys()].sort()).toEqual(
    ['file-read', 'file-write', 'network', 'process', 'program', 'signal'].sort(),
  );
  expect(found.get('program')?.examples[0]).toContain('"/bin/sh", "-c", "id');
  expect(found.get('program')?.refused).toBeGreaterThan(0);
  const reads = found.get('file-read')?.examples.join('\n');
  expect(reads).toContain('/etc/shadow');
  expect(reads).toContain('/var/run/docker.sock');
  expect(found.get('network')?.examples.join('\n')).toMatch(/connect\(.*93\.184\.216\.34, Port: 80/);
  expect(found.get('file-write')?.examples.join('\n')).toContain('/tmp/program');
});
