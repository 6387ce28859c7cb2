import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LabError } from '../../../extension/contracts/errors.ts';
import type { VenueFacts } from '../../../extension/contracts/venueFacts.ts';
import type { BarSource } from '../../../extension/market/download/bars.ts';
import { type DownloadRequest, download } from '../../../extension/market/download/download.ts';
import { lengthOf, merged, type Range, within, without } from '../../../extension/market/download/ranges.ts';
import { CandleStore, type DataSet } from '../../../extension/market/store/store.ts';
import { temporaryFolder } from '../candleFiles.ts';
import { barAt } from './binanceServer.ts';

const minute = 60_000;
const day = 1440 * minute;
const first = Date.UTC(2024, 0, 1);
const at = (bar: number): number => first + bar * minute;
/** Long after all bars, so that nothing is too young to be trusted. */
const now = first + 30 * day;
const pageBars = 10;

const facts: VenueFacts = {
  venue: 'kraken',
  symbol: 'BTC/USD',
  kind: 'spot',
  quantityStep: 0.001,
  minimumQuantity: null,
  maximumQuantity: null,
  priceTick: 0.1,
  minimumNotional: null,
  contractSize: null,
  makerFee: 0.002,
  takerFee: 0.004,
  askedAt: 0,
};

/** An exchange in memory. */
class MemoryExchange implements BarSource {
  readonly pageBars = pageBars;
  history: number | undefined;
  readonly times: number[];
  readonly asked: Range[] = [];
  /** Bars of an answer at most; what is left away is at its beginning or at its end. */
  most = pageBars;
  leavesAway: 'beginning' | 'end' = 'end';
  /** Hears of each request; may throw. */
  onAsked: (count: number) => void = () => undefined;

  constructor(times: readonly number[]) {
    this.times = times.toSorted((a, b) => a - b);
  }

  has = (): boolean => true;
  market = async (): Promise<VenueFacts> => facts;
  time = async (): Promise<undefined> => undefined;

  async bars({ timeframe }: { timeframe: string }, from: number, to: number) {
    if (timeframe === '1d') {
      const days = new Set(this.times.map((time) => Math.floor(time / day) * day));
      return [...days].filter((time) => time >= from && time < to).map(barAt);
    }
    expect(to - from).toBeLessThanOrEqual(pageBars * minute);
    this.asked.push({ from, to });
    this.onAsked(this.asked.length);
    const found = this.times.filter((time) => time >= from && time < to).map(barAt);
    return this.leavesAway === 'end' ? found.slice(0, this.most) : found.slice(-this.most);
  }
}

class Place {
  readonly folder = temporaryFolder();
  readonly store = new CandleStore(join(this.folder, 'data'));
  readonly #source: BarSource;

  constructor(source: BarSource) {
    this.#source = source;
  }

  load(from: number, to: number | undefined, present = now): Promise<DataSet> {
    const request: DownloadRequest = { exchange: 'kraken', symbol: 'BTC/USD', timeframe: '1m', from, to };
    return download(request, {
      store: this.store,
      folder: join(this.folder, 'downloads'),
      source: this.#source,
      clock: () => present,
      progress: () => undefined,
      signal: new AbortController().signal,
    });
  }

  async times({ meta }: DataSet): Promise<number[]> {
    return [...(await this.store.load(meta.hash)).time];
  }

  files(): Record<string, Buffer> {
    const folder = join(this.folder, 'data');
    return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));
  }
}

const barNumbers = fc.uniqueArray(fc.nat(50), { minLength: 25, maxLength: 51 });

test('the set is what the exchange has of the range, whatever fails on the way and however answers fall short', async () => {
  await fc.assert(
    fc.asyncProperty(
      barNumbers,
      fc.tuple(fc.nat(20), fc.integer({ min: 5, max: 40 })),
      fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 3 }),
      fc.integer({ min: 2, max: pageBars / 2 }),
      fc.constantFrom('beginning' as const, 'end' as const),
      async (numbers, [start, length], failures, most, leavesAway) => {
        const range = { from: at(start), to: at(start + length) };
        const times = numbers.map(at);
        const expected = times.filter((time) => time >= range.from && time < range.to).sort((a, b) => a - b);
        fc.pre(expected.length > 1);
        const exchange = new MemoryExchange(times);
        Object.assign(exchange, { most, leavesAway });
        const undisturbed = new Place(exchange);
        const set = await undisturbed.load(range.from, range.to);
        expect(await undisturbed.times(set)).toEqual(expected);

        const disturbed = new Place(exchange);
        for (const count of failures) {
          const before = exchange.asked.length;
          exchange.onAsked = (asked) => {
            if (asked - before === count) throw new LabError('exchange.unavailable', 'gone');
          };
          await disturbed.load(range.from, range.to).catch((error: unknown) => {
            expect(error).toMatchObject({ reason: 'exchange.unavailable' });
          });
        }
        exchange.onAsked = () => undefined;
        await disturbed.load(range.from, range.to);
        expect(disturbed.files()).toEqual(undisturbed.files());
      },
    ),
    { numRuns: 25, seed: 3 },
  );
});

describe('of a range that was loaded before', () => {
  const all = Array.from({ length: 100 }, (_, bar) => at(bar)).filter((_, bar) => bar !== 33);
  const begin = async (): Promise<[MemoryExchange, Place]> => {
    const exchange = new MemoryExchange(all);
    const place = new Place(exchange);
    await place.load(at(20), at(60));
    exchange.asked.length = 0;
    return [exchange, place];
  };

  test('nothing is asked for, not even what the exchange did not have', async () => {
    const [exchange, place] = await begin();
    const set = await place.load(at(20), at(60));
    expect(exchange.asked).toEqual([]);
    expect(set).toMatchObject({ bars: 39, report: { gaps: 1, missingBars: 1, duplicates: 0 } });
  });

  test('a part comes without a request', async () => {
    const [exchange, place] = await begin();
    expect(await place.times(await place.load(at(30), at(40)))).toEqual(
      all.filter((t) => t >= at(30) && t < at(40)),
    );
    expect(exchange.asked).toEqual([]);
  });

  test('only the rest of a longer one is asked for, and the parts are one set', async () => {
    const [exchange, place] = await begin();
    const set = await place.load(at(0), at(100));
    expect(await place.times(set)).toEqual(all);
    expect(merged(exchange.asked)).toEqual([
      { from: at(0), to: at(20) },
      { from: at(60), to: at(100) },
    ]);
    expect(set.report?.duplicates).toBe(0);
  });

  test('what lies between two ranges is not taken for loaded', async () => {
    const [exchange, place] = await begin();
    await place.load(at(80), at(90));
    exchange.asked.length = 0;
    expect(await place.times(await place.load(at(20), at(90)))).toHaveLength(69);
    expect(merged(exchange.asked)).toEqual([{ from: at(60), to: at(80) }]);
  });

  test('all is asked for again when its set is gone from the store', async () => {
    const [exchange, place] = await begin();
    rmSync(join(place.folder, 'data'), { recursive: true });
    expect((await place.load(at(20), at(60))).bars).toBe(39);
    expect(lengthOf(merged(exchange.asked))).toBe(40 * minute);
  });
});

test('what the exchange did not have yet is asked for again by the next download', async () => {
  const late = at(31);
  const exchange = new MemoryExchange(
    Array.from({ length: 50 }, (_, bar) => at(bar)).filter((time) => time !== late),
  );
  const place = new Place(exchange);
  const early = await place.load(at(0), undefined, at(60));
  expect(early.bars).toBe(49);
  expect(early.report?.problems.map(({ kind, count }) => [kind, count])).toEqual([
    ['range-not-covered', 9],
    ['gap', 1],
  ]);
  exchange.times.push(late, ...Array.from({ length: 20 }, (_, bar) => at(50 + bar)));
  exchange.asked.length = 0;
  expect((await place.load(at(0), undefined, at(80))).bars).toBe(70);
  expect(merged(exchange.asked)[0]?.from).toBe(late);
  exchange.asked.length = 0;
  await place.load(at(0), undefined, at(80));
  expect(merged(exchange.asked)[0]?.from).toBe(at(70));
});

test('an exchange that keeps little says so where its bars do not reach back', async () => {
  const exchange = new MemoryExchange([at(90), at(91)]);
  exchange.history = 2;
  const { report } = await new Place(exchange).load(at(0), at(92));
  expect(report?.problems.map(({ message }) => message)).toEqual([
    'The exchange has no bars of the wanted range before 2024-01-01T01:30:00.000Z; it keeps the latest 2 alone.',
  ]);
});

test('a page that a kill cut short is left out, and the next is whole', async () => {
  const exchange = new MemoryExchange(Array.from({ length: 40 }, (_, bar) => at(bar)));
  const place = new Place(exchange);
  const failAt = (request: number): void => {
    exchange.onAsked = (count) => {
      if (count === request) throw new LabError('exchange.unavailable', 'gone');
    };
  };
  failAt(2);
  await place.load(at(0), at(40)).catch(() => undefined);
  const downloads = join(place.folder, 'downloads');
  const path = join(downloads, readdirSync(downloads)[0] ?? '');
  const line = readFileSync(path, 'utf8').trim();
  // One page that was changed, and one whose end is lacking.
  appendFileSync(path, line.replace('"isFinal":false', '"isFinal":true'));
  appendFileSync(path, `\n${line.slice(0, 100)}`);
  failAt(4);
  await place.load(at(0), at(40)).catch(() => undefined);
  failAt(0);
  expect((await place.load(at(0), at(40))).bars).toBe(40);
  expect(exchange.asked.map(({ from }) => from)).toEqual([0, 10, 10, 20, 20, 30].map(at));
});

test('what the exchange did not have when a download was killed is asked for when it goes on', async () => {
  const late = [at(12), at(13)];
  const all = Array.from({ length: 44 }, (_, bar) => at(bar));
  const exchange = new MemoryExchange(all.filter((time) => !late.includes(time) && time !== at(35)));
  const place = new Place(exchange);
  // Five pages, then the gaps: the first was asked for when the second fails.
  exchange.onAsked = (count) => {
    if (count === 7) throw new LabError('exchange.unavailable', 'gone');
  };
  await place.load(at(0), undefined, at(45)).catch(() => undefined);
  expect(exchange.asked.at(-2)).toEqual({ from: at(12), to: at(14) });
  exchange.times.push(...late);
  exchange.onAsked = () => undefined;
  const set = await place.load(at(0), undefined, at(45));
  expect(await place.times(set)).toEqual(all.filter((time) => time !== at(35)));
});

test('a list of what was loaded that is damaged is no list', async () => {
  const exchange = new MemoryExchange(Array.from({ length: 30 }, (_, bar) => at(bar)));
  const place = new Place(exchange);
  await place.load(at(0), at(30));
  const downloads = join(place.folder, 'downloads');
  mkdirSync(downloads, { recursive: true });
  appendFileSync(join(downloads, readdirSync(downloads)[0] ?? ''), 'x');
  expect((await place.load(at(0), at(30))).bars).toBe(30);
  expect(exchange.asked.length).toBe(6);
});

describe('ranges of time', () => {
  const range = fc.tuple(fc.nat(60), fc.nat(20)).map(([from, length]) => ({ from, to: from + length }));
  const ranges = fc.array(range, { maxLength: 8 });
  const points = (some: readonly Range[]): Set<number> =>
    new Set(some.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, step) => from + step)));

  test('are cut and joined as the sets of their points are', () => {
    fc.assert(
      fc.property(ranges, ranges, range, (some, others, bounds) => {
        expect(points(merged(some))).toEqual(points(some));
        expect(points(without(some, others))).toEqual(
          new Set([...points(some)].filter((point) => !points(others).has(point))),
        );
        expect(points(within(some, bounds))).toEqual(
          new Set([...points(some)].filter((point) => points([bounds]).has(point))),
        );
        expect(lengthOf(merged(some))).toBe(points(some).size);
        const joined = merged(some);
        expect(joined.every(({ from }, index) => index === 0 || from > (joined[index - 1]?.to ?? 0))).toBe(
          true,
        );
      }),
    );
  });
});
