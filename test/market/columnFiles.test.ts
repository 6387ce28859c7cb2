import { copyFileSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { Float64, makeVector, Table, tableToIPC, vectorFromArray } from 'apache-arrow';
import { describe, expect, test } from 'vitest';
import { importCandles } from '../../extension/market/import/import.ts';
import { hour, makeImporter, now, start, temporaryFolder } from './candleFiles.ts';

/*
 * The files of ./files were written by pandas 3.0.6, polars 1.44.2 and pyarrow 25.0.1: 48 quiet bars as
 * `quietRows` has them, in the ways in which these programs store columns.
 */
const files = join(import.meta.dirname, 'files');
const load = (name: string, options = {}) => importCandles(join(files, name), { now, ...options });
const bars = 48;
const range = (first: number, step = 1): number[] =>
  Array.from({ length: bars }, (_, bar) => first + bar * step);
const lz4 = 'LZ4 frames whose blocks reach into those before';

describe('a file of columns has the same candles, whoever wrote it', () => {
  test.each([
    ['freqtrade’s Feather, LZ4', 'BTC_USDT-1h.feather', 'Arrow (Feather)', 'timestamps in microseconds'],
    [
      'pandas, an index without a name, Snappy',
      'index-snappy.parquet',
      'Parquet',
      'timestamps in nanoseconds',
    ],
    [
      'polars, decimals and a category, Zstandard',
      'polars-zstd.parquet',
      'Parquet',
      'timestamps in microseconds',
    ],
    ['the same as Arrow, Zstandard', 'polars-zstd.arrow', 'Arrow (Feather)', 'timestamps in microseconds'],
    ['whole numbers of microseconds, gzip', 'epoch-gzip.parquet', 'Parquet', 'microseconds'],
    ['whole numbers of microseconds, Brotli', 'epoch-brotli.parquet', 'Parquet', 'microseconds'],
    ['whole numbers of microseconds, LZ4', 'epoch-lz4.parquet', 'Parquet', 'microseconds'],
    ['whole numbers of microseconds, plain', 'epoch-none.parquet', 'Parquet', 'microseconds'],
    ['days, as Parquet', 'days.parquet', 'Parquet', 'dates'],
    ['days, as a stream of several batches', 'days.arrows', 'Arrow stream', 'dates'],
  ])('%s', async (_, name, format, timeUnit) => {
    const { candles, report } = await load(name);
    const step = name.startsWith('days') ? 24 * hour : hour;
    const volume = range(10);
    if (name.startsWith('epoch')) volume[bars - 1] = 0;
    expect([...candles.time]).toEqual(range(start, step));
    expect([...candles.open]).toEqual(range(100));
    expect([...candles.high]).toEqual(range(102));
    expect([...candles.low]).toEqual(range(99));
    expect([...candles.close]).toEqual(range(101));
    expect([...candles.volume]).toEqual(volume);
    expect(report).toMatchObject({ file: name, format, timeUnit, rows: bars, kept: bars, gaps: 0 });
  });

  test(`with ${lz4}`, async () => {
    const { candles } = await load('long-lz4.feather');
    expect(candles.time).toHaveLength(9000);
    expect(candles.time.every((time, bar) => time === start + bar * 60_000)).toBe(true);
    expect(candles.volume.every((volume, bar) => volume === bar % 50)).toBe(true);
    expect(new Set(candles.close)).toEqual(new Set([100.5]));
  });
});

test('venue and symbol come from the name or the symbol column, as they do for CSV', async () => {
  expect((await load('BTC_USDT-1h.feather')).candles.symbol).toBe('BTC/USDT');
  expect((await load('polars-zstd.arrow')).candles.symbol).toBe('ETH/USDT');
  expect((await load('polars-zstd.parquet', { symbol: 'SOL/EUR', venue: 'mine' })).candles).toMatchObject({
    symbol: 'SOL/EUR',
    venue: 'mine',
  });
});

test('a value that is absent is an empty cell: a volume is read as 0 and said so', async () => {
  const { report } = await load('epoch-none.parquet');
  expect(report.problems).toMatchObject([
    { kind: 'zero-volume', count: 1, examples: [{ time: start + 47 * hour }] },
    { kind: 'null-row', severity: 'warning', count: 1, examples: [{ time: start + 47 * hour }] },
  ]);
});

describe('an Arrow file', () => {
  const importBytes = makeImporter();
  const columns = (changes: Record<string, readonly (number | null)[]> = {}) => {
    const values: Record<string, readonly (number | null)[]> = {
      time: range(start, hour),
      open: range(100),
      high: range(102),
      low: range(99),
      close: range(101),
      volume: range(10),
      ...changes,
    };
    const vectors = Object.entries(values).map(([name, column]) => [
      name,
      vectorFromArray([...column], new Float64()),
    ]);
    return tableToIPC(new Table(Object.fromEntries(vectors)), 'file');
  };

  test('is known by its first bytes and not by its name', async () => {
    expect((await importBytes(columns(), 'candles.csv')).report.format).toBe('Arrow (Feather)');
  });

  test('may hold times as plain numbers, whose unit their size tells', async () => {
    const seconds = columns({ time: range(start / 1000, 3600) });
    expect((await importBytes(seconds, 'a.arrow')).report.timeUnit).toBe('seconds');
  });

  test('that holds NaN for a price is refused as one with a missing price', async () => {
    const close = range(101);
    close[3] = Number.NaN;
    await expect(importBytes(columns({ close }), 'a.arrow')).rejects.toMatchObject({
      reason: 'data.value',
      message: 'a.arrow, entry 4: the close price is missing.',
      place: { bar: 3 },
    });
  });

  test('that holds no volume for a bar is read as 0', async () => {
    const volume: (number | null)[] = range(10);
    volume[5] = null;
    const { candles, report } = await importBytes(columns({ volume }), 'a.arrow');
    expect(candles.volume[5]).toBe(0);
    expect(report.problems.map(({ kind }) => kind)).toEqual(['zero-volume', 'null-row']);
  });

  test('that lacks a column is refused with those that it has', async () => {
    const names = ['first', 'high', 'low', 'close'];
    const vectors = names.map((name) => [name, makeVector(Float64Array.of(1, 2))]);
    const bytes = tableToIPC(new Table(Object.fromEntries(vectors)), 'file');
    await expect(importBytes(bytes, 'a.arrow')).rejects.toMatchObject({
      reason: 'data.format',
      message: expect.stringContaining('"first", "high", "low", "close"'),
    });
  });

  test('without rows is refused', async () => {
    const none = { time: [], open: [], high: [], low: [], close: [], volume: [] };
    await expect(importBytes(columns(none), 'a.arrow')).rejects.toMatchObject({ reason: 'data.empty' });
  });
});

describe('a damaged file of columns is refused, and never read in part', () => {
  const folder = temporaryFolder();
  const names = [
    'BTC_USDT-1h.feather',
    'index-snappy.parquet',
    'polars-zstd.parquet',
    'polars-zstd.arrow',
    'epoch-gzip.parquet',
    'epoch-brotli.parquet',
    'epoch-lz4.parquet',
    'days.arrows',
  ];

  test.each(names)('%s, cut short', async (name) => {
    const path = join(folder, name);
    copyFileSync(join(files, name), path);
    truncateSync(path, Math.floor(readFileSync(path).length * 0.6));
    await expect(importCandles(path, { now })).rejects.toMatchObject({
      name: 'LabError',
      reason: 'data.format',
    });
  });

  const parquet = names.filter((name) => name.endsWith('.parquet'));
  test.each(parquet)('%s, with noise inside, ends in candles or in a refusal', async (name) => {
    const importBytes = makeImporter();
    const whole = readFileSync(join(files, name));
    for (let at = 40; at < whole.length; at += Math.ceil(whole.length / 60)) {
      const noisy = Buffer.from(whole);
      noisy.fill(0xa5, at, Math.min(at + 3, whole.length));
      const error: unknown = await importBytes(noisy, name).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (error !== undefined) expect(error).toMatchObject({ name: 'LabError' });
    }
  });

  test.each([['a Feather file of version 1', 'old.feather', 'version 1']])(
    '%s is named as what it is',
    async (_, name, words) => {
      await expect(load(name)).rejects.toMatchObject({
        reason: 'data.format',
        message: expect.stringContaining(words),
      });
    },
  );
});
