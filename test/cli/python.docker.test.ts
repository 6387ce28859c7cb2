import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, newFolder, writeMarket } from './program.ts';

/*
 * The same strategy in both languages, through the verbs that run it many times: what is found must be the same to
 * the digit.
 */
let folder: Awaited<ReturnType<typeof newFolder>>;
let market: string;
const environment = { STRATEGY_LAB_DOCKER_SOCKET: process.env['STRATEGY_LAB_DOCKER_SOCKET'] ?? '' };
const pairs = join(import.meta.dirname, '../strategies/pairs');

beforeAll(async () => {
  folder = await newFolder();
  market = await writeMarket(folder.path, 2400);
});
afterAll(() => folder.remove());

/** What a verb finds of one strategy in both languages. */
async function inBoth(verb: string, ...args: string[]): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  for (const ending of ['ts', 'py']) {
    const file = join(folder.path, `averageCross.strategy.${ending}`);
    await copyFile(join(pairs, `averageCross.strategy.${ending}`), file);
    // A lab each: the luck of a choice counts what was tried before it.
    const lab = ['--lab', join(folder.path, `${verb}-${ending}`)];
    const answer = await call([verb, file, '--data', market, ...args, ...lab, '--json'], {
      folder: folder.path,
      environment,
    });
    expect(answer.code, answer.stderr).toBe(0);
    found.push(JSON.parse(answer.stdout) as Record<string, unknown>);
  }
  return found;
}

test('a stress test finds the same of a strategy in Python and in TypeScript', async () => {
  const [script, python] = await inBoth('stress', '--scenarios', 'gap', '--paths', '1');
  expect(python?.['stress']).toEqual(script?.['stress']);
  expect(python?.['fragility']).toEqual(script?.['fragility']);
});

test('a walk-forward finds the same of a strategy in Python and in TypeScript', async () => {
  const search = ['--values', 'fast=5,8,12', '--constraint', 'trades>=1'];
  const [script, python] = await inBoth('walk-forward', ...search);
  expect(python?.['folds']).toEqual(script?.['folds']);
  expect(python?.['paths']).toEqual(script?.['paths']);
  expect(python?.['folds']).toHaveLength(2);
});
