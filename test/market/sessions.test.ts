import { describe, expect, test } from 'vitest';
import type { Candles } from '../../extension/contracts/candles.ts';
import { type Timeframe, timeframeMilliseconds } from '../../extension/contracts/timeframes.ts';
import { keepSessions, type SessionRule, splitSessions } from '../../extension/market/sessions.ts';
import { syntheticCandles } from '../../extension/market/synthetic.ts';

const series = (timeframe: Timeframe, startTime: number, days: number): Candles =>
  syntheticCandles({
    seed: 1,
    bars: (days * timeframeMilliseconds['1d']) / timeframeMilliseconds[timeframe],
    timeframe,
    startTime,
  });
const utc = (time: number): string => new Date(time).toISOString().slice(0, 16);
const rangesOf = (candles: Candles, rule: SessionRule): [string, string, number][] =>
  splitSessions(candles, rule).map(({ start, end, from, to }) => [utc(start), utc(end), to - from]);
const hours = (zone: string, open: string, close: string, days = [1, 2, 3, 4, 5]): SessionRule => {
  const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
  return { kind: 'hours', zone, open: minutes(open), close: minutes(close), days };
};

describe('hours of New York', () => {
  const newYork = hours('America/New_York', '09:30', '16:00');

  test('move with its daylight saving time, and leave weekends out', () => {
    // The clocks went forward on Sunday, 10 March 2024.
    expect(rangesOf(series('30m', Date.UTC(2024, 2, 7), 6), newYork)).toEqual([
      ['2024-03-07T14:30', '2024-03-07T21:00', 13],
      ['2024-03-08T14:30', '2024-03-08T21:00', 13],
      ['2024-03-11T13:30', '2024-03-11T20:00', 13],
      ['2024-03-12T13:30', '2024-03-12T20:00', 13],
    ]);
  });

  test('and back', () => {
    // The clocks went back on Sunday, 3 November 2024.
    expect(rangesOf(series('30m', Date.UTC(2024, 10, 1), 4), newYork)).toEqual([
      ['2024-11-01T13:30', '2024-11-01T20:00', 13],
      ['2024-11-04T14:30', '2024-11-04T21:00', 13],
    ]);
  });

  test('hold no bar that begins before or ends after them', () => {
    const candles = series('1h', Date.UTC(2024, 0, 8), 1);
    expect(rangesOf(candles, newYork)).toEqual([['2024-01-08T14:30', '2024-01-08T21:00', 6]]);
    expect(rangesOf(candles, hours('UTC', '09:30', '15:30'))).toEqual([
      ['2024-01-08T09:30', '2024-01-08T15:30', 5],
    ]);
    const [session] = splitSessions(candles, newYork);
    expect(utc(candles.time[session?.from ?? 0] ?? 0)).toBe('2024-01-08T15:00');
  });
});

test('a session may reach into the next day, and belongs to the day on which it opens', () => {
  const chicago = hours('America/Chicago', '17:00', '16:00', [0, 1, 2, 3, 4]);
  expect(rangesOf(series('1h', Date.UTC(2024, 0, 5), 5), chicago)).toEqual([
    ['2024-01-04T23:00', '2024-01-05T22:00', 22],
    ['2024-01-07T23:00', '2024-01-08T22:00', 23],
    ['2024-01-08T23:00', '2024-01-09T22:00', 23],
    ['2024-01-09T23:00', '2024-01-10T22:00', 1],
  ]);
});

test('a time that the clock skips is moved on, and of one that it shows twice the first is taken', () => {
  const night = hours('America/New_York', '02:30', '04:00', [0]);
  expect(rangesOf(series('30m', Date.UTC(2024, 2, 10), 1), night)).toEqual([
    ['2024-03-10T07:30', '2024-03-10T08:00', 1],
  ]);
  const early = hours('America/New_York', '01:30', '04:00', [0]);
  expect(rangesOf(series('30m', Date.UTC(2024, 10, 3), 1), early)).toEqual([
    ['2024-11-03T05:30', '2024-11-03T09:00', 7],
  ]);
});

test('zones a day ahead and half an hour off are met', () => {
  expect(
    rangesOf(series('30m', Date.UTC(2024, 0, 8), 1), hours('Pacific/Kiritimati', '08:00', '09:00', [1, 2])),
  ).toEqual([['2024-01-08T18:00', '2024-01-08T19:00', 2]]);
  expect(rangesOf(series('15m', Date.UTC(2024, 0, 8), 1), hours('Asia/Kolkata', '09:15', '15:30'))).toEqual([
    ['2024-01-08T03:45', '2024-01-08T10:00', 25],
  ]);
});

test('days are those of UTC, and weeks begin on Mondays', () => {
  const candles = series('4h', Date.UTC(2024, 0, 6), 4);
  expect(rangesOf(candles, { kind: 'day' }).map(([start, , bars]) => [start, bars])).toEqual([
    ['2024-01-06T00:00', 6],
    ['2024-01-07T00:00', 6],
    ['2024-01-08T00:00', 6],
    ['2024-01-09T00:00', 6],
  ]);
  expect(rangesOf(candles, { kind: 'week' })).toEqual([
    ['2024-01-01T00:00', '2024-01-08T00:00', 12],
    ['2024-01-08T00:00', '2024-01-15T00:00', 12],
  ]);
});

test('the bars of sessions are a set of their own', () => {
  const candles = series('30m', Date.UTC(2024, 2, 7), 6);
  const sessions = splitSessions(candles, hours('America/New_York', '09:30', '16:00'));
  const kept = keepSessions(candles, sessions);
  const indices = sessions.flatMap(({ from, to }) =>
    Array.from({ length: to - from }, (_, bar) => from + bar),
  );
  expect([...kept.time]).toEqual(indices.map((bar) => candles.time[bar]));
  expect([...kept.close]).toEqual(indices.map((bar) => candles.close[bar]));
  expect(kept.hash).not.toBe(candles.hash);
  expect(kept).toMatchObject({ symbol: candles.symbol, timeframe: '30m', synthetic: true });
});

test.each<[string, Timeframe, SessionRule]>([
  ['an unknown time zone', '1h', hours('Europe/Atlantis', '09:00', '17:00')],
  ['bars longer than the sessions', '1d', hours('UTC', '09:00', '17:00')],
])('%s is refused', (_, timeframe, rule) => {
  expect(() => splitSessions(series(timeframe, Date.UTC(2024, 0, 8), 5), rule)).toThrow(
    expect.objectContaining({ reason: 'usage' }),
  );
});

test('sessions without a bar are refused where bars are to be kept', () => {
  const candles = series('30m', Date.UTC(2024, 0, 6), 1);
  expect(() => keepSessions(candles, splitSessions(candles, hours('UTC', '09:00', '17:00')))).toThrow(
    expect.objectContaining({ reason: 'data.empty' }),
  );
});
