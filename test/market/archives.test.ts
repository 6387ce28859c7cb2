import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importCandles } from '../../extension/market/import/import.ts';
import { CandleStore } from '../../extension/market/store/store.ts';
import {
  csvWith,
  header,
  hour,
  makeImporter,
  now,
  quietRows,
  start,
  temporaryFolder,
} from './candleFiles.ts';
import { type ZipEntry, zipOf } from './zipFile.ts';

/*
 * BTCUSDT-1h-2024-12.zip and -2025-01.zip of ./files were written by Python's zipfile as Binance's public
 * archives are: klines without a header, in milliseconds before 2025 and in microseconds from then on, each
 * with its checksum.
 */
const files = join(import.meta.dirname, 'files');
const [december, january] = ['BTCUSDT-1h-2024-12.zip', 'BTCUSDT-1h-2025-01.zip'].map((name) =>
  join(files, name),
) as [string, string];
const lastDay = Date.UTC(2024, 11, 31);
const load = makeImporter();
const zip = (entries: readonly ZipEntry[], name = 'BTCUSDT-1h.zip') => load(zipOf(entries), name);
const csv = { name: 'candles.csv', content: csvWith() };

describe('a public archive of Binance', () => {
  test('is unpacked, and its checksum verified', async () => {
    const { candles, report } = await importCandles(december, { now });
    expect([...candles.time]).toEqual(Array.from({ length: 24 }, (_, bar) => lastDay + bar * hour));
    expect(report).toMatchObject({
      file: 'BTCUSDT-1h-2024-12.zip',
      format: 'Binance klines in a ZIP archive, checksum verified',
      timeUnit: 'milliseconds',
      symbol: 'BTC/USDT',
      problems: [],
    });
  });

  test('and the next are one series, whatever their units and the order in which they are named', async () => {
    const { candles, report } = await importCandles([january, december], { now });
    expect([...candles.time]).toEqual(Array.from({ length: 48 }, (_, bar) => lastDay + bar * hour));
    expect([...candles.open]).toEqual(Array.from({ length: 48 }, (_, bar) => 100 + bar));
    expect(report).toMatchObject({
      file: 'BTCUSDT-1h-2024-12.zip and 1 more',
      format: '2 × Binance klines in a ZIP archive, checksum verified',
      timeUnit: 'microseconds and milliseconds',
      rows: 48,
      gaps: 0,
    });
    expect(report.problems.map(({ kind }) => kind)).toEqual(['mixed-time-units']);
    expect((await importCandles([december, january], { now })).candles.hash).toBe(candles.hash);
    expect((await importCandles([december, january, december], { now })).report.rows).toBe(48);
  });

  test('that does not match its checksum is refused', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'BTCUSDT-1h.zip');
    writeFileSync(path, zipOf([csv]));
    writeFileSync(
      `${path}.CHECKSUM`,
      `${createHash('sha256').update('another').digest('hex')}  BTCUSDT-1h.zip\n`,
    );
    await expect(importCandles(path, { now })).rejects.toMatchObject({
      reason: 'data.format',
      message: 'BTCUSDT-1h.zip does not match its checksum.',
      place: { file: path },
    });
  });

  test('whose checksum cannot be read as one is refused', async () => {
    const path = join(temporaryFolder(), 'a.csv');
    writeFileSync(path, csvWith());
    writeFileSync(`${path}.CHECKSUM`, '<html>Not found</html>');
    await expect(importCandles(path, { now })).rejects.toMatchObject({ reason: 'data.format' });
  });
});

describe('several files are one series', () => {
  const write = (contents: Readonly<Record<string, string | Uint8Array>>): string => {
    const folder = temporaryFolder();
    for (const [name, content] of Object.entries(contents)) writeFileSync(join(folder, name), content);
    return folder;
  };
  const rows = quietRows(10);
  const part = (from: number, to: number): string => [header, ...rows.slice(from, to)].join('\n');

  test('when they are a folder, of which hidden files, other files and folders are left alone', async () => {
    const folder = write({
      'ETHUSDT-2.csv': part(5, 10),
      'ETHUSDT-1.zip': zipOf([{ name: 'x.csv', content: part(0, 5) }]),
      '.ETHUSDT-3.csv': 'hidden',
      'notes.md': 'nothing',
    });
    mkdirSync(join(folder, 'older.csv'));
    const { candles, report } = await importCandles(folder, { now });
    expect(candles.time).toHaveLength(10);
    expect(report).toMatchObject({ file: 'ETHUSDT-1.zip and 1 more', symbol: 'ETH/USDT', problems: [] });
    expect(report.format).toBe('1 × CSV in a ZIP archive, 1 × CSV');
  });

  test('and what they hold twice or lack is reported with file and line', async () => {
    const changed = rows[4]?.replace(/[^,]+$/, '99') ?? '';
    const folder = write({
      'ETHUSDT-1.csv': part(0, 5),
      'ETHUSDT-2.csv': [header, rows[3], changed, ...rows.slice(7)].join('\n'),
    });
    const { report } = await importCandles(folder, { now });
    expect(report).toMatchObject({
      rows: 10,
      kept: 8,
      duplicates: 2,
      conflicting: 1,
      gaps: 1,
      missingBars: 2,
    });
    const examples = Object.fromEntries(report.problems.map(({ kind, examples: [first] }) => [kind, first]));
    expect(examples).toMatchObject({
      gap: { file: 'ETHUSDT-2.csv', line: 4, time: start + 7 * hour },
      'duplicate-conflicting': { file: 'ETHUSDT-1.csv', line: 6, time: start + 4 * hour },
    });
  });

  test('but not of two symbols, unless the caller says that they are one', async () => {
    const folder = write({ 'BTCUSDT-1.csv': part(0, 5), 'ETHUSDT-2.csv': part(5, 10) });
    await expect(importCandles(folder, { now })).rejects.toMatchObject({
      reason: 'data.format',
      message: 'BTCUSDT-1.csv is of the symbol BTC/USDT, and ETHUSDT-2.csv of ETH/USDT.',
      action: expect.stringContaining('--symbol'),
    });
    expect((await importCandles(folder, { now, symbol: 'MY/COIN' })).candles.symbol).toBe('MY/COIN');
  });

  test('and a row that is refused is named by its own file', async () => {
    const folder = write({ 'ETHUSDT-1.csv': part(0, 5), 'ETHUSDT-2.csv': `${part(5, 8)}\nx,1,1,1,1,1` });
    await expect(importCandles(folder, { now })).rejects.toMatchObject({
      message: expect.stringContaining('ETHUSDT-2.csv, line 5'),
      place: { file: join(folder, 'ETHUSDT-2.csv'), line: 5 },
    });
  });

  test('which the store knows again by names and content', async () => {
    const folder = write({ 'ETHUSDT-1.csv': part(0, 5), 'ETHUSDT-2.csv': part(5, 10) });
    const store = new CandleStore(join(folder, 'lab'));
    const first = await store.import(folder, { now });
    const again = await store.import(folder, { now });
    expect(again.report).toEqual(first.report);
    // Parsed columns have a buffer each, stored ones share the file's.
    expect(again.candles.time.buffer).toBe(again.candles.close.buffer);
    cpSync(join(folder, 'ETHUSDT-2.csv'), join(folder, 'ETHUSDT-3.csv'));
    expect((await store.import(folder, { now })).report.duplicates).toBe(5);
    expect(readdirSync(join(folder, 'lab', 'sources'))).toHaveLength(2);
  });
});

describe('a ZIP archive', () => {
  test.each<[string, ZipEntry]>([
    ['deflated', csv],
    ['stored', { ...csv, isStored: true }],
    ['under a hostile name', { ...csv, name: '..' }],
  ])('of one file is read: %s', async (_, entry) => {
    const { candles, report } = await zip([entry]);
    expect(candles.time).toHaveLength(6);
    expect(report).toMatchObject({
      file: 'BTCUSDT-1h.zip',
      format: 'CSV in a ZIP archive',
      symbol: 'BTC/USDT',
    });
  });

  test('may hold JSON, and end in a comment', async () => {
    const rows = quietRows(6).map((row) => row.split(',').map(Number));
    const { report } = await load(
      zipOf([{ name: 'a.json', content: JSON.stringify(rows) }], 'PK a comment'),
      'a.zip',
    );
    expect(report.format).toBe('JSON arrays in a ZIP archive');
  });

  test('keeps what lies in folders to itself', async () => {
    const { candles } = await zip([
      { name: '__MACOSX/._candles.csv', content: 'x' },
      csv,
      { name: 'a/', content: '' },
    ]);
    expect(candles.time).toHaveLength(6);
  });

  const bomb = Buffer.alloc(50_000_000);
  test.each<[string, readonly ZipEntry[], string, RegExp]>([
    ['it holds two files', [csv, { ...csv, name: 'b.csv' }], 'data.format', /holds 2 files/],
    ['all its files lie in folders', [{ ...csv, name: 'in/a.csv' }], 'data.empty', /outside of folders/],
    [
      'its one path climbs out of the folder',
      [{ ...csv, name: '../../a.csv' }],
      'data.empty',
      /outside of folders/,
    ],
    ['it is empty', [], 'data.empty', /outside of folders/],
    ['its file is empty', [{ name: 'a.csv', content: '' }], 'data.empty', /empty file/],
    [
      'it is an Excel workbook',
      [{ name: '[Content_Types].xml', content: '<x/>' }, csv],
      'data.format',
      /Excel/,
    ],
    ['it has a password', [{ ...csv, says: { flags: 1 } }], 'data.format', /password/],
    ['it is packed in another way', [{ ...csv, says: { method: 12 } }], 'data.format', /packed in a way/],
    ['its checksum is another', [{ ...csv, says: { crc: 1 } }], 'data.format', /damaged/],
    [
      'it is longer than it says',
      [{ name: 'a.csv', content: bomb, says: { size: 1000 } }],
      'data.format',
      /unpacked/,
    ],
    ['it is shorter than it says', [{ ...csv, says: { size: 1000 } }], 'data.format', /damaged/],
    [
      'it says that it is huge',
      [{ ...csv, says: { size: 4_000_000_000 } }],
      'data.format',
      /4000000000 bytes/,
    ],
    ['it holds another archive', [{ name: 'a.zip', content: zipOf([csv]) }], 'data.format', /no text/],
  ])('is refused when %s', async (_, entries, reason, message) => {
    await expect(zip(entries)).rejects.toMatchObject({
      name: 'LabError',
      reason,
      message: expect.stringMatching(message),
      place: { file: expect.stringMatching(/BTCUSDT-1h\.zip$/) },
    });
  });

  test('cut short anywhere is refused', async () => {
    const whole = zipOf([csv]);
    for (let length = 4; length < whole.length; length += 7) {
      await expect(load(whole.subarray(0, length), 'a.zip')).rejects.toMatchObject({ reason: 'data.format' });
    }
  });
});
