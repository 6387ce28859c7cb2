import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DockerClient } from '../../../sandbox/dockerApi.ts';
import { findTrace, mostTraceBytes } from '../../../sandbox/forensics/readTrace.ts';
import { findTraceRuntime, traceArguments, tracedFolder } from '../../../sandbox/forensics/traceRuntime.ts';
import { failureOf, withFolder } from '../support.ts';

function daemon(runtimes: object): DockerClient {
  return { info: async () => ({ Runtimes: runtimes }) } as unknown as DockerClient;
}

const { signal } = new AbortController();
const container = 'c0ffee'.padEnd(64, '0');
const other = 'decade'.padEnd(64, '0');

function bootLog(id: string, more = ''): string {
  return `I1126 03:55:06.8 1 main.go:216] ****\nI1126 03:55:06.8 1 main.go:217] Args: [runsc-sandbox boot --spec-fd=10 ${id}]\n${more}`;
}

describe('the runtime that traces', () => {
  it.each([
    [traceArguments('/var/log/runsc/'), '/var/log/runsc/'],
    [['-strace', '-debug=true', '--debug-log', '/logs/'], '/logs/'],
    [['--strace --debug', '--debug-log=/logs/'], '/logs/'],
    [['--strace', '--debug=false', '--debug-log=/logs/'], null],
    [['--strace=false', '--debug', '--debug-log=/logs/'], null],
    [['--strace', '--debug', '--debug-log=/logs/one-file'], null],
    [['--strace', '--debug', '--debug-log=logs/'], null],
    [undefined, null],
  ])('is known by its arguments: %j', (given, folder) => {
    expect(tracedFolder(given)).toBe(folder);
  });

  it('is the first whose folder can be read, whatever its name', async () => {
    await withFolder(async (folder) => {
      const docker = daemon({
        runc: { path: 'runc' },
        liar: { path: '/usr/bin/runc', runtimeArgs: traceArguments(`${folder}/`) },
        away: { path: '/usr/bin/runsc', runtimeArgs: traceArguments('/nowhere/at/all/') },
        mine: { path: '/opt/runsc-2026', runtimeArgs: traceArguments(`${folder}/`) },
      });
      expect(await findTraceRuntime(docker, signal)).toEqual({ name: 'mine', folder: `${folder}/` });
    });
  });

  it('is asked for by the very lines that the daemon lacks, with the runsc that is there', async () => {
    const failure = await failureOf(
      findTraceRuntime(daemon({ runsc: { path: '/opt/gvisor/runsc', runtimeArgs: [] } }), signal),
    );
    expect(failure.reason).toBe('sandbox.unavailable');
    const action = failure.action ?? '';
    const { runtimes } = JSON.parse(action.slice(action.indexOf('{')));
    const [[, wanted]] = Object.entries(runtimes) as [[string, { path: string; runtimeArgs: string[] }]];
    expect(wanted.path).toBe('/opt/gvisor/runsc');
    const folder = tracedFolder(wanted.runtimeArgs);
    expect(folder).not.toBeNull();
    expect(action).toContain(`Make the folder ${folder}`);
  });

  it('is refused where its folder cannot be read here', async () => {
    const runtimes = { trace: { path: 'runsc', runtimeArgs: traceArguments('/nowhere/at/all/') } };
    expect((await failureOf(findTraceRuntime(daemon(runtimes), signal))).message).toContain(
      '/nowhere/at/all/',
    );
  });
});

describe('the trace of a container', () => {
  it('is found by what its program was started for, not by what others wrote of it', async () => {
    await withFolder(async (folder) => {
      const runtime = { name: 'trace', folder: `${folder}/` };
      const claim = bootLog(container).replaceAll('main.go', 'strace.go');
      await writeFile(join(folder, 'runsc.log.1.boot.txt'), bootLog(container, 'mine\n'));
      await writeFile(join(folder, 'runsc.log.2.boot.txt'), bootLog(other, claim));
      await writeFile(join(folder, 'runsc.log.3.create.txt'), bootLog(container));
      await mkdir(join(folder, 'runsc.log.4.boot.txt'));
      const lines: string[] = [];
      const isCut = await (await findTrace(runtime, container)).read((line) => lines.push(line));
      expect(lines.at(-1)).toBe('mine');
      expect(isCut).toBe(false);
      await expect(findTrace(runtime, 'f'.repeat(64))).rejects.toMatchObject({ reason: 'not-found' });
      await expect(findTrace(runtime, '../../etc')).rejects.toMatchObject({ reason: 'not-found' });
    });
  });

  it('is read in bounded lines and to a bounded end', async () => {
    await withFolder(async (folder) => {
      const huge = bootLog(
        container,
        `${'x'.repeat(1_000_000)}\nshort\n${`${'y'.repeat(1023)}\n`.repeat(mostTraceBytes / 1024)}`,
      );
      await writeFile(join(folder, 'boot'), huge);
      let longest = 0;
      let hasShort = false;
      const trace = await findTrace({ name: 'trace', folder: `${folder}/` }, container);
      const isCut = await trace.read((line) => {
        longest = Math.max(longest, line.length);
        hasShort ||= line === 'short';
      });
      expect(longest).toBe(16_384);
      expect(hasShort).toBe(true);
      expect(isCut).toBe(true);
      expect(await trace.size()).toBe(huge.length);
    });
  });
});
