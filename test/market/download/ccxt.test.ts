import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Candles } from '../../../extension/contracts/candles.ts';
import { ccxtSource } from '../../../extension/market/download/ccxtSource.ts';
import { makeClient } from '../../../extension/market/download/clients.ts';
import { download } from '../../../extension/market/download/download.ts';
import { exchangeIds } from '../../../extension/market/download/exchanges.ts';
import { CandleStore, type DataSet } from '../../../extension/market/store/store.ts';
import { temporaryFolder } from '../candleFiles.ts';
import { BinanceServer, barAt, type Fault, pointAt } from './binanceServer.ts';

const minute = 60_000;
const first = Date.UTC(2024, 0, 1);
const bars = 2500;
const times = Array.from({ length: bars }, (_, bar) => first + bar * minute);
/** The last bar of the list is open: it closes half a minute from now. */
const now = first + (bars - 0.5) * minute;

let server: BinanceServer;
let address: string;
let store: CandleStore;
let folder: string;
let pauses: number[];

async function serve(some: readonly number[] = times): Promise<void> {
  server = new BinanceServer({ step: minute, interval: '1m', times: some, now });
  address = await server.start();
}

beforeEach(() => {
  folder = temporaryFolder();
  store = new CandleStore(join(folder, 'data'));
  pauses = [];
});
afterEach(() => server.stop());

interface Options {
  readonly symbol?: string;
  readonly patience?: number;
  readonly signal?: AbortSignal;
  readonly from?: number;
  readonly to?: number | undefined;
  readonly clock?: number;
}

function load({
  symbol = 'BTC/USDT',
  patience,
  signal,
  from = first,
  to,
  clock = now,
}: Options = {}): Promise<DataSet> {
  const client = makeClient('binance', symbol);
  pointAt(client, address);
  if (patience !== undefined) client.timeout = patience;
  const stop = signal ?? new AbortController().signal;
  const source = ccxtSource({
    id: 'binance',
    client,
    clock: () => clock,
    signal: stop,
    sleep: async (milliseconds) => void pauses.push(milliseconds),
    onWait: () => undefined,
  });
  const services = {
    store,
    folder: join(folder, 'downloads'),
    source,
    clock: () => clock,
    progress: () => undefined,
  };
  return download({ exchange: 'binance', symbol, timeframe: '1m', from, to }, { ...services, signal: stop });
}

async function candlesOf({ meta }: DataSet): Promise<Candles> {
  return store.load(meta.hash);
}

const rowsOf = (candles: Candles): number[][] =>
  [...candles.time].map((time, bar) => [
    time,
    ...(['open', 'high', 'low', 'close', 'volume'] as const).map((name) => candles[name][bar] ?? 0),
  ]);
const closed = times.slice(0, -1);

test('the closed bars of Binance come as they are, in pages, and the open one is left out', async () => {
  await serve();
  const set = await load();
  expect(rowsOf(await candlesOf(set))).toEqual(closed.map(barAt));
  expect(set.meta).toMatchObject({ venue: 'binance', symbol: 'BTC/USDT', timeframe: '1m', synthetic: false });
  expect(set.report).toMatchObject({
    file: 'binance BTC/USDT',
    format: 'download',
    rows: bars - 1,
    problems: [],
  });
  expect(server.served.map(({ to, from }) => (to - from) / minute)).toEqual([
    1000,
    1000,
    expect.closeTo(498.4, 1),
  ]);
});

test('what Binance demands of orders is kept beside the set', async () => {
  await serve();
  expect((await load()).venueFacts).toEqual({
    venue: 'binance',
    symbol: 'BTC/USDT',
    kind: 'spot',
    quantityStep: 0.00001,
    minimumQuantity: 0.00001,
    maximumQuantity: 9000,
    priceTick: 0.01,
    minimumNotional: 5,
    contractSize: null,
    makerFee: 0.001,
    takerFee: 0.001,
    askedAt: now,
  });
  expect((await store.list())[0]?.venueFacts?.priceTick).toBe(0.01);
});

describe('the same set comes when an answer', () => {
  test.each<[string, Fault, number[]]>([
    ['asks to wait for 7 s', { kind: 'status', status: 429, headers: { 'retry-after': '7' } }, [7000]],
    ['is 429 and says no time', { kind: 'status', status: 429 }, [1000]],
    [
      'is 418 with a short lock-out',
      { kind: 'status', status: 418, headers: { 'retry-after': '60' } },
      [60_000],
    ],
    ['is 500', { kind: 'status', status: 500, body: '<html>Internal</html>' }, [1000]],
    [
      'is 503 in words of Binance',
      { kind: 'status', status: 503, body: '{"code":-1001,"msg":"Internal error"}' },
      [1000],
    ],
    ['is cut short', { kind: 'cut short' }, [1000]],
    ['is broken off', { kind: 'broken off' }, [1000]],
    ['is a page of another program', { kind: 'status', status: 200, body: '<html>Sign in</html>' }, [1000]],
    ['lacks a price', { kind: 'bad price', price: '' }, [1000]],
    ['holds a price of 0', { kind: 'bad price', price: '0.00000000' }, [1000]],
    ['is empty though there are bars', { kind: 'nothing' }, []],
    ['stops short of its end', { kind: 'only the first', bars: 300 }, []],
  ])('%s', async (_, fault, expected) => {
    await serve();
    const undisturbed = await load();
    const before = server.asked;
    for (const position of [0, 1]) {
      store = new CandleStore(join(folder, `data ${position}`));
      folder = temporaryFolder();
      server.faults.push(...Array.from({ length: position }, () => undefined), fault);
      const set = await load();
      expect(set.meta.hash).toBe(undisturbed.meta.hash);
      expect(set.report?.problems).toEqual([]);
    }
    expect(pauses).toEqual([...expected, ...expected]);
    expect(server.asked).toBeGreaterThan(before * 2);
  });

  test.each<Fault['kind']>(['silence', 'silence in the body'])('is %s for too long', async (kind) => {
    await serve();
    const { meta } = await load();
    folder = temporaryFolder();
    server.faults.push(undefined, { kind } as Fault);
    expect((await load({ patience: 150 })).meta.hash).toBe(meta.hash);
    expect(pauses).toEqual([1000]);
  });

  test('is shuffled and holds bars twice, which the report counts', async () => {
    await serve();
    const { meta } = await load();
    folder = temporaryFolder();
    server.faults.push({ kind: 'shuffled, some twice' });
    const set = await load();
    expect(set.meta.hash).toBe(meta.hash);
    expect(set.report?.problems.map(({ kind }) => kind)).toEqual(['duplicate-identical']);
  });
});

describe('bars that the exchange does not have', () => {
  const isMissing = (bar: number): boolean =>
    bar === 7 || (bar >= 1200 && bar < 1210) || (bar >= 1900 && bar < 2000);
  const some = times.filter((_, bar) => !isMissing(bar));

  test('are asked for once more, and then reported as gaps', async () => {
    await serve(some);
    const set = await load();
    expect(set.report).toMatchObject({ gaps: 3, missingBars: 111 });
    const gap = set.report?.problems.find(({ kind }) => kind === 'gap');
    expect(gap?.message).toContain('the exchange was asked for them twice and had none');
    expect(gap?.examples.map(({ time }) => time)).toEqual([8, 1210, 2000].map((bar) => times[bar]));
    // Three pages; bar 7 to 1007 and 1200 to 2000 once more.
    expect(server.asked).toBe(5);
  });

  test('but come with the second answer are there', async () => {
    await serve();
    const { meta } = await load();
    folder = temporaryFolder();
    server.faults.push(undefined, { kind: 'nothing' });
    const set = await load();
    expect(set.meta.hash).toBe(meta.hash);
    expect(set.report?.gaps).toBe(0);
  });

  test('before its first are found by days, and said in the report', async () => {
    await serve();
    const set = await load({ from: Date.UTC(2021, 0, 1) });
    expect(rowsOf(await candlesOf(set))).toEqual(closed.map(barAt));
    expect(set.report?.problems).toMatchObject([
      { kind: 'range-not-covered', severity: 'warning', count: 1_576_800, examples: [{ time: first }] },
    ]);
    expect(server.served.filter(({ interval }) => interval === '1d')).toHaveLength(2);
    expect(server.asked).toBeLessThan(12);
  });

  test('at all end in a refusal', async () => {
    await serve();
    await expect(load({ from: Date.UTC(2022, 0, 1), to: Date.UTC(2022, 0, 2) })).rejects.toMatchObject({
      reason: 'data.empty',
      message: expect.stringContaining('binance has no candles of BTC/USDT'),
    });
    expect(await store.list()).toEqual([]);
  });
});

describe('a bar that has not closed is never kept', () => {
  test.each([
    ['by the exchange’s clock, when ours is ahead', now + 10 * minute],
    ['by our clock, when it is behind', first + 100.5 * minute],
  ])('%s', async (_, clock) => {
    await serve();
    const candles = await candlesOf(await load({ clock }));
    expect(candles.time.at(-1)).toBe(Math.min(clock, now) > first + 200 * minute ? closed.at(-1) : times[99]);
  });

  test('when the whole range lies ahead', async () => {
    await serve();
    await expect(load({ from: now - minute / 4 })).rejects.toMatchObject({ reason: 'usage' });
    expect(server.asked).toBe(0);
  });
});

describe('a request that cannot succeed', () => {
  test('is given up after six answers of no use, with what was loaded kept', async () => {
    await serve();
    server.faults.push(
      undefined,
      ...Array.from({ length: 6 }, (): Fault => ({ kind: 'status', status: 502 })),
    );
    await expect(load()).rejects.toMatchObject({
      reason: 'exchange.unavailable',
      action: expect.stringContaining('what was loaded is kept'),
    });
    expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000]);
    const asked = server.asked;
    expect((await load()).bars).toBe(bars - 1);
    expect(server.asked - asked).toBe(2);
  });

  test('is given up at once when the exchange locks the address out for long', async () => {
    await serve();
    server.faults.push({ kind: 'status', status: 418, headers: { 'retry-after': '86400' } });
    await expect(load()).rejects.toMatchObject({
      reason: 'exchange.unavailable',
      message: expect.stringContaining('asks to wait for 86400 s'),
    });
    expect(server.asked).toBe(1);
  });

  test('is not made again when the exchange refuses it', async () => {
    await serve();
    server.faults.push({
      kind: 'status',
      status: 400,
      body: '{"code":-1100,"msg":"Illegal characters found."}',
    });
    await expect(load()).rejects.toMatchObject({
      reason: 'exchange.refused',
      message: expect.stringContaining('Illegal characters'),
    });
    expect(server.asked).toBe(1);
  });

  test('is not made for a market that is not there; its kin are named', async () => {
    await serve();
    await expect(load({ symbol: 'BTC/EUR' })).rejects.toMatchObject({
      reason: 'usage',
      action: 'Of BTC it has BTC/USDT.',
    });
    expect(server.asked).toBe(0);
  });

  test('ends when it is stopped, even while the exchange is silent', async () => {
    await serve();
    const stop = new AbortController();
    server.faults.push(undefined, { kind: 'silence' });
    const loading = load({ signal: stop.signal });
    await expect.poll(() => server.asked).toBe(2);
    stop.abort();
    await expect(loading).rejects.toMatchObject({ reason: 'cancelled' });
    expect((await load()).bars).toBe(bars - 1);
    expect(server.asked).toBe(4);
  });
});

test.each(exchangeIds)(
  'the client of %s offers candles of minutes, hours and days, by UTC time and without keys',
  async (id) => {
    await serve();
    const client = makeClient(id, 'BTC/USDT');
    expect(client.has['fetchOHLCV']).toBe(true);
    expect(client.enableRateLimit).toBe(true);
    const source = ccxtSource({
      id,
      client,
      clock: () => now,
      signal: new AbortController().signal,
      sleep: async () => undefined,
      onWait: () => undefined,
    });
    for (const timeframe of ['1m', '1h', '1d'] as const) expect(source.has(timeframe)).toBe(true);
    expect(source.pageBars).toBeGreaterThanOrEqual(300);
  },
);
