import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { CandleColumns, Candles } from '../../contracts/candles.ts';
import { LabError } from '../../contracts/errors.ts';
import { type Timeframe, timeframeMilliseconds } from '../../contracts/timeframes.ts';
import type { CandleStore, DataSet } from '../store/store.ts';
import type { Bar, BarSource, Series } from './bars.ts';
import type { ExchangeId } from './exchanges.ts';
import { addFinished, type Finished, readFinished } from './finished.ts';
import { loadBars } from './loadBars.ts';
import { makeLoadedSeries, nothingThere } from './loadedSeries.ts';
import { type Page, PartFile } from './partFile.ts';
import { isIn, type Range, within, without } from './ranges.ts';

export interface DownloadRequest {
  readonly exchange: ExchangeId;
  readonly symbol: string;
  readonly timeframe: Timeframe;
  /** Bars with `from` <= open time < `to`, UTC ms; up to the last closed bar where `to` is undefined. */
  readonly from: number;
  readonly to: number | undefined;
}

export interface DownloadServices {
  readonly store: CandleStore;
  /** Where pages and what was loaded before are kept. */
  readonly folder: string;
  readonly source: BarSource;
  /** UTC ms. */
  readonly clock: () => number;
  /** Hears how much of what was still to be loaded is there, from 0 to 1. */
  readonly progress: (fraction: number) => void;
  readonly signal: AbortSignal;
}

/** A bar may still change for a moment after its end. */
const settleMilliseconds = 5_000;
/** What an exchange did not have within a day of its time is asked for again by the next download. */
const trustedAge = timeframeMilliseconds['1d'];

/**
 * Loads closed candles of an exchange into the store, those alone that were not loaded before; a download
 * that was stopped or killed goes on where it was. The set depends on what the exchange has and not on how
 * often the download was begun.
 * @throws LabError as `BarSource`, `usage` for a timeframe that the exchange has not, `data.empty` where it has
 * no bars, `data.time` or `data.value` for bars that make no series
 */
export async function download(request: DownloadRequest, services: DownloadServices): Promise<DataSet> {
  const { store, folder, source, clock, progress, signal } = services;
  const { exchange, timeframe } = request;
  if (!source.has(timeframe)) {
    throw new LabError('usage', `${exchange} has no candles of ${timeframe}.`, {
      action: 'Download a shorter timeframe that it has, and resample it: strategy-lab data resample.',
    });
  }
  const venueFacts = await source.market(request.symbol);
  const series: Series = { exchange, symbol: venueFacts.symbol, timeframe };
  const now = Math.min(clock(), (await source.time()) ?? Number.POSITIVE_INFINITY);
  const range = closedRange(request, now);

  const name = join(folder, fileName(series));
  const part = new PartFile(`${name}.pages`);
  const stored = await storedRanges(store, series, await readFinished(`${name}.json`), range);
  const pages = distinct(await part.read());
  await loadBars({
    source,
    series,
    range,
    known: [
      ...stored.map(({ columns }) => columns.time),
      ...pages.map(({ bars }) => bars.map(([time]) => time)),
    ],
    asked: [...stored, ...pages],
    askedTwice: [...stored, ...pages.filter(({ isFinal }) => isFinal)],
    async keep(page) {
      if (page.isFinal && page.to > now - trustedAge) return;
      await part.append(page);
      pages.push(page);
    },
    progress,
    signal,
  });

  const bars = [
    ...stored.flatMap((block) => barsOf(block)),
    ...pages.flatMap((page) => page.bars.filter(([time]) => !isIn(time, stored))),
  ].filter(([time]) => isIn(time, [range]));
  const outside = pages.filter((page) => page.to <= range.from || page.from >= range.to);
  if (bars.length === 0) {
    await part.replace(outside);
    throw nothingThere(series, range, source);
  }
  const { candles, report } = makeLoadedSeries(bars, series, range, source, now);
  const set = await store.save(candles, { report, venueFacts });
  const to = trustedUntil(candles, Math.max(range.from, now - trustedAge), range.to);
  if (range.from < to) await addFinished(`${name}.json`, { from: range.from, to, hash: candles.hash });
  await part.replace(outside);
  return set;
}

/** Up to where missing bars are missing for good: `trusted`, and on as long as none is missing. */
function trustedUntil({ time, timeframe }: Candles, trusted: number, to: number): number {
  const step = timeframeMilliseconds[timeframe];
  let end = trusted;
  for (const opened of time) {
    if (opened > end) break;
    end = Math.max(end, opened + step);
  }
  return Math.min(end, to);
}

/** The wanted range as far as bars are closed. */
function closedRange(
  { timeframe, from, to = Number.POSITIVE_INFINITY }: DownloadRequest,
  now: number,
): Range {
  const range = { from, to: Math.min(to, now - settleMilliseconds - timeframeMilliseconds[timeframe] + 1) };
  if (range.from < range.to) return range;
  throw new LabError('usage', `No candle of ${timeframe} lies in that range and has closed.`, {
    action: 'Choose an earlier beginning, or a later end.',
  });
}

/** One name for a series: for people, and a piece of a hash that tells apart what people write alike. */
function fileName({ exchange, symbol, timeframe }: Series): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([exchange, symbol, timeframe]))
    .digest('hex');
  const label = `${exchange}-${symbol}-${timeframe}`.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 60);
  return `${label}-${hash.slice(0, 8)}`;
}

interface StoredRange extends Range {
  readonly columns: CandleColumns;
}

/** What was loaded before of a range, as parts that do not overlap. A set that is gone is not missed. */
async function storedRanges(
  store: CandleStore,
  { exchange, symbol }: Series,
  finished: readonly Finished[],
  wanted: Range,
): Promise<StoredRange[]> {
  const stored: StoredRange[] = [];
  for (const { from, to, hash } of finished) {
    const parts = without(within([{ from, to }], wanted), stored);
    if (parts.length === 0) continue;
    try {
      const columns = await store.load(hash, { venue: exchange, symbol });
      stored.push(...parts.map((part) => ({ ...part, columns })));
    } catch (error) {
      if (!LabError.is(error, 'data.missing') && !LabError.is(error, 'data.format')) throw error;
    }
  }
  return stored;
}

/** Pages that two downloads wrote at the same time stand twice. */
function distinct(pages: readonly Page[]): Page[] {
  return [...new Map(pages.map((page) => [`${page.from} ${page.to} ${page.isFinal}`, page])).values()];
}

function barsOf({ columns, from, to }: StoredRange): Bar[] {
  const { time, open, high, low, close, volume } = columns;
  const bars: Bar[] = [];
  for (let bar = 0; bar < time.length; bar += 1) {
    const opened = time[bar] ?? 0;
    if (opened < from || opened >= to) continue;
    bars.push([opened, open[bar] ?? 0, high[bar] ?? 0, low[bar] ?? 0, close[bar] ?? 0, volume[bar] ?? 0]);
  }
  return bars;
}
