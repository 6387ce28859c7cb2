import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canResample, type HigherBars, Resampler } from '../../extension/backtest/resample.ts';
import { type CandleColumns, timeframeSchema } from '../../extension/contracts/candles.ts';
import { type Timeframe, timeframeMilliseconds } from '../../extension/contracts/timeframes.ts';
import { emptyColumns, numbersFrom } from './support/market.ts';

type Bar = Record<keyof HigherBars, number>;

const names = ['time', 'open', 'high', 'low', 'close', 'volume', 'visibleAt'] as const;
const minute = 60_000;
const monday = Date.UTC(2024, 0, 1);

/** Base bars at the given steps after `first`, with prices that no two bars share. */
function barsAt(first: number, step: number, places: readonly number[]): CandleColumns {
  const columns = emptyColumns(places.length);
  const random = numbersFrom(places.length);
  for (const [bar, place] of places.entries()) {
    const [open, close] = [100 + random(), 100 + random()];
    columns.time[bar] = first + place * step;
    columns.open[bar] = open;
    columns.close[bar] = close;
    columns.high[bar] = Math.max(open, close) + random();
    columns.low[bar] = Math.min(open, close) - random();
    columns.volume[bar] = random();
  }
  return columns;
}

const rowsOf = (bars: HigherBars): Bar[] =>
  [...bars.time].map((_, row) => Object.fromEntries(names.map((name) => [name, bars[name][row]])) as Bar);

function resample(base: Timeframe, higher: Timeframe, columns: CandleColumns, cuts: readonly number[] = []) {
  const resampler = new Resampler(base, higher);
  const borders = [0, ...cuts.toSorted((a, b) => a - b), columns.time.length];
  return borders.slice(1).flatMap((to, piece) => rowsOf(resampler.feed(columns, borders[piece] ?? 0, to)));
}

/** The same by the letter of the rule: group all bars by their opening, then look for the first end that reaches it. */
function groupBy(base: Timeframe, higher: Timeframe, columns: CandleColumns): Bar[] {
  const step = timeframeMilliseconds[base];
  const length = timeframeMilliseconds[higher];
  const origin = higher === '1w' ? monday : 0;
  const indices = [...columns.time.keys()];
  const groups = Map.groupBy(
    indices,
    (bar) => Math.floor(((columns.time[bar] ?? 0) - origin) / length) * length + origin,
  );
  return [...groups].flatMap(([time, bars]) => {
    const of = (name: keyof CandleColumns): number[] => bars.map((bar) => columns[name][bar] ?? 0);
    const visibleAt = indices.find((bar) => (columns.time[bar] ?? 0) + step >= time + length);
    if (visibleAt === undefined) return [];
    return {
      time,
      open: of('open')[0] ?? 0,
      high: Math.max(...of('high')),
      low: Math.min(...of('low')),
      close: of('close').at(-1) ?? 0,
      volume: of('volume').reduce((sum, volume) => sum + volume, 0),
      visibleAt,
    };
  });
}

const pairs = timeframeSchema.options.flatMap((base) =>
  timeframeSchema.options
    .filter((higher) => canResample(base, higher))
    .map((higher) => [base, higher] as const),
);

test('bars of a higher timeframe are those of a group-by, whatever is missing and however the pieces are cut', () => {
  const places = fc.uniqueArray(fc.nat(400), { minLength: 1, maxLength: 120 });
  fc.assert(
    fc.property(
      fc.constantFrom(...pairs),
      places,
      fc.nat(5000),
      fc.array(fc.nat(120)),
      ([base, higher], chosen, first, cuts) => {
        const step = timeframeMilliseconds[base];
        // Base weeks and three-day bars have grids of their own.
        const from = (base === '3d' ? 0 : monday) + first * step;
        const columns = barsAt(
          from,
          step,
          chosen.toSorted((a, b) => a - b),
        );
        const expected = groupBy(base, higher, columns);
        const within = cuts.map((cut) => Math.min(cut, columns.time.length));
        expect(resample(base, higher, columns)).toEqual(expected);
        expect(resample(base, higher, columns, within)).toEqual(expected);
      },
    ),
    { numRuns: 400, seed: 5 },
  );
});

test('what is known at a bar does not hang on what comes after it', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(300), { minLength: 2, maxLength: 90 }), fc.nat(90), (chosen, known) => {
      const columns = barsAt(
        monday,
        minute,
        chosen.toSorted((a, b) => a - b),
      );
      const until = Math.min(known, columns.time.length);
      const rows = rowsOf(new Resampler('1m', '15m').feed(columns, 0, until));
      const all = resample('1m', '15m', columns).filter(({ visibleAt }) => visibleAt < until);
      expect(rows).toEqual(all);
    }),
    { numRuns: 200, seed: 6 },
  );
});

describe('a higher bar is known', () => {
  const visible = (places: readonly number[]): number[] =>
    resample('1m', '5m', barsAt(monday, minute, places)).map((row) => row.visibleAt);

  test('at the close of its last base bar, and not before', () => {
    expect(visible([0, 1, 2, 3])).toEqual([]);
    expect(visible([0, 1, 2, 3, 4])).toEqual([4]);
  });

  test('where its last base bar is missing, at the close of the next that there is', () => {
    expect(visible([0, 1, 2, 3, 7])).toEqual([4]);
  });

  test('together with the next one, where that one consists of its last base bar alone', () => {
    expect(visible([0, 9])).toEqual([1, 1]);
  });
});

test('days open at 00:00 UTC and weeks on Mondays', () => {
  const columns = barsAt(
    monday - 3 * 3_600_000,
    3_600_000,
    Array.from({ length: 400 }, (_, place) => place),
  );
  const opened = (higher: Timeframe): string[] =>
    resample('1h', higher, columns).map(({ time }) => new Date(time).toUTCString().slice(0, 22));
  expect(opened('1d').slice(0, 2)).toEqual(['Sun, 31 Dec 2023 00:00', 'Mon, 01 Jan 2024 00:00']);
  expect(opened('1w')).toEqual([
    'Mon, 25 Dec 2023 00:00',
    'Mon, 01 Jan 2024 00:00',
    'Mon, 08 Jan 2024 00:00',
  ]);
});

describe('bars that cannot be made are refused', () => {
  test.each<[Timeframe, Timeframe]>([
    ['1h', '1m'],
    ['1h', '1h'],
    ['3m', '5m'],
    ['3d', '1w'],
    ['1w', '1d'],
  ])('%s to %s', (base, higher) => {
    expect(() => new Resampler(base, higher)).toThrow(expect.objectContaining({ reason: 'data.time' }));
  });

  test('when a base bar lies in two of them', () => {
    const columns = barsAt(monday - 5 * 3_600_000, 86_400_000, [0, 1]);
    expect(() => new Resampler('1d', '1w').feed(columns, 0, 2)).toThrow(
      expect.objectContaining({ reason: 'data.time', place: { bar: 0, time: columns.time[0] } }),
    );
  });
});
