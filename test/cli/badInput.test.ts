import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, call, crossing, newFolder, writeMarket, writeStrategy } from './program.ts';

let folder: Awaited<ReturnType<typeof newFolder>>;
let market: string;
let strategy: string;
beforeAll(async () => {
  folder = await newFolder();
  market = await writeMarket(folder.path);
  strategy = await writeStrategy(folder.path, 'good', crossing);
});
afterAll(() => folder.remove());

/** One sentence with its place and one with the remedy, and no stack of the program. */
function expectClearFailure(answer: Answer, reason: string, words: RegExp): void {
  expect(answer.code, answer.stdout).toBe(1);
  const { error } = JSON.parse(answer.stdout) as {
    error: { reason: string; message: string; action: string };
  };
  expect(error.reason).toBe(reason);
  expect(error.message).toMatch(words);
  expect(error.action).toMatch(/\w+/);
  expect(answer.stderr).toContain(error.message);
  expect(answer.stderr).not.toMatch(/^\s+at /m);
}

const header = 'time,open,high,low,close,volume';
const badFiles: readonly [name: string, content: string | Uint8Array, reason: string, words: RegExp][] = [
  ['empty', '', 'data.empty', /empty/],
  ['header-only', `${header}\n`, 'data.empty', /./],
  ['binary', new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1, 2]), 'data.format', /binary/],
  ['one-column', 'close\n1\n2\n3\n', 'data.format', /./],
  [
    'future',
    `${header}\n2101-01-01T00:00:00Z,1,1,1,1,1\n2101-01-01T01:00:00Z,1,1,1,1,1\n`,
    'data.time',
    /line 2/,
  ],
  [
    'nan',
    `${header}\n2021-01-01T00:00:00Z,1,1,1,1,1\n2021-01-01T01:00:00Z,1,NaN,1,1,1\n`,
    'data.value',
    /line 3/,
  ],
  [
    'negative',
    `${header}\n2021-01-01T00:00:00Z,1,1,1,1,1\n2021-01-01T01:00:00Z,1,1,-1,1,1\n`,
    'data.value',
    /line 3/,
  ],
];

describe('a bad data file gets one clear sentence with place and remedy', () => {
  test.each(badFiles)('%s', async (name, content, reason, words) => {
    const path = join(folder.path, `${name}.csv`);
    await writeFile(path, content);
    const lab = join(folder.path, `lab-${name}`);
    const answer = await call(['run', '--data', path, '--json', '--lab', lab], { folder: folder.path });
    expectClearFailure(answer, reason, words);
    const stored = existsSync(join(lab, 'data')) ? await readdir(join(lab, 'data')) : [];
    expect(stored, 'nothing of the refused file is kept').toEqual([]);
  });

  test('missing', async () => {
    const answer = await call(['data', 'check', 'missing.csv', '--json'], { folder: folder.path });
    expectClearFailure(answer, 'data.missing', /missing\.csv/);
  });
});

describe('a bad strategy gets one clear sentence with place and remedy', () => {
  const backtest = (path: string, ...more: string[]): Promise<Answer> =>
    call(['backtest', path, '--data', market, '--json', ...more], { folder: folder.path });

  test('a strategy that throws in setup', async () => {
    const path = await writeStrategy(folder.path, 'throws-setup', crossing, "throw new Error('no luck');");
    expectClearFailure(await backtest(path), 'strategy.threw', /no luck/);
  });

  test('a strategy that throws on one bar names the bar', async () => {
    const path = await writeStrategy(
      folder.path,
      'throws-late',
      "if (bar.index === 500) throw new Error('bad bar');",
    );
    const answer = await backtest(path);
    expectClearFailure(answer, 'strategy.threw', /bad bar/);
    const { error } = JSON.parse(answer.stdout) as { error: { place: { bar: number; line: number } } };
    expect(error.place.bar).toBe(500);
    expect(error.place.line).toBe(11);
  });

  test('a strategy that does not parse names line and column', async () => {
    const path = join(folder.path, 'broken.strategy.ts');
    await writeFile(
      path,
      "import { defineStrategy } from 'strategy-lab';\nexport default defineStrategy({ name: \n",
    );
    const answer = await backtest(path);
    expect(answer.code).toBe(1);
    const { error } = JSON.parse(answer.stdout) as { error: { place: { line: number } } };
    expect(error.place.line).toBeGreaterThanOrEqual(2);
  });

  test('a strategy that looks at other orders than a market takes names the order', async () => {
    const path = await writeStrategy(folder.path, 'bad-order', 'orders.buy({ percent: params.fast * 100 });');
    expectClearFailure(await backtest(path), 'strategy.order', /1000/);
  });

  test('an unknown parameter is answered with the known ones', async () => {
    expectClearFailure(await backtest(strategy, '--param', 'fats=12'), 'strategy.parameter', /fats/);
  });

  test('a parameter out of its bounds is refused', async () => {
    expectClearFailure(await backtest(strategy, '--param', 'fast=1000'), 'strategy.parameter', /2 to 100/);
  });

  test('a folder is no strategy', async () => {
    const path = join(folder.path, 'folder.strategy.ts');
    await mkdir(path);
    expectClearFailure(await backtest(path), 'not-found', /folder\.strategy\.ts/);
  });

  test('Guardian refuses a hostile strategy at the gate', async () => {
    const path = await writeStrategy(folder.path, 'hostile', 'process.exit(0);');
    expectClearFailure(await backtest(path), 'strategy.guard', /SEC001/);
  });
});

describe('a wrong command line gets one clear sentence', () => {
  test.each([
    [['nonsense'], /nonsense/],
    [['backtest', 'x.ts', '--json'], /--data/],
    [['run', '--fee', 'much', '--json'], /--fee/],
    [['run', '--fee', '2', '--json'], /--fee/],
    [['run', '--from', 'yesterday', '--json'], /--from/],
    [['run', '--level', 'none', '--json'], /--level/],
    [['run', '--metric', 'maxDrawdown', '--json'], /--metric/],
    [['run', '--gates', 'reason,tea', '--json'], /tea/],
    [['fix', 'x', '--json'], /--idea or --file/],
    [['approve', 'nobody', '--json'], /nobody/],
  ] as const)('%j', async (args, words) => {
    const answer = await call(args, { folder: folder.path });
    expect(answer.code).toBe(1);
    expect(answer.stderr).toMatch(words);
    expect(answer.stderr).not.toMatch(/^\s+at /m);
  });
});
