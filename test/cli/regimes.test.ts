import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, newFolder, writeMarket } from './program.ts';

let folder: Awaited<ReturnType<typeof newFolder>>;
beforeAll(async () => {
  folder = await newFolder();
});
afterAll(() => folder.remove());

const inFolder = (name: string): string => join(folder.path, name);

async function lab<T>(...args: string[]): Promise<T> {
  const answer = await call([...args, '--json'], { folder: folder.path });
  expect(answer.code, answer.stderr).toBe(0);
  return JSON.parse(answer.stdout) as T;
}

interface Refusal {
  readonly error: { readonly reason: string; readonly message: string; readonly action: string };
}

async function refused(...args: string[]): Promise<Refusal['error']> {
  const answer = await call([...args, '--json'], { folder: folder.path });
  expect(answer.code, answer.stdout).toBe(1);
  return (JSON.parse(answer.stdout) as Refusal).error;
}

interface Made {
  readonly data: { readonly hash: string; readonly bars: number; readonly synthetic: boolean };
  readonly events: readonly { readonly kind: string; readonly from: number; readonly size: number }[];
}

interface Labelled {
  readonly data: { readonly hash: string };
  readonly labels: readonly string[];
  readonly summary: { readonly regimes: readonly { readonly regime: string; readonly bars: number }[] };
  readonly score: { readonly accuracy: number; readonly confusion: readonly (readonly number[])[] } | null;
}

describe('a scenario', () => {
  test('is written, read back to the bit, labelled, and scored against its own truth', async () => {
    const [out, truth] = [inFolder('switching.csv'), inFolder('switching.regimes.csv')];
    const made = await lab<Made>(
      ...['scenario', '--kind', 'regime-switching', '--bars', '3000', '--seed', '1000'],
      ...['--out', out, '--labels', truth],
    );
    const labelled = await lab<Labelled>('regimes', '--data', out, '--truth', truth);
    expect(labelled.data.hash).toBe(made.data.hash);
    expect(labelled.labels).toHaveLength(3000);
    expect(labelled.score?.accuracy).toBeGreaterThan(0.85);
    const counted = labelled.summary.regimes.map(
      ({ regime }) => labelled.labels.filter((label) => label === regime).length,
    );
    expect(labelled.summary.regimes.map(({ bars }) => bars)).toEqual(counted);
  });

  test('takes the numbers of its kind, and tells what it planted', async () => {
    const { events, data } = await lab<Made>(
      ...['scenario', '--kind', 'crash', '--bars', '500', '--timeframe', '1d', '--volatility', '0.2'],
      ...['--param', 'depth=0.4', '--param', 'at=300'],
    );
    expect(data).toMatchObject({ bars: 500, synthetic: true, timeframe: '1d' });
    expect(events).toEqual([{ kind: 'crash', from: 300, to: 312, size: 0.4 }]);
  });

  test('is taken into the lab as synthetic', async () => {
    const { data } = await lab<Made>('scenario', '--kind', 'range', '--bars', '100', '--import');
    const { sets } = await lab<{ sets: { meta: { hash: string; synthetic: boolean; venue: string } }[] }>(
      ...['data', 'list'],
    );
    const set = sets.find(({ meta }) => meta.hash === data.hash);
    expect(set?.meta).toMatchObject({ synthetic: true, venue: 'synthetic' });
  });

  test('is laid over recorded candles, which stay as they are', async () => {
    const market = await writeMarket(folder.path);
    const before = await readFile(market, 'utf8');
    const out = inFolder('shocked.csv');
    const made = await lab<Made>(
      ...['scenario', '--kind', 'crash', '--data', market, '--param', 'at=400', '--param', 'depth=0.5'],
      ...['--out', out],
    );
    expect(made.data).toMatchObject({ synthetic: true, bars: 900 });
    expect(await readFile(market, 'utf8')).toBe(before);
    const closes = (text: string): number[] =>
      text
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => Number(line.split(',')[4]));
    const [plain, shocked] = [closes(before), closes(await readFile(out, 'utf8'))];
    expect(shocked[399]).toBe(plain[399]);
    expect((shocked[800] as number) / (plain[800] as number)).toBeCloseTo(0.5, 9);
  });

  test.each([
    [['--kind', 'storm'], /storm/, /regime-switching/],
    [
      ['--kind', 'crash', '--param', 'depth=1.5'],
      /depth takes a number above 0 and below 1/,
      /scenario --help/,
    ],
    [['--kind', 'crash', '--param', 'deep=0.5'], /deep/, /depth/],
    [['--kind', 'range', '--bars', '1'], /--bars takes a whole number from 2/, /scenario --help/],
    [['--kind', 'range', '--bars', 'many'], /--bars takes a whole number from 2/, /scenario --help/],
    [['--kind', 'range', '--start', '2024-01-01T00:30'], /opens/, /--start/],
    [['--kind', 'trend', '--data', 'MARKET'], /trend/, /crash/],
    [['--kind', 'crash', '--data', 'MARKET', '--param', 'at=900'], /900/, /899/],
    [['--kind', 'crash', '--data', 'MARKET', '--labels', 'x.csv'], /true regimes/, /--labels/],
    [['--kind', 'range', '--out', 'no/such/folder.csv'], /written/, /folder/],
  ])('that cannot be is refused with what can: %j', async (options, message, action) => {
    const market = await writeMarket(folder.path);
    const error = await refused('scenario', ...options.map((word) => (word === 'MARKET' ? market : word)));
    expect(error.message).toMatch(message);
    expect(error.action).toMatch(action);
  });
});

describe('regimes', () => {
  test('are told to people with shares, switches and, on request, the test of the detector', async () => {
    const market = await writeMarket(folder.path);
    const { stdout, code } = await call(['regimes', '--data', market, '--score', '1'], {
      folder: folder.path,
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^range +\d+ +[\d.]+ %/m);
    expect(stdout).toContain('Switches, from (row) to (column):');
    expect(stdout).toMatch(/All together: [89]\d\.\d % of 36000 bars right/);
  });

  test.each([
    [['regimes'], /nothing to label/],
    [['regimes', '--score', 'many'], /--score/],
    [['regimes', '--score', '0'], /--score/],
    [['regimes', '--data', 'MARKET', '--truth', 'missing.csv'], /missing\.csv/],
    [['regimes', '--data', 'MARKET', '--truth', 'wrong.csv'], /Line 3/],
    [['regimes', '--data', 'MARKET', '--truth', 'other.csv'], /No bar/],
    [['regimes', '--data', 'MARKET', '--truth', 'headless.csv'], /time,regime/],
  ])('that cannot be told are refused: %j', async (args, message) => {
    await writeFile(
      inFolder('wrong.csv'),
      'time,regime\n2022-01-01T00:00:00.000Z,range\n2022-01-01T01:00:00.000Z,calm\n',
    );
    await writeFile(inFolder('other.csv'), 'time,regime\n1999-01-01T00:00:00.000Z,range\n');
    await writeFile(inFolder('headless.csv'), '2022-01-01T00:00:00.000Z,range\n');
    const market = await writeMarket(folder.path);
    const error = await refused(...args.map((word) => (word === 'MARKET' ? market : word)));
    expect(error.message).toMatch(message);
    expect(error.action).toMatch(/\w+/);
  });
});
