import { expect, test } from 'vitest';
import { runProgram } from '../setup/program.ts';

const signal = new AbortController().signal;
const options = { cwd: import.meta.dirname, signal };

function run(script: string, output: (line: string) => void = () => undefined): Promise<boolean> {
  return runProgram(process.execPath, ['--eval', script], { ...options, output });
}

test('all lines of both outputs of a program are passed on, the last one too, and how it ended', async () => {
  const lines: string[] = [];
  const script = `
    for (let line = 0; line < 5000; line++) console.log('line ' + line);
    console.error('an error');
    process.stdout.write('no end');
  `;
  expect(await run(script, (line) => lines.push(line))).toBe(true);
  expect(lines).toHaveLength(5002);
  expect(lines).toContain('an error');
  expect(lines.filter((line) => line.startsWith('line '))).toEqual(
    Array.from({ length: 5000 }, (_, line) => `line ${line}`),
  );
  expect(lines).toContain('no end');
  expect(await run('process.exitCode = 3')).toBe(false);
  expect(await run("process.kill(process.pid, 'SIGKILL')")).toBe(false);
});

test('a program that has ended is not waited for by what it has left running', async () => {
  const script = `
    const { spawn } = require('node:child_process');
    const child = spawn(process.execPath, ['--eval', 'setTimeout(() => {}, 60000)'], { stdio: 'inherit', detached: true });
    console.log(child.pid);
    child.unref();
  `;
  let pid = 0;
  try {
    const hasPassed = await run(script, (line) => {
      pid = Number(line);
    });
    expect(hasPassed).toBe(true);
    expect(process.kill(pid, 0)).toBe(true);
  } finally {
    if (pid > 0) process.kill(pid, 'SIGKILL');
  }
});
