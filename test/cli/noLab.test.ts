import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, newFolder, writeMarket } from './program.ts';

let folder: Awaited<ReturnType<typeof newFolder>>;
beforeAll(async () => {
  folder = await newFolder();
  await writeMarket(folder.path, 60);
});
afterAll(() => folder.remove());

test.each([
  ...[
    'status --slo',
    'show RUN',
    'orders RUN',
    'replay RUN',
    'verify RUN',
    'gate RUN',
    'resume',
    'resume RUN',
  ],
  ...['approve RUN', 'reject RUN', 'fix RUN --idea other', 'rollback RUN --to code', 'cancel RUN'],
  ...['priority RUN 3', 'sandbox forensics RUN'],
  ...['data sessions 12345678 --every day', 'data resample 12345678 --timeframe 4h'],
])('%s in a lab that is none says so, and makes none', async (line) => {
  const lab = join(folder.path, 'mistyped');
  const answer = await call([...line.split(' '), '--lab', lab, '--json'], { folder: folder.path });
  expect(answer.code).toBe(1);
  expect(JSON.parse(answer.stdout).error).toMatchObject({
    reason: 'not-found',
    message: `There is no lab at ${lab}.`,
    action: expect.stringContaining('--lab'),
  });
  expect(existsSync(lab)).toBe(false);
});

test.each([
  ['status', { runs: [] }],
  ['data list', { sets: [] }],
  ['doctor', { healthy: true }],
  ['sandbox audit', { failed: 0 }],
])('%s tells what there is without a lab, and makes none', async (line, document) => {
  const lab = join(folder.path, 'none-yet');
  const answer = await call([...line.split(' '), '--lab', lab, '--json'], { folder: folder.path });
  expect(JSON.parse(answer.stdout)).toMatchObject(document);
  expect(existsSync(lab)).toBe(false);
});

test('a folder that is no lab is left as it is by who only looks', async () => {
  const before = await readdir(folder.path);
  for (const line of ['status', 'status --slo', 'show RUN', 'doctor']) {
    await call([...line.split(' '), '--lab', folder.path, '--json'], { folder: folder.path });
  }
  expect(await readdir(folder.path)).toEqual(before);
});
