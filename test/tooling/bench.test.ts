import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };

const folder = mkdtempSync(join(tmpdir(), 'strategy-lab-bench-'));
const groupFile = (name: string, value: number) => `
  import { realmHash } from 'virtual:realm';
  export const group = {
    name: '${name}',
    run: async () => [
      { name: realmHash.length + __LAB_VERSION__, value: ${value}, unit: 'bars/s', reference: 2, ratio: ${value} / 2 },
    ],
  };`;
writeFileSync(join(folder, 'one.bench.ts'), groupFile('one', 1));
writeFileSync(join(folder, 'two.bench.ts'), groupFile('two', 3e6));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function bench(...args: string[]) {
  const program = join(import.meta.dirname, '../bench/run.ts');
  return spawnSync(process.execPath, [program, '--folder', folder, ...args], { encoding: 'utf8' });
}

test('--json prints exactly one document with the results of every group', () => {
  const { stdout, status } = bench('--json');
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    results: [
      { name: `64${manifest.version}`, value: 1, unit: 'bars/s', reference: 2, ratio: 0.5 },
      { name: `64${manifest.version}`, value: 3e6, unit: 'bars/s', reference: 2, ratio: 1.5e6 },
    ],
  });
});

test('a group by its name runs alone, and people get a table', () => {
  const { stdout } = bench('two');
  expect(stdout).toMatch(/^two\n.*3\.00M bars\/s {2}reference 2\.00 {2}ratio 1500000\.00\n$/);
});

test('an unknown group is refused by name, with the ones there are', () => {
  const { stdout, stderr, status } = bench('--json', 'three');
  expect({ stdout, status }).toEqual({ stdout: '', status: 1 });
  expect(stderr).toBe('No benchmark three; there are: one, two.\n');
});
