import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { LabError } from '../../extension/contracts/errors.ts';
import { importCandles } from '../../extension/market/import/import.ts';
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

const load = makeImporter();
const folder = temporaryFolder();

async function refusal(imported: Promise<unknown>): Promise<LabError> {
  const error: unknown = await imported.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!LabError.is(error)) throw new Error(`expected a LabError, got ${String(error)}`);
  expect(error.message).toMatch(/^[^\n]+\.$/);
  expect(error.action).toMatch(/^[A-Z][^\n]+\.$/);
  return error;
}

describe('a file that cannot be read as candles is refused', () => {
  test('when it is missing', async () => {
    const path = join(folder, 'none.csv');
    const error = await refusal(importCandles(path, { now }));
    expect(error).toMatchObject({ reason: 'data.missing', place: { file: path } });
  });

  test('when it is a folder without files of candles', async () => {
    mkdirSync(join(folder, 'inner'));
    expect((await refusal(importCandles(join(folder, 'inner'), { now }))).reason).toBe('data.empty');
  });

  test('when it is a device, which may never end', async () => {
    expect(await refusal(importCandles('/dev/zero', { now }))).toMatchObject({
      reason: 'data.format',
      place: { file: '/dev/zero' },
    });
  });

  test.each([
    ['it is empty', '', 'data.empty'],
    ['it is blank', '\n\n', 'data.empty'],
    ['it has a header alone', `${header}\n`, 'data.empty'],
    ['it has an address alone', 'https://www.CryptoDataDownload.com\n', 'data.empty'],
    ['it holds one candle', csvWith({}, 1), 'data.empty'],
    ['its JSON array is empty', '[]', 'data.empty'],
    ['it is binary', `${csvWith()}\n# \0`, 'data.format'],
    ['it is compressed', gzipSync(csvWith()), 'data.format'],
    ['it is UTF-16', Buffer.from(`\uFEFF${csvWith()}`, 'utf16le'), 'data.format'],
    ['it is not UTF-8', Buffer.from([0x74, 0x73, 0xe9, 0x2c, 0x31]), 'data.format'],
    ['it has one column', 'ts\n1\n2\n', 'data.format'],
    ['it has no header', quietRows(6).join('\n'), 'data.format'],
    ['it has no close', 'ts,open,high,low,volume\n1,1,1,1,1\n', 'data.format'],
    ['it has no time', 'open,high,low,close,volume\n1,1,1,1,1\n', 'data.format'],
    ['it has two columns of one kind', `${header},Close\n1,1,1,1,1,1,1\n`, 'data.format'],
    [
      'its volumes cannot be told apart',
      'ts,open,high,low,close,Volume ETH,Volume BTC\n1,1,1,1,1,1,1\n',
      'data.format',
    ],
    ['it has the quote volume alone', 'ts,open,high,low,close,Volume USDT\n1,1,1,1,1,1\n', 'data.format'],
  ])('when %s', async (_, content, reason) => {
    const error = await refusal(load(content));
    expect(error.reason).toBe(reason);
    expect(error.place?.file).toMatch(/candles\.csv$/);
  });

  test.each([
    ['a date', '2023-01-02,1,1,1,1,1'],
    ['a date that the lab does not read', '02/01/2023 10:00,1,1,1,1,1'],
    ['a date behind its symbol', 'BTC,2023-01-02 00:00:00,1,1,1,1,1'],
    ['a date and as many cells as klines', '2023-01-02,1,1,1,1,1,1,1,1,1,1,1'],
  ])('when its first row holds %s, because it has no header', async (_, row) => {
    const error = await refusal(load(`${row}\n${row}\n`));
    expect(error).toMatchObject({ reason: 'data.format', place: { line: 1 } });
    expect(error.message).toContain('no header');
  });

  test.each([
    ['named columns', 'ts,open,close,high,low,volume', 'open, close, high, low'],
    ['columns in another order', 'ts,low,open,high,close,volume', 'low, open, high, close'],
  ])('when most bars contradict themselves: %s', async (_, names, order) => {
    const error = await refusal(load([names, ...quietRows(10)].join('\n')));
    expect(error).toMatchObject({ reason: 'data.value', place: { line: 2 } });
    expect(error.message).toContain(`read in the order ${order}`);
  });

  test('when most bars of a JSON array contradict themselves', async () => {
    const rows = quietRows(10).map((row) => {
      const [time, open, high, low, close, volume] = row.split(',').map(Number);
      return [time, open, close, high, low, volume];
    });
    const error = await refusal(load(JSON.stringify(rows), 'a.json'));
    expect(error).toMatchObject({ reason: 'data.value', place: { bar: 0 } });
    expect(error.message).toContain('read in the order open, high, low, close');
  });

  test('with the columns that were found', async () => {
    const error = await refusal(load('when,first,highest\n1,2,3\n'));
    expect(error.message).toContain('"when", "first", "highest"');
  });
});

describe('a row is refused with its line', () => {
  const row = (cells: string): string => csvWith({ 4: `${start + 2 * hour},${cells}` });

  test.each([
    ['a price that is no number', row('abc,1,1,1,1'), 'data.value'],
    ['NaN', row('1,NaN,1,1,1'), 'data.value'],
    ['Infinity', row('1,1,1,Infinity,1'), 'data.value'],
    ['a number beyond all numbers', row('1,1,1,1e999,1'), 'data.value'],
    ['a hexadecimal number', row('1,1,0x10,1,1'), 'data.value'],
    ['a price of zero', row('1,1,0,1,1'), 'data.value'],
    ['a negative price', row('1,1,-1,1,1'), 'data.value'],
    ['a missing price', row('1,NULL,1,1,1'), 'data.value'],
    ['an empty price', row('1,1,1,,1'), 'data.value'],
    ['a negative volume', row('1,1,1,1,-3'), 'data.value'],
    ['a volume that is no number', row('1,1,1,1,many'), 'data.value'],
    ['a missing cell', row('1,1,1,1'), 'data.format'],
    ['a cell too many', row('1,1,1,1,1,1'), 'data.format'],
    ['a quote without end', row('1,1,1,1,"1'), 'data.format'],
    ['a time that is no time', csvWith({ 4: 'yesterday,1,1,1,1,1' }), 'data.time'],
    ['a day that no month has', csvWith({ 4: '2021-02-30 00:00:00,1,1,1,1,1' }), 'data.time'],
    ['hour 13 PM', csvWith({ 4: '2021-02-03 13-PM,1,1,1,1,1' }), 'data.time'],
    ['a time in the future', csvWith({ 4: `${now + hour},1,1,1,1,1` }), 'data.time'],
    ['a date in the future', csvWith({ 4: '2099-01-01 00:00:00,1,1,1,1,1' }), 'data.time'],
    ['a time before 1980', csvWith({ 4: '20210104,1,1,1,1,1' }), 'data.time'],
    ['a time off the grid', csvWith({ 4: `${start + 2 * hour + 61_000},1,1,1,1,1` }), 'data.time'],
  ])('for %s', async (_, content, reason) => {
    expect(await refusal(load(content))).toMatchObject({ reason, place: { line: 4 } });
  });

  test('counted from the first line of the file, with address, comment and blank lines', async () => {
    const text = `https://x.org\n\n# note\n${csvWith({ 3: 'x,1,1,1,1,1' })}`;
    expect((await refusal(load(text))).place).toMatchObject({ line: 6 });
  });

  test.each(['symbol', 'Pair', 'Name', 'coin', 'asset', 'Currency'])(
    'when its %s is another',
    async (name) => {
      const rows = quietRows(3).map((line, index) => `${line},${index === 2 ? 'ETH/USDT' : 'BTC/USDT'}`);
      const error = await refusal(load([`${header},${name}`, ...rows].join('\n')));
      expect(error).toMatchObject({ reason: 'data.format', place: { line: 4 } });
    },
  );
});

describe('times that make no series are refused', () => {
  test('when the most frequent step is no timeframe', async () => {
    const rows = [0, 7, 14, 21, 33].map((seconds) => `${start + seconds * 1000},1,1,1,1,1`);
    const error = await refusal(load([header, ...rows].join('\n')));
    expect(error.reason).toBe('data.time');
    expect(error.message).toContain('7 seconds');
  });

  test('when most rows fight over few times, as in a file whose times have lost their hour', async () => {
    const rows = Array.from(
      { length: 48 },
      (_, bar) => `2021-01-0${1 + Math.floor(bar / 24)},1,2,1,1,${bar}`,
    );
    expect((await refusal(load([header, ...rows].join('\n')))).reason).toBe('data.time');
  });

  test('when they are of a 12-hour clock without AM and PM', async () => {
    const rows = quietRows(48, (ms) => {
      const hours = new Date(ms).getUTCHours() % 12 || 12;
      return `${new Date(ms).toISOString().slice(0, 10)} ${String(hours).padStart(2, '0')}:00`;
    });
    const error = await refusal(load([header, ...rows].join('\n')));
    expect(error).toMatchObject({ reason: 'data.time', place: { line: expect.any(Number) } });
    expect(error.message).toContain('12-hour clock');
  });

  test.each(['1m', '30m', '2h', '4h'] as const)(
    'when the wanted timeframe is %s and the usual step another',
    async (timeframe) => {
      const error = await refusal(load(csvWith(), 'x.csv', { timeframe }));
      expect(error.reason).toBe('data.time');
      expect(error.message).toContain('usual step is 1h');
    },
  );

  test('when the usual step is no timeframe and the wanted one is no step at all', async () => {
    const rows = [0, 31, 62].map((days) => `${start + days * 24 * hour},1,1,1,1,1`);
    const text = [header, ...rows].join('\n');
    expect((await refusal(load(text, 'x.csv', { timeframe: '1d' }))).reason).toBe('data.time');
  });

  test.each([{ symbol: '' }, { symbol: 'a\nb' }, { venue: 'x'.repeat(65) }])(
    'options %j too',
    async (options) => {
      expect((await refusal(load(csvWith(), 'x.csv', options))).reason).toBe('usage');
    },
  );
});
