import { spawnSync } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { call as callProgram, newFolder } from '../cli/program.ts';
import { type Served, serve } from './support/served.ts';
import { crossing, idea } from './support/server.ts';

let folder: Awaited<ReturnType<typeof newFolder>>;
const running: Served[] = [];
beforeEach(async () => {
  folder = await newFolder();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((served) => served.end('SIGKILL')));
  await folder.remove();
});

async function open(...args: string[]): Promise<Served> {
  const served = await serve(folder.path, args);
  running.push(served);
  return served;
}

interface Told {
  readonly task_id: string;
  readonly state: string;
}

const start = async (served: Served, body: unknown): Promise<string> => {
  const reply = await served.call('POST', '/v1/run_task', body);
  expect(reply.status, JSON.stringify(reply.body)).toBe(202);
  return (reply.body as Told).task_id;
};
const states = async (served: Served): Promise<Record<string, string>> => {
  const { body } = await served.call('GET', '/v2/tasks');
  return Object.fromEntries((body as { tasks: Told[] }).tasks.map(({ task_id, state }) => [task_id, state]));
};

test('its first line names the address and the token, it listens to this machine alone, and ends cleanly', async () => {
  const served = await open('--tenant', 'ann');
  expect(served.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(served.pid).toBe(served.child.pid);
  expect(served.tokenFiles).toEqual({
    local: served.tokenFile,
    ann: join(folder.path, '.strategy-lab/api/ann.token'),
  });
  expect((await stat(served.tokenFile)).mode & 0o777).toBe(0o600);
  const socket = new URL(served.url);
  const again = await callProgram(['serve', '--port', socket.port, '--json'], { folder: folder.path });
  expect(again.code).toBe(1);
  expect(JSON.parse(again.stdout)).toMatchObject({
    error: { reason: 'conflict', message: `Port ${socket.port} of 127.0.0.1 is in use.` },
  });
  expect(await served.end('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(served.printed().trim().split('\n')).toHaveLength(1);
});

test('one keyed request that reaches two programs at once starts one task', async () => {
  const both = [await open('--workers', '1'), await open('--workers', '1')];
  const rounds = 12;
  await both[0]?.call('POST', '/v1/control', { action: 'pause' });
  for (let round = 0; round < rounds; round += 1) {
    const send = (served: Served) =>
      served.call(
        'POST',
        '/v1/run_task',
        { tool: 'reasoning', prompt: idea },
        { 'Idempotency-Key': `key-${round}` },
      );
    const replies = await Promise.all([...both, ...both].map(send));
    const started = replies.filter(({ status }) => status === 202);
    expect(started.length).toBeGreaterThan(0);
    expect(new Set(started.map(({ body }) => (body as Told).task_id)).size).toBe(1);
    for (const { status, body } of replies.filter((reply) => reply.status !== 202)) {
      expect({ status, body }).toMatchObject({ status: 409, body: { reason: 'conflict' } });
    }
  }
  const [first] = both;
  expect(Object.keys(await states(first as Served))).toHaveLength(rounds);
});

test('people are told in a sentence', async () => {
  const answer = await callProgram(['serve'], { folder: folder.path, killAfter: 3000 });
  expect(answer.stdout).toMatch(
    /^Serving .*\.strategy-lab at http:\/\/127\.0\.0\.1:\d+; the token is in .*local\.token\.\n$/,
  );
});

test('a program that is killed at work leaves its tasks to the next one, which goes on with them by itself', async () => {
  const first = await open('--workers', '1');
  const working = await start(first, { tool: 'optimise', context: { strategy: { source: crossing } } });
  const waiting = await start(first, { tool: 'reasoning', prompt: idea });
  expect(await states(first)).toMatchObject({ [working]: 'running', [waiting]: 'queued' });
  await first.end('SIGKILL');

  const second = await open();
  expect(second.tokenFile).toBe(first.tokenFile);
  await expect
    .poll(() => states(second), { timeout: 60_000 })
    .toEqual({ [working]: 'waiting-for-review', [waiting]: 'waiting-for-reason' });
});

test('a program that is asked to stop leaves what is at work to be resumed, by the command line too', async () => {
  const served = await open();
  const task = await start(served, { tool: 'optimise', context: { strategy: { source: crossing } } });
  expect(await served.end('SIGINT')).toEqual({ code: 0, signal: null });
  const status = await callProgram(['status', '--json'], { folder: folder.path });
  const { runs } = JSON.parse(status.stdout) as { runs: { id: string; state: string }[] };
  expect(runs).toMatchObject([
    { id: task, state: expect.stringMatching(/^(interrupted|waiting-for-review)$/) },
  ]);
  const resumed = await callProgram(['resume', task, '--json'], { folder: folder.path });
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(JSON.parse(resumed.stdout)).toMatchObject({ state: 'waiting-for-review' });
});

test('every command of the README for programs works as it is written', async () => {
  const readme = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8');
  const [, section = ''] = /\n## From other programs\n([\s\S]*?)\n## /.exec(readme) ?? [];
  const commands = [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text = '']) => text);
  expect(commands.length).toBeGreaterThan(2);
  const served = await open();
  const script = commands.join('\n').replaceAll(/^npm run .*$/gm, '');
  const { stdout, stderr, status } = spawnSync('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: folder.path,
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, LAB: served.url, PATH: `${join(process.execPath, '..')}:${process.env['PATH']}` },
  });
  expect(status, stderr).toBe(0);
  expect(stdout).toContain('"queue_depth"');
  expect(stdout).toContain('"verdict":"pass"');
  expect(stdout).toContain('event: saga.started');
  expect(stdout).not.toContain('problem:');
});
