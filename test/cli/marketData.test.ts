import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { QualityReport } from '../../extension/contracts/candles.ts';
import { CandleStore, type DataSet } from '../../extension/market/store/store.ts';
import { BinanceServer } from '../market/download/binanceServer.ts';
import { type Answer, call, crossing, newFolder, writeMarket, writeStrategy } from './program.ts';

const archives = join(import.meta.dirname, '../market/files');
const hour = 3_600_000;

let folder: Awaited<ReturnType<typeof newFolder>>;
let market: string;
let strategy: string;
beforeAll(async () => {
  folder = await newFolder();
  market = await writeMarket(folder.path);
  strategy = await writeStrategy(folder.path, 'cross', crossing);
});
afterAll(() => folder.remove());

const run = (...args: string[]): Promise<Answer> => call(args, { folder: folder.path });
async function json<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await run(...args, '--json');
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as T;
}
interface Result {
  readonly manifest: {
    readonly data: { readonly hash: string; readonly timeframe: string; readonly bars: number };
  };
}

test('several archives are imported as one series', async () => {
  const names = ['BTCUSDT-1h-2025-01.zip', 'BTCUSDT-1h-2024-12.zip'];
  const report = await json<QualityReport>(
    'data',
    'import',
    ...names.map((name) => join(archives, name)),
    '--venue',
    'binance',
  );
  expect(report).toMatchObject({ venue: 'binance', symbol: 'BTC/USDT', timeframe: '1h', kept: 48, gaps: 0 });
  const { stdout } = await run('data', 'check', ...names.map((name) => join(archives, name)));
  expect(stdout).toContain('BTCUSDT-1h-2025-01.zip, line 1 (2025-01-01 00:00)');
});

describe('a higher timeframe', () => {
  test('is run on by making its bars, the same that data resample keeps', async () => {
    const made = await json<DataSet>('data', 'resample', market, '--timeframe', '4h');
    expect(made).toMatchObject({ bars: 225, meta: { timeframe: '4h' }, report: { format: 'resampled' } });
    const { manifest } = await json<Result>('backtest', strategy, '--data', market, '--timeframe', '4h');
    expect(manifest.data).toMatchObject({ hash: made.meta.hash, timeframe: '4h', bars: 225 });
    const again = await json<Result>('backtest', strategy, '--data', made.meta.hash.slice(0, 12));
    expect(again.manifest.data).toEqual(manifest.data);
  });

  test('is cut after its bars are made, so that a day’s first bar is whole', async () => {
    const { manifest } = await json<Result>(
      'backtest',
      strategy,
      '--data',
      market,
      '--timeframe',
      '1d',
      '--from',
      '2022-01-02',
      '--to',
      '2022-01-20',
    );
    expect(manifest.data.bars).toBe(19);
  });

  test('that the bars do not make is refused', async () => {
    const { code, stderr } = await run('backtest', strategy, '--data', market, '--timeframe', '30m');
    expect(code).toBe(1);
    expect(stderr).toContain('Bars of 1h make no whole bars of 30m.');
  });
});

test('a hash that no set has is refused', async () => {
  const { code, stderr } = await run('backtest', strategy, '--data', '0123456789ab');
  expect(code).toBe(1);
  expect(stderr).toContain('holds no data whose hash begins with 0123456789ab');
});

describe('sessions', () => {
  test('are listed, and their bars kept where that is wanted', async () => {
    const rule = ['--open', '09:30', '--close', '16:00', '--zone', 'America/New_York'];
    const { stdout } = await run('data', 'sessions', market, ...rule);
    expect(stdout).toMatch(/^25 sessions hold 150 of 900 bars\./);
    expect(stdout).toContain('2022-01-03 14:30');
    const kept = await json<DataSet>('data', 'sessions', market, ...rule, '--keep');
    expect(kept).toMatchObject({ bars: 150, report: { format: 'bars of sessions' } });
    const { sessions } = await json<{ sessions: unknown[] }>('data', 'sessions', market, '--every', 'week');
    expect(sessions).toHaveLength(7);
  });

  test.each([
    [['--open', '09:30'], 'not said how to split'],
    [['--open', '9', '--close', '16:00'], '--open takes a time of day'],
    [['--open', '09:00', '--close', '24:00'], '--close takes a time of day'],
    [['--open', '09:00', '--close', '17:00', '--days', 'mo-fr'], '--days takes days'],
    [['--every', 'month'], '--every takes day or week'],
  ])('are refused for %j', async (options, words) => {
    const { code, stderr } = await run('data', 'sessions', market, ...options);
    expect(code).toBe(1);
    expect(stderr).toContain(words);
  });
});

describe('data download', () => {
  const first = Date.UTC(2024, 0, 1);
  const times = Array.from({ length: 1200 }, (_, bar) => first + bar * hour);
  let server: BinanceServer;
  let environment: Record<string, string>;
  beforeAll(async () => {
    server = new BinanceServer({ step: hour, interval: '1h', times, now: first + 1300 * hour });
    const preloaded = pathToFileURL(join(import.meta.dirname, 'redirectExchange.ts')).href;
    environment = { EXCHANGE: await server.start(), NODE_OPTIONS: `--import ${preloaded}` };
  });
  afterAll(() => server.stop());
  const download = (...args: string[]): Promise<Answer> =>
    call(
      ['data', 'download', '--exchange', 'binance', '--symbol', 'BTC/USDT', '--timeframe', '1h', ...args],
      { folder: folder.path, environment },
    );

  test('of the built program loads the bars, and no bar twice', async () => {
    const one = await download('--from', '2024-01-01', '--to', '2024-01-20', '--json');
    expect(one.code, one.stderr).toBe(0);
    const set = JSON.parse(one.stdout) as DataSet;
    expect(set).toMatchObject({ bars: 480, meta: { venue: 'binance' }, report: { problems: [] } });
    expect(set.venueFacts).toMatchObject({ priceTick: 0.01, takerFee: 0.001 });
    server.served.length = 0;
    const two = await download('--from', '2024-01-01', '--to', '2024-01-31');
    expect(two.code, two.stderr).toBe(0);
    expect(two.stdout).toContain('Use it with: --data ');
    expect(server.served.map(({ from }) => from)).toEqual([Date.UTC(2024, 0, 21)]);
    const sets = await new CandleStore(join(folder.path, '.strategy-lab/data')).list();
    expect(
      sets.filter(({ meta }) => meta.venue === 'binance' && meta.timeframe === '1h').map(({ bars }) => bars),
    ).toContain(744);
  });

  test.each([
    [['--from', '2024-01-01', '--exchange', 'nyse'], '--exchange knows no "nyse"'],
    [['--from', '2024-01-01', '--timeframe', '7m'], '--timeframe knows no "7m"'],
    [['--from', 'yesterday'], '--from takes a date'],
    [[], 'strategy-lab data download needs --from <date>.'],
  ])('with %j is refused', async (options, words) => {
    const { code, stderr } = await download(...options);
    expect(code).toBe(1);
    expect(stderr).toContain(words);
  });
});

test('a stored set is an Arrow file that is imported again as it is', async () => {
  const { sets } = await json<{ sets: DataSet[] }>('data', 'list');
  const set = sets.find(({ meta }) => meta.timeframe === '4h');
  const names = await new CandleStore(join(folder.path, '.strategy-lab/data')).list();
  expect(names.length).toBe(sets.length);
  const source = join(folder.path, '.strategy-lab/data');
  const { readdir } = await import('node:fs/promises');
  const file = (await readdir(source)).find(
    (name) => name.includes(set?.meta.hash.slice(0, 16) ?? 'none') && name.endsWith('.arrow'),
  );
  const copy = join(folder.path, 'copy.arrow');
  await writeFile(copy, await readFile(join(source, file ?? '')));
  expect((await json<QualityReport>('data', 'check', copy)).hash).toBe(set?.meta.hash);
});
