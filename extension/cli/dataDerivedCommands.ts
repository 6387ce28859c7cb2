import type { Candles } from '../contracts/candles.ts';
import { LabError } from '../contracts/errors.ts';
import type { Lab } from '../lab.ts';
import { derivedReport } from '../market/derivedReport.ts';
import { resampleCandles } from '../market/resample.ts';
import { keepSessions, type Session, type SessionRule, splitSessions } from '../market/sessions.ts';
import { refusal } from './allowed.ts';
import { presentReport } from './dataCommands.ts';
import { type MarketOptions, type NamedData, openData } from './market.ts';
import { parseTimeframe } from './options.ts';
import { formatTime, type Terminal, table } from './terminal.ts';

type IdentityOptions = Pick<MarketOptions, 'symbol' | 'venue'>;

export interface ResampleOptions extends IdentityOptions {
  readonly timeframe: string;
}

/** Makes a set of a higher timeframe and keeps it in the lab. */
export async function dataResampleCommand(
  lab: Lab,
  terminal: Terminal,
  data: string,
  options: ResampleOptions,
): Promise<void> {
  const timeframe = parseTimeframe(options.timeframe);
  const source = await openData(lab, data, options, 'DATA');
  await keep(lab, terminal, resampleCandles(source.candles, timeframe), source, 'resampled');
}

export interface SessionOptions extends IdentityOptions {
  readonly every?: string;
  readonly zone?: string;
  readonly open?: string;
  readonly close?: string;
  readonly days?: string;
  readonly keep?: boolean;
}

/** Splits a series into sessions, and keeps the bars inside them as a set where that is wanted. */
export async function dataSessionsCommand(
  lab: Lab,
  terminal: Terminal,
  data: string,
  options: SessionOptions,
): Promise<void> {
  const rule = parseRule(options);
  const source = await openData(lab, data, options, 'DATA');
  const { candles } = source;
  const sessions = splitSessions(candles, rule);
  if (options.keep === true) {
    await keep(lab, terminal, keepSessions(candles, sessions), source, 'bars of sessions');
    return;
  }
  terminal.document({ sessions });
  const inside = sessions.reduce((sum, { from, to }) => sum + to - from, 0);
  terminal.say(`${sessions.length} sessions hold ${inside} of ${candles.time.length} bars.`);
  if (sessions.length > 0) terminal.say(sessionTable(sessions));
}

const mostShown = 20;

function sessionTable(sessions: readonly Session[]): string {
  const shown = sessions.slice(0, mostShown);
  const rows = shown.map(({ start, end, from, to }) => [
    formatTime(start),
    formatTime(end),
    String(to - from),
  ]);
  const more = sessions.length - shown.length;
  const rest = more === 0 ? '' : `\n... and ${more} more; --json lists them all.`;
  return `${table(['from (UTC)', 'to (UTC)', 'bars'], rows)}${rest}`;
}

async function keep(
  lab: Lab,
  terminal: Terminal,
  made: Candles,
  { candles: source, files }: NamedData,
  how: string,
): Promise<void> {
  const file = `${source.venue} ${source.symbol} ${source.timeframe} ${source.hash.slice(0, 12)}`;
  const set = await lab.candles.save(made, {
    report: derivedReport(made, { file, format: how }),
    files: files === null ? null : [...files],
  });
  terminal.document(set);
  if (set.report !== null) presentReport(terminal, set.report);
  terminal.say(`Use it with: --data ${made.hash.slice(0, 12)}`);
}

const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

function parseRule({ every, zone, open, close, days }: SessionOptions): SessionRule {
  if (every === 'day' || every === 'week') return { kind: every };
  if (every !== undefined) throw refusal('--every', every, 'day or week', 'data sessions');
  if (open !== undefined && close !== undefined) {
    return {
      kind: 'hours',
      zone: zone ?? 'UTC',
      open: parseClock(open, '--open'),
      close: parseClock(close, '--close'),
      days: parseDays(days ?? 'mon-fri'),
    };
  }
  throw new LabError('usage', 'It is not said how to split the series.', {
    action:
      'Give --open and --close with --zone, such as 09:30, 16:00 and America/New_York; or --every day or week.',
  });
}

/** Minutes after midnight of a time such as 09:30. */
function parseClock(text: string, option: string): number {
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? [];
  if (hours !== undefined && Number(hours) < 24 && Number(minutes) < 60)
    return Number(hours) * 60 + Number(minutes);
  throw new LabError('usage', `${option} takes a time of day such as 09:30, was "${text}".`, {
    action: 'Write it with two digits for the minutes, from 00:00 to 23:59.',
  });
}

/** Days such as `mon-fri` or `mon,wed,sun`. */
function parseDays(text: string): number[] {
  const days = text
    .toLowerCase()
    .split(',')
    .flatMap((part) => {
      const [first, last = first] = part.split('-').map((name) => dayNames.indexOf(name.trim().slice(0, 3)));
      if (first === undefined || last === undefined || first < 0 || last < 0) return [-1];
      return Array.from({ length: ((last - first + 7) % 7) + 1 }, (_, day) => (first + day) % 7);
    });
  if (!days.includes(-1)) return days;
  throw new LabError('usage', `--days takes days such as mon-fri or sat,sun, was "${text}".`, {
    action: 'Use the first three letters of their English names.',
  });
}
