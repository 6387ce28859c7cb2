import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeRunFolder } from '../setup/runFolder.ts';

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'strategy-lab-run-'));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

test('a run has an empty folder of its own, and takes it away with all that is in it', () => {
  const folder = makeRunFolder(parent);
  mkdirSync(join(folder.path, 'left/behind'), { recursive: true });
  expect(readdirSync(parent)).toHaveLength(1);
  folder.remove();
  expect(readdirSync(parent)).toEqual([]);
});

test('a run removes what a killed one has left, and nothing that is at work or of others', async () => {
  const child = spawn(process.execPath, ['--eval', '']);
  await once(child, 'exit');
  const [dead, alive] = [join(parent, `lab-test-${child.pid}`), join(parent, `lab-test-${process.ppid}`)];
  const others = ['lab-test-', 'lab-test-x', 'lab-testing', 'else'].map((name) => join(parent, name));
  for (const path of [dead, alive, ...others]) {
    mkdirSync(path);
    writeFileSync(join(path, 'file'), '');
  }
  makeRunFolder(parent).remove();
  expect(existsSync(dead)).toBe(false);
  expect([alive, ...others].filter((path) => !existsSync(join(path, 'file')))).toEqual([]);
});
