import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, newFolder, writeMarket } from './program.ts';

const root = join(import.meta.dirname, '../..');
let folder: Awaited<ReturnType<typeof newFolder>>;
let readme: string;
beforeAll(async () => {
  folder = await newFolder();
  readme = await readFile(join(root, 'README.md'), 'utf8');
});
afterAll(() => folder.remove());

test("the README's strategy passes Guardian and trades", async () => {
  const [, source = ''] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  const path = join(folder.path, 'my.strategy.ts');
  await writeFile(path, source);
  const judged = await call(['guard', path, '--json'], { folder: folder.path });
  expect(JSON.parse(judged.stdout)).toEqual({ findings: [] });
  const data = await writeMarket(folder.path);
  const run = await call(['backtest', path, '--data', data, '--param', 'fast=12', '--json'], {
    folder: folder.path,
  });
  expect(run.code, run.stderr).toBe(0);
  expect((JSON.parse(run.stdout) as { trades: unknown[] }).trades.length).toBeGreaterThan(3);
});

test('every verb of the README is one of the program', async () => {
  const verbs = new Set([...readme.matchAll(/^npm run -s lab -- ([a-z-]+)/gm)].map((match) => match[1]));
  const { stdout } = await call(['--help'], { folder: folder.path });
  expect(verbs.size).toBeGreaterThan(7);
  for (const verb of verbs) expect(stdout).toMatch(new RegExp(`^ {2}${verb} `, 'm'));
});

test('every file that the README links to is there', async () => {
  const links = [...readme.matchAll(/\]\(([^)#][^)]*)\)/g)].map((match) => match[1] ?? '');
  for (const link of links) await expect(readFile(join(root, link)), link).resolves.toBeDefined();
});
