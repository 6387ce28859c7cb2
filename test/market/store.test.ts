import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Candles } from '../../extension/contracts/candles.ts';
import {
  candleColumnNames,
  candlesMeta,
  hashCandles,
  makeCandles,
  sliceCandles,
} from '../../extension/market/candles.ts';
import { hashFile } from '../../extension/market/store/files.ts';
import { CandleStore } from '../../extension/market/store/store.ts';
import { syntheticCandles } from '../../extension/market/synthetic.ts';
import { csvWith, hour, now, start, temporaryFolder } from './candleFiles.ts';

const root = temporaryFolder();
let count = 0;
let folder: string;
let source: string;
let store: CandleStore;

beforeEach(() => {
  count += 1;
  const own = join(root, String(count));
  mkdirSync(own);
  folder = join(own, 'data');
  source = join(own, 'Binance_BTCUSDT_1h.csv');
  writeFileSync(source, csvWith());
  store = new CandleStore(folder);
});

const arrowFiles = (): string[] => readdirSync(folder).filter((name) => name.endsWith('.arrow'));
const onlyArrowFile = (): string => join(folder, arrowFiles()[0] ?? '');
const columnsOf = (candles: Candles): number[][] => candleColumnNames.map((name) => [...candles[name]]);

test('candles come back as they were imported', async () => {
  const { candles, report } = await store.import(source, { now });
  const loaded = await new CandleStore(folder).load(candles.hash);
  expect(candlesMeta(loaded)).toEqual(candlesMeta(candles));
  expect(columnsOf(loaded)).toEqual(columnsOf(candles));
  expect(await store.list()).toEqual([
    {
      meta: candlesMeta(candles),
      bars: 6,
      firstTime: start,
      lastTime: start + 5 * hour,
      report,
      venueFacts: null,
      files: [{ path: source, hash: await hashFile(source) }],
    },
  ]);
});

test('a set tells which files its bytes were last read from, also where it was imported before', async () => {
  const other = join(root, String(count), 'copy', 'Binance_BTCUSDT_1h.csv');
  mkdirSync(dirname(other));
  writeFileSync(other, csvWith());
  const hash = await hashFile(source);
  const first = await store.import(source, { now });
  expect(first.files).toEqual([{ path: source, hash }]);
  expect((await store.import(other, { now })).files).toEqual([{ path: other, hash }]);
  const [set] = await store.list();
  expect(set).toMatchObject({ files: [{ path: other, hash }], report: first.report });
});

test('of a set that an earlier version stored, or that came from no file, none is told', async () => {
  await store.import(source, { now });
  const [sidecar = ''] = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const { files, ...earlier } = JSON.parse(readFileSync(join(folder, sidecar), 'utf8'));
  expect(files).toHaveLength(1);
  writeFileSync(join(folder, sidecar), JSON.stringify(earlier));
  expect((await store.list())[0]?.files).toBeNull();
  expect(
    (await store.save(syntheticCandles({ seed: 1, bars: 5, timeframe: '1h', startTime: start }))).files,
  ).toEqual([]);
});

test('the stored file is a plain Arrow file: six Float64 columns and the description', async () => {
  const { candles } = await store.import(source, { now });
  const bytes = readFileSync(onlyArrowFile());
  expect(bytes.subarray(0, 6).toString()).toBe('ARROW1');
  expect(bytes.subarray(-6).toString()).toBe('ARROW1');
  const table = tableFromIPC(bytes);
  expect(table.schema.fields.map((field) => `${field.name} ${field.type} ${field.nullable}`)).toEqual(
    candleColumnNames.map((name) => `${name} Float64 false`),
  );
  expect(Object.fromEntries(table.schema.metadata)).toEqual({
    venue: 'binance',
    symbol: 'BTC/USDT',
    timeframe: '1h',
    synthetic: 'false',
    hash: candles.hash,
  });
  expect(table.numRows).toBe(6);
  expect(Array.from(table.getChild('close') ?? [])).toEqual([...candles.close]);
});

test('loaded columns are views of the file’s bytes, nothing is copied', async () => {
  const { candles } = await store.import(source, { now });
  const loaded = await store.load(candles.hash);
  const buffers = new Set(candleColumnNames.map((name) => loaded[name].buffer));
  expect(buffers.size).toBe(1);
  expect(loaded.time.buffer.byteLength).toBe(statSync(onlyArrowFile()).size);
});

describe('importing again', () => {
  test('loads the stored candles instead of parsing', async () => {
    const first = await store.import(source, { now });
    const written = statSync(onlyArrowFile()).mtimeMs;
    const again = await new CandleStore(folder).import(source, { now });
    expect(again.report).toEqual(first.report);
    expect(again.candles.hash).toBe(first.candles.hash);
    // Parsed columns have a buffer each, stored ones share the file's.
    expect(again.candles.time.buffer).toBe(again.candles.close.buffer);
    expect(statSync(onlyArrowFile()).mtimeMs).toBe(written);
  });

  test('parses anew when the bytes or the options are others', async () => {
    const first = await store.import(source, { now });
    const renamed = await store.import(source, { now, symbol: 'XBT/USD' });
    expect(renamed.candles).toMatchObject({ symbol: 'XBT/USD', hash: first.candles.hash });
    writeFileSync(source, csvWith({}, 7));
    expect((await store.import(source, { now })).candles.time).toHaveLength(7);
    expect((await store.list()).map(({ meta, bars }) => [meta.symbol, bars])).toEqual(
      expect.arrayContaining([
        ['BTC/USDT', 6],
        ['BTC/USDT', 7],
        ['XBT/USD', 6],
      ]),
    );
  });

  test('parses anew when the stored file is damaged or gone, and mends it', async () => {
    const { candles } = await store.import(source, { now });
    truncateSync(onlyArrowFile(), 500);
    expect((await store.import(source, { now })).candles.hash).toBe(candles.hash);
    rmSync(onlyArrowFile());
    await store.import(source, { now });
    expect((await store.load(candles.hash)).hash).toBe(candles.hash);
  });

  test('parses anew when the last bar had not ended', async () => {
    const early = await store.import(source, { now: start + 5.5 * hour });
    expect(early.report.problems.map(({ kind }) => kind)).toEqual(['future-time']);
    expect((await store.import(source, { now })).report.problems).toEqual([]);
  });
});

test('the same bars under two symbols are two sets; one has to be named', async () => {
  const { candles } = await store.import(source, { now });
  await store.import(source, { now, symbol: 'XBT/USD' });
  await expect(store.load(candles.hash)).rejects.toMatchObject({ reason: 'usage' });
  expect((await store.load(candles.hash, { symbol: 'XBT/USD' })).symbol).toBe('XBT/USD');
  expect((await store.load(candles.hash, { venue: 'binance', symbol: 'BTC/USDT' })).symbol).toBe('BTC/USDT');
});

test('a set is found by the first digits of its hash', async () => {
  const { candles } = await store.import(source, { now });
  expect((await store.find(candles.hash.slice(0, 8))).meta.hash).toBe(candles.hash);
  await expect(store.find('0'.repeat(12))).rejects.toMatchObject({ reason: 'data.missing' });
  await store.import(source, { now, symbol: 'XBT/USD' });
  await expect(store.find(candles.hash.slice(0, 8))).rejects.toMatchObject({
    reason: 'usage',
    message: expect.stringContaining('BTC/USDT 1h on binance, XBT/USD 1h on binance'),
  });
});

test('a refused file leaves the store untouched', async () => {
  await expect(store.import(join(root, 'none.csv'), { now })).rejects.toMatchObject({
    reason: 'data.missing',
  });
  writeFileSync(source, csvWith({ 4: 'x,1,1,1,1,1' }));
  await expect(store.import(source, { now })).rejects.toMatchObject({ reason: 'data.time' });
  expect(readdirSync(join(folder, '..'))).toEqual(['Binance_BTCUSDT_1h.csv']);
  expect(await store.list()).toEqual([]);
});

test('nothing temporary stays behind', async () => {
  await store.import(source, { now });
  const names = readdirSync(folder, { recursive: true }).map(String);
  expect(names.filter((name) => name.includes('.writing'))).toEqual([]);
  expect(names).toHaveLength(4);
});

test('a store that cannot be written says so', async () => {
  writeFileSync(folder, 'in the way');
  await expect(store.import(source, { now })).rejects.toMatchObject({ name: 'LabError' });
});

describe('a damaged file is refused', () => {
  test.each<[string, (bytes: Buffer) => Buffer]>([
    ['cut short', (bytes) => bytes.subarray(0, bytes.length / 2)],
    ['empty', () => Buffer.alloc(0)],
    ['of noise', (bytes) => Buffer.alloc(bytes.length, 0xa5)],
    [
      'with one changed price',
      (bytes) => flip(bytes, bytes.indexOf(Buffer.from(new Float64Array([103]).buffer))),
    ],
    ['with a changed hash', (bytes) => flip(bytes, bytes.lastIndexOf('hash') + 20)],
  ])('%s', async (_, damage) => {
    const { candles } = await store.import(source, { now });
    const path = onlyArrowFile();
    const damaged = damage(readFileSync(path));
    expect(damaged.equals(readFileSync(path))).toBe(false);
    writeFileSync(path, damaged);
    await expect(store.load(candles.hash)).rejects.toMatchObject({
      reason: 'data.format',
      place: { file: path },
    });
  });

  test('with one changed byte anywhere in a file of several pieces', async () => {
    const candles = syntheticCandles({ seed: 1, bars: 200_000, timeframe: '1m', startTime: start });
    await store.save(candles);
    const path = onlyArrowFile();
    const whole = readFileSync(path);
    for (const name of candleColumnNames) {
      expect((await store.load(candles.hash))[name].at(-1)).toBe(candles[name].at(-1));
      const value = Buffer.from(candles[name].slice(-1).buffer);
      // The last byte of a number's fraction: prices stay prices, and times go on increasing.
      writeFileSync(path, flip(whole, whole.lastIndexOf(value)));
      await expect(store.load(candles.hash)).rejects.toMatchObject({
        reason: 'data.format',
        message: expect.stringContaining('does not match its hash'),
      });
      writeFileSync(path, whole);
    }
  });

  test('with times that do not increase, even under its own hash', async () => {
    const candles = syntheticCandles({ seed: 1, bars: 5, timeframe: '1h', startTime: start });
    const still = makeCandles(candles, { ...candles, time: candles.time.fill(start, 3) });
    await store.save(still);
    await expect(store.load(still.hash)).rejects.toMatchObject({ reason: 'data.format' });
  });

  test('an unknown hash is missing, a damaged description names its file', async () => {
    await store.import(source, { now });
    await expect(store.load('0'.repeat(64))).rejects.toMatchObject({ reason: 'data.missing' });
    const sidecar = onlyArrowFile().replace('.arrow', '.json');
    writeFileSync(sidecar, '{');
    await expect(store.list()).rejects.toMatchObject({ reason: 'data.format', place: { file: sidecar } });
  });
});

function flip(bytes: Buffer, index: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[index] = (changed[index] ?? 0) ^ 1;
  return changed;
}

describe('synthetic candles', () => {
  const options = { seed: 42, bars: 500, timeframe: '1h', startTime: start } as const;

  test('are stored and loaded as synthetic, without a report', async () => {
    const candles = syntheticCandles(options);
    await store.save(candles);
    expect(await store.load(candles.hash)).toMatchObject({ synthetic: true, symbol: 'SYNTHETIC/USD' });
    expect((await store.list())[0]?.report).toBeNull();
  });
});

describe('a slice', () => {
  const candles = syntheticCandles({ seed: 1, bars: 50, timeframe: '1h', startTime: start });

  test('holds from <= time < to, as views with a hash of their own', () => {
    const slice = sliceCandles(candles, start + 9.5 * hour, start + 20 * hour);
    expect([slice.time.at(0), slice.time.at(-1), slice.close.length]).toEqual([
      start + 10 * hour,
      start + 19 * hour,
      10,
    ]);
    expect(slice.close.buffer).toBe(candles.close.buffer);
    expect(slice.hash).toBe(hashCandles('1h', slice));
    expect(slice.hash).not.toBe(candles.hash);
  });

  test('of everything is the same set, of nothing is refused', () => {
    expect(sliceCandles(candles)).toBe(candles);
    expect(() => sliceCandles(candles, start + 50 * hour)).toThrow(
      expect.objectContaining({ reason: 'data.empty' }),
    );
    expect(() => sliceCandles(candles, undefined, start)).toThrow(
      expect.objectContaining({ reason: 'data.empty' }),
    );
  });
});

test('the content hash covers the timeframe and every column', () => {
  const candles = syntheticCandles({ seed: 1, bars: 5, timeframe: '1h', startTime: start });
  const hashes = candleColumnNames.map((name) => {
    const changed = candles[name].map((value, bar) => (bar === 4 ? value + 1 : value));
    return hashCandles('1h', { ...candles, [name]: changed });
  });
  expect(new Set([candles.hash, hashCandles('4h', candles), ...hashes]).size).toBe(8);
});

test('bars that this process holds are recalled without their file, and loaded only with it', async () => {
  const { candles } = await store.import(source, { now });
  const { hash, venue, symbol } = candles;
  truncateSync(onlyArrowFile(), 100);
  expect(await store.recall(hash, { venue, symbol })).toBe(candles);
  await expect(store.load(hash, { venue, symbol })).rejects.toMatchObject({ reason: 'data.format' });
  const other = new CandleStore(folder);
  await expect(other.recall(hash, { venue, symbol })).rejects.toMatchObject({ reason: 'data.format' });
});

test('bars are recalled under their own venue and symbol alone', async () => {
  const { candles } = await store.import(source, { now });
  await expect(store.recall(candles.hash, { venue: candles.venue, symbol: 'OTHER' })).rejects.toMatchObject({
    reason: 'data.missing',
  });
});
