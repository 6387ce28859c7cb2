import { offsetInBar } from '../backtest/barGrid.ts';
import type { Candles } from '../contracts/candles.ts';
import { LabError } from '../contracts/errors.ts';
import { timeframeMilliseconds } from '../contracts/timeframes.ts';
import { makeCandles } from './candles.ts';

const minute = 60_000;
const day = timeframeMilliseconds['1d'];

/** How a series is split: by days or weeks of UTC, or by hours of trading on some days of a time zone. */
export type SessionRule = { readonly kind: 'day' | 'week' } | TradingHours;

export interface TradingHours {
  readonly kind: 'hours';
  /** A name of the IANA time zone database, such as `America/New_York`. */
  readonly zone: string;
  /** Minutes after midnight. A close that is not after the open is on the next day. */
  readonly open: number;
  readonly close: number;
  /** Days on which a session opens: 0 for Sunday to 6 for Saturday. */
  readonly days: readonly number[];
}

/** A session, UTC ms, with its bars: indices `from` to `to`, without `to`. */
export interface Session {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
}

/**
 * The sessions of a series that have bars, oldest first. A bar belongs to a session when all of it lies within.
 * @throws LabError `usage` for a time zone that is unknown, or bars too long for any session
 */
export function splitSessions({ time, timeframe }: Candles, rule: SessionRule): Session[] {
  const step = timeframeMilliseconds[timeframe];
  const first = time.at(0);
  const last = time.at(-1);
  if (first === undefined || last === undefined) return [];
  const sessions: Session[] = [];
  let bar = 0;
  for (const { start, end } of intervals(rule, first, last)) {
    if (end - start < step) throw tooLong(timeframe);
    while (bar < time.length && (time[bar] ?? 0) < start) bar += 1;
    const from = bar;
    while (bar < time.length && (time[bar] ?? 0) + step <= end) bar += 1;
    if (bar > from) sessions.push({ start, end, from, to: bar });
  }
  return sessions;
}

/** The bars of some sessions as one series. @throws LabError `data.empty` where there are none */
export function keepSessions(candles: Candles, sessions: readonly Session[]): Candles {
  const length = sessions.reduce((sum, { from, to }) => sum + to - from, 0);
  if (length === 0) {
    throw new LabError('data.empty', 'No bar lies in a session.', {
      action: 'Check the time zone, the hours and the days.',
    });
  }
  const kept = (column: Float64Array): Float64Array => {
    const values = new Float64Array(length);
    let at = 0;
    for (const { from, to } of sessions) {
      values.set(column.subarray(from, to), at);
      at += to - from;
    }
    return values;
  };
  const { time, open, high, low, close, volume } = candles;
  return makeCandles(candles, {
    time: kept(time),
    open: kept(open),
    high: kept(high),
    low: kept(low),
    close: kept(close),
    volume: kept(volume),
  });
}

function* intervals(
  rule: SessionRule,
  first: number,
  last: number,
): Generator<{ readonly start: number; readonly end: number }> {
  if (rule.kind === 'hours') {
    yield* tradingHours(rule, first, last);
    return;
  }
  const timeframe = rule.kind === 'day' ? '1d' : '1w';
  const length = timeframeMilliseconds[timeframe];
  for (let start = first - offsetInBar(first, timeframe); start <= last; start += length) {
    yield { start, end: start + length };
  }
}

function* tradingHours({ zone, open, close, days }: TradingHours, first: number, last: number) {
  const offsetAt = zoneOffset(zone);
  // A day more at either end, since a zone may be a day ahead or behind and a session may reach into the next.
  for (let date = Math.floor(first / day) * day - 2 * day; date <= last + day; date += day) {
    if (!days.includes(new Date(date).getUTCDay())) continue;
    const start = utcOf(date + open * minute, offsetAt);
    const end = utcOf(date + close * minute + (close > open ? 0 : day), offsetAt);
    yield { start, end };
  }
}

/**
 * UTC of a time on a wall clock, both as ms. Of a time that the clock shows twice it is the first; one that
 * it skips is moved on by as much as the clock is.
 */
function utcOf(wall: number, offsetAt: (time: number) => number): number {
  const before = offsetAt(wall - day);
  const after = offsetAt(wall + day);
  const fitting = [wall - before, wall - after].filter((time) => offsetAt(time) === wall - time);
  return fitting.length === 0 ? wall - before : Math.min(...fitting);
}

/** How far a time zone is ahead of UTC at a time, in ms. */
function zoneOffset(zone: string): (time: number) => number {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (cause) {
    throw new LabError('usage', `--zone knows no time zone ${JSON.stringify(zone)}.`, {
      action: 'Name it as the IANA database does, such as America/New_York or Europe/London.',
      cause,
    });
  }
  return (time) => {
    const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
    const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
    const wall = Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
    );
    return wall - Math.floor(time / 1000) * 1000;
  };
}

function tooLong(timeframe: string): LabError {
  return new LabError('usage', `Bars of ${timeframe} are longer than a session.`, {
    action: 'Use bars of a shorter timeframe.',
  });
}
