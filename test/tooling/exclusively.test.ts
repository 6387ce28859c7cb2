import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exclusively } from '../setup/exclusively.ts';

let folder: string;
let lockFile: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'strategy-lab-lock-'));
  lockFile = join(folder, 'lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const never = new AbortController().signal;

/** A process that holds the lock until it is killed. */
async function startHolder() {
  const module = join(import.meta.dirname, '../setup/exclusively.ts');
  const source = `import { exclusively } from ${JSON.stringify(module)};
    await exclusively(${JSON.stringify(lockFile)}, new AbortController().signal, async () => {
      console.log('held');
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source]);
  await once(child.stdout, 'data');
  return child;
}

test('work under one lock is never done twice at once, whatever process does it', async () => {
  const holder = await startHolder();
  let hasRun = false;
  const waiting = exclusively(lockFile, never, async () => {
    hasRun = true;
  });
  await expect(exclusively(lockFile, AbortSignal.timeout(400), async () => undefined)).rejects.toThrow();
  expect(hasRun).toBe(false);
  holder.kill('SIGKILL');
  await waiting;
  expect(hasRun).toBe(true);
});

test('work that fails frees the lock', async () => {
  await expect(exclusively(lockFile, never, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await exclusively(lockFile, never, async () => 'done')).toBe('done');
});
