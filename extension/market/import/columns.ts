import { LabError } from '../../contracts/errors.ts';
import { isAbsent } from './cell.ts';
import { isMoney } from './pairs.ts';
import type { Source } from './source.ts';
import { isCompactDate, parseNumber, parseTime } from './time.ts';

/** Index of the cell of each fact in a row. */
export interface ColumnMap {
  readonly time: number;
  /** A column with the time of day, where `time` holds the day alone. */
  readonly timeOfDay?: number | undefined;
  /** True where the days are written as `20230102` and the times of day as `093000` or `0930`. */
  readonly hasCompactDates?: boolean | undefined;
  /** A second column with the same time, to be compared. */
  readonly timeCheck?: number | undefined;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly trades?: number | undefined;
  readonly symbol?: number | undefined;
}

const aliases = {
  time: [
    'opentime',
    'unix',
    'unixtime',
    'unixtimestamp',
    'timestamp',
    'ts',
    'time',
    't',
    'epoch',
    'datetime',
    'date',
    'starttime',
  ],
  open: ['open', 'o', 'openprice'],
  high: ['high', 'h', 'highprice', 'max'],
  low: ['low', 'l', 'lowprice', 'min'],
  close: ['close', 'c', 'closeprice'],
  volume: ['volume', 'vol', 'v', 'basevolume', 'volumebase', 'baseassetvolume', 'volumefrom'],
  trades: ['tradecount', 'trades', 'count', 'numberoftrades', 'numtrades'],
  symbol: ['symbol', 'pair', 'ticker', 'instrument', 'market'],
  /** Columns that hold the symbol where none of the above is there, and numbers or money in other files. */
  symbolLike: ['coin', 'asset', 'name', 'currency'],
} as const;

type PriceColumn = 'open' | 'high' | 'low' | 'close';

/** A column's name without case, spaces and signs: `Open Time`, `open_time` and `<OpenTime>` are one. */
function normalise(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}

/**
 * Finds the columns of a header. `firstRow` decides which of several time columns is read: a numeric
 * one goes before a date, since a date's zone is seldom written; the other is compared with it.
 * `symbol` (`BTC/USDT`) tells which of `Volume BTC` and `Volume USDT` is
 * the base asset's. Throws `data.format` with the columns found.
 */
export function mapColumns(
  source: Source,
  header: readonly string[],
  firstRow: readonly string[],
  symbol: string,
): ColumnMap {
  const names = header.map(normalise);
  const fail = (problem: string): LabError =>
    new LabError('data.format', `${source.name} ${problem}; its columns are ${listNames(header)}.`, {
      action: 'Give it a header line with the columns time, open, high, low, close and volume.',
      place: { file: source.path },
    });
  const optional = (wanted: readonly string[]): number | undefined => {
    const found = names.flatMap((name, index) => (wanted.includes(name) ? [index] : []));
    if (found.length > 1) throw fail(`has more than one column for the same thing (${wanted[0]})`);
    return found[0];
  };
  const required = (key: PriceColumn): number => {
    const index = optional(aliases[key]);
    if (index === undefined) throw fail(`has no column ${key}`);
    return index;
  };

  const volume = findVolume(names, symbol);
  const prices = {
    open: required('open'),
    high: required('high'),
    low: required('low'),
    close: required('close'),
  };
  const times = findTimes(names, firstRow);
  const symbolIndex = optional(aliases.symbol) ?? symbolColumn(header, firstRow);
  if (times === undefined) throw fail('has no column with the time');
  if (volume === undefined) throw fail('has no column with the volume in units of the base asset');
  return { ...times, ...prices, volume, trades: optional(aliases.trades), symbol: symbolIndex };
}

/** Index of the column with the symbol, needed before the volume columns can be told apart. */
export function symbolColumn(header: readonly string[], firstRow: readonly string[]): number | undefined {
  const names = header.map(normalise);
  const certain = names.findIndex((name) => (aliases.symbol as readonly string[]).includes(name));
  if (certain !== -1) return certain;
  const holdsText = (index: number): boolean =>
    /\p{L}/u.test(firstRow[index] ?? '') && !isAbsent(firstRow[index] ?? '');
  return aliases.symbolLike
    .map((name) => names.indexOf(name))
    .find((index) => index !== -1 && holdsText(index));
}

function findTimes(
  names: readonly string[],
  firstRow: readonly string[],
): Pick<ColumnMap, 'time' | 'timeOfDay' | 'hasCompactDates' | 'timeCheck'> | undefined {
  const wanted: readonly string[] = aliases.time;
  const found = names.flatMap((name, index) => (wanted.includes(name) ? [index] : []));
  // Data frames write their index as a column without a name: the first in CSV, the last in Parquet.
  if (found.length === 0)
    found.push(...[0, names.length - 1].filter((index) => names[index] === '').slice(0, 1));
  // Beside CoinMarketCap's `timeOpen`, its `timestamp` is the time of the close.
  const timeOpen = names.indexOf('timeopen');
  if (timeOpen !== -1) return { time: timeOpen };
  const compact = names.indexOf('date');
  if (found.length <= 2 && isCompactDate(firstRow[compact] ?? '')) {
    const timeOfDay = found.find((index) =>
      /^\s*\d{1,2}:?\d{2}(:?\d{2})?\s*$/.test(index === compact ? '' : (firstRow[index] ?? '')),
    );
    if (found.length === 1 || timeOfDay !== undefined)
      return { time: compact, timeOfDay, hasCompactDates: true };
  }
  const time = found.find((index) => parseNumber(firstRow[index] ?? '') !== undefined) ?? found[0];
  if (time === undefined) return undefined;
  const others = found.filter((index) => index !== time);
  const timeOfDay = others.find((index) => /^\s*\d{1,2}:\d{2}(:\d{2})?\s*$/.test(firstRow[index] ?? ''));
  const timeCheck = others.find((index) => parseTime(firstRow[index] ?? '') !== undefined);
  return { time, timeOfDay, timeCheck };
}

/**
 * Only a volume in units of the base asset will do: that of the symbol's base asset, else a plain
 * `volume`, else the only `Volume X` whose X is neither the symbol's quote asset nor money.
 */
function findVolume(names: readonly string[], symbol: string): number | undefined {
  const [base = '', quote = ''] = symbol.split(/[/:]/).map(normalise);
  const only = (accept: (name: string) => boolean): number | undefined => {
    const found = names.flatMap((name, index) => (accept(name) ? [index] : []));
    return found.length === 1 ? found[0] : undefined;
  };
  const plain: readonly string[] = aliases.volume;
  return (
    only((name) => base !== '' && name === `volume${base}`) ??
    only((name) => plain.includes(name)) ??
    only((name) => {
      const asset = /^volume([a-z]{2,6})$/.exec(name)?.[1];
      return asset !== undefined && asset !== quote && !['quote', 'to'].includes(asset) && !isMoney(asset);
    })
  );
}

function listNames(header: readonly string[]): string {
  const shown = header.slice(0, 15).map((name) => JSON.stringify(name.slice(0, 30)));
  return shown.join(', ') + (header.length > shown.length ? ' ...' : '');
}
