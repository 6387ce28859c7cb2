import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runInHost } from './support/inHost.ts';

/*
 * Whether the rig tells the truth: a green test in an extension host is worth nothing where a red one, a
 * crash or a bundle that does not load would be green too.
 */
const extensionFolder = mkdtempSync(join(tmpdir(), 'strategy-lab-rig-'));
const manifest = { name: 'rig', publisher: 'strategy-lab', version: '0.0.1', engines: { vscode: '*' } };
writeFileSync(join(extensionFolder, 'package.json'), JSON.stringify(manifest));
afterAll(() => rmSync(extensionFolder, { recursive: true, force: true }));

const runTests = (name: string) =>
  runInHost({
    tests: [join(import.meta.dirname, 'host/rig', `${name}.ts`)],
    extensionFolder,
    folder: extensionFolder,
  });

test('tests in the host that fail or never end are reported as failed, and the others as passed', async () => {
  const results = await runTests('good');
  expect(results.map(({ name, error }) => [name, error?.split('\n')[0] ?? null])).toEqual([
    ['the whole API is there', null],
    ['an assertion that does not hold', 'Error: one is not two'],
    ['an asynchronous one that never ends', 'Error: The test took longer than 500 ms.'],
    ['the folder is open', null],
  ]);
});

test('a crash of the host fails the test that ran, with the log', async () => {
  const results = await runTests('crash');
  expect(results.map(({ name, error }) => [name, error !== null])).toEqual([
    ['before the crash', false],
    ['the crash', true],
  ]);
  // VS Code itself calls this a good end.
  expect(results[1]?.error).toMatch(/ended[\s\S]*--- .*remoteagent\.log[\s\S]*SIGKILL/);
});

test('tests that do not load are a failure', async () => {
  const [result, ...others] = await runTests('throws');
  expect(others).toEqual([]);
  expect(result?.error).toContain('these tests do not load');
});
