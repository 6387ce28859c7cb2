import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';

/*
 * setup.mjs in a checkout of its own, with an npm that only links the running Node and a build that only
 * writes the program below, which tells how it was started.
 */
const npm = `#!${process.execPath}
const { appendFileSync, mkdirSync, rmSync, symlinkSync } = require('node:fs');
appendFileSync('../calls', 'npm ' + process.argv[2] + '\\n');
if (process.argv[2] === 'ci') rmSync('node_modules', { recursive: true, force: true });
else {
  mkdirSync('node_modules/node/bin', { recursive: true });
  symlinkSync(process.execPath, 'node_modules/node/bin/node');
}
console.log('npm talks on stdout');
`;
const build = `
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
const program = join(import.meta.dirname, 'dist/cli.js');
export const isBuilt = () => existsSync(program);
if (process.argv[1] === import.meta.filename) {
  appendFileSync('../calls', 'build\\n');
  mkdirSync('dist', { recursive: true });
  writeFileSync(program, ${JSON.stringify(`
    if (process.argv[2] === 'exit') process.exitCode = Number(process.argv[3]);
    if (process.argv[2] === 'wait') {
      const timer = setTimeout(() => {}, 60000);
      process.on('SIGTERM', () => { clearTimeout(timer); process.exitCode = 7; });
    }
    console.log(JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd() }));`)});
}
`;

let folder: string;
let checkout: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'strategy-lab-setup-'));
  checkout = join(folder, 'checkout');
  mkdirSync(join(folder, 'bin'));
  mkdirSync(checkout);
  cpSync(join(import.meta.dirname, '../../setup.mjs'), join(checkout, 'setup.mjs'));
  writeFileSync(join(folder, 'bin/npm'), npm, { mode: 0o755 });
  writeFileSync(join(checkout, 'build.mjs'), build);
  writeFileSync(join(checkout, 'package.json'), '{"type":"module"}');
  writeFileSync(join(checkout, 'package-lock.json'), '{}');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function start(...args: string[]) {
  const path = [join(folder, 'bin'), dirname(process.execPath), process.env['PATH']].join(delimiter);
  return spawn(process.execPath, [join(checkout, 'setup.mjs'), ...args], {
    cwd: folder,
    env: { PATH: path },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function run(...args: string[]) {
  const child = start(...args);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { stdout, stderr, code: code as number | null };
}

const calls = () => readFileSync(join(folder, 'calls'), 'utf8');
const firstCalls = 'npm ci\nnpm rebuild\nbuild\n';

test('the first start installs and builds, and stdout has the words of the program alone', async () => {
  const { stdout, stderr, code } = await run('lab', 'status', '--json');
  expect(JSON.parse(stdout)).toEqual({ args: ['status', '--json'], cwd: folder });
  expect(stderr).toContain('Installing');
  expect(code).toBe(0);
  expect(calls()).toBe(firstCalls);
});

test('a start that finds everything up to date does nothing and says nothing', async () => {
  await run('lab');
  expect((await run('lab')).stderr).toBe('');
  expect(calls()).toBe(firstCalls);
});

test('a changed package-lock.json is installed', async () => {
  await run('lab');
  writeFileSync(join(checkout, 'package-lock.json'), '{ }');
  await run('lab');
  expect(calls()).toBe(`${firstCalls}npm ci\nnpm rebuild\n`);
});

test('start without arguments runs the default', async () => {
  expect(JSON.parse((await run('start')).stdout).args).toEqual(['run']);
  expect(JSON.parse((await run('start', 'doctor')).stdout).args).toEqual(['doctor']);
});

test('starts at the same time install once', async () => {
  const results = await Promise.all([run('lab', 'a'), run('lab', 'b'), run('lab', 'c')]);
  expect(results.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(calls()).toBe(firstCalls);
});

test('a lock whose owners were killed does not block', async () => {
  const child = start('lab');
  const pid = String(child.pid);
  await once(child, 'exit');
  rmSync(join(checkout, 'dist'), { recursive: true });
  mkdirSync(join(checkout, '.cache'), { recursive: true });
  writeFileSync(join(checkout, '.cache/setup.lock'), pid);
  expect((await run('lab')).code).toBe(0);
  expect(existsSync(join(checkout, '.cache/setup.lock'))).toBe(false);
});

test('exit codes and signals pass through, also from the Node of the first start to the installed one', async () => {
  for (const nodes of ['two', 'one']) {
    const child = start('lab', 'wait');
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect(await ended, `${nodes} Node`).toEqual([7, null]);
    expect((await run('lab', 'exit', '3')).code).toBe(3);
  }
});

test('a failed build ends with its remedy and without the program', async () => {
  writeFileSync(join(checkout, 'build.mjs'), 'export const isBuilt = () => false; process.exitCode = 1;');
  const { stdout, stderr, code } = await run('lab');
  expect({ stdout, code }).toEqual({ stdout: '', code: 1 });
  expect(stderr).toContain('The build failed, see above. Mend the sources');
});
