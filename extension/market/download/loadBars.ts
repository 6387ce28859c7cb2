import { timeframeMilliseconds } from '../../contracts/timeframes.ts';
import type { Bar, BarSource, Series } from './bars.ts';
import type { Page } from './partFile.ts';
import { isIn, lengthOf, merged, type Range, within, without } from './ranges.ts';
import { throwIfStopped } from './retry.ts';

const day = timeframeMilliseconds['1d'];

export interface LoadOptions {
  readonly source: BarSource;
  readonly series: Series;
  /** What is wanted, all of it closed. */
  readonly range: Range;
  /** Open times that are known already, in any order. */
  readonly known: readonly ArrayLike<number>[];
  /** What was asked before, and what was asked twice. */
  readonly asked: readonly Range[];
  readonly askedTwice: readonly Range[];
  /** Makes a page safe. */
  readonly keep: (page: Page) => Promise<void>;
  readonly progress: (fraction: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Loads the bars of a range that were not asked for before, in pages from the oldest on; then asks once more
 * for what is missing between the bars, just before the first and just after the last, since exchanges now
 * and then answer less than they have.
 * @throws LabError as `BarSource.bars`
 */
export async function loadBars(options: LoadOptions): Promise<void> {
  const { source, series, range, keep, progress, signal } = options;
  const step = timeframeMilliseconds[series.timeframe];
  const pageLength = source.pageBars * step;
  const times = [...options.known];
  const todo = within(without([range], options.asked), range);
  const wholeLength = lengthOf(todo);
  let doneLength = 0;
  let mayLeap = options.known.every(({ length }) => length === 0);

  for (const { from, to } of todo) {
    for (let at = from; at < to; ) {
      throwIfStopped(signal);
      const end = Math.min(to, at + pageLength);
      const bars = await source.bars(series, at, end);
      const last = bars.reduce((latest, [time]) => Math.max(latest, time), Number.NEGATIVE_INFINITY);
      // An answer may stop short of what was asked for; the rest is asked for next.
      let next = bars.length === 0 ? end : Math.min(end, last + step);
      if (bars.length > 0) times.push(bars.map(([time]) => time));
      else if (mayLeap && next < to) next = await firstDay(options, next, to);
      mayLeap = false;
      await keep({ from: at, to: next, isFinal: false, bars: [...bars] });
      doneLength += next - at;
      progress(doneLength / wholeLength);
      at = next;
    }
  }
  let asked = [...options.askedTwice];
  for (let wasNew = true; wasNew; ) {
    const missing = without(gapsOf(times, range, step, pageLength), asked);
    const before = times.length;
    asked = asked.concat(await askAgain(options, missing, times));
    wasNew = times.length > before;
  }
}

/**
 * Where the first day with bars begins, of the days from `from` on, so that years before a market's first trade
 * are not asked for minute by minute; `from` where the exchange has no days to tell it.
 */
async function firstDay(options: LoadOptions, from: number, to: number): Promise<number> {
  const { source, series, signal } = options;
  if (timeframeMilliseconds[series.timeframe] >= day || !source.has('1d')) return from;
  const days: Series = { ...series, timeframe: '1d' };
  for (let at = Math.floor(from / day) * day; at < to; at += source.pageBars * day) {
    throwIfStopped(signal);
    const bars = await source.bars(days, at, Math.min(to, at + source.pageBars * day));
    const first = Math.min(...bars.map(([time]) => time));
    // A day of another time zone begins up to a day before that of UTC.
    if (bars.length > 0) return Math.max(from, first - day);
  }
  return to;
}

/**
 * Asks for what is missing, page by page, each until an answer brings nothing new. Adds the open times of what
 * came to `times`, and answers the ranges in which nothing more is to be had.
 */
async function askAgain(
  options: LoadOptions,
  missing: readonly Range[],
  times: ArrayLike<number>[],
): Promise<Range[]> {
  const step = timeframeMilliseconds[options.series.timeframe];
  // With the known bars on either side that an answer must hold to be believed.
  const pageLength = (options.source.pageBars - 2) * step;
  const exhausted: Range[] = [];
  let reached = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < missing.length; ) {
    const from = Math.max(reached, missing[index]?.from ?? 0);
    reached = from + pageLength;
    let end = index;
    while (end < missing.length && (missing[end]?.from ?? 0) < reached) end += 1;
    const page = within(missing.slice(index, end), { from, to: reached });
    exhausted.push(...(await askForGaps(options, page, times)));
    // A gap that reaches over the page goes on in the next.
    index = (missing[end - 1]?.to ?? 0) > reached ? end - 1 : end;
  }
  return exhausted;
}

/** As `askAgain`, for the gaps of one page: together first, then one by one where that proves nothing. */
async function askForGaps(
  { source, series, range, keep, signal }: LoadOptions,
  gaps: readonly Range[],
  times: ArrayLike<number>[],
): Promise<Range[]> {
  const step = timeframeMilliseconds[series.timeframe];
  const exhausted: Range[] = [];
  let left = gaps;
  let isTogether = gaps.length > 1;
  for (let [gap] = left; gap !== undefined; [gap] = left) {
    throwIfStopped(signal);
    const together = { from: gap.from - step, to: (left.at(-1)?.to ?? gap.to) + step };
    const [asked = gap] = isTogether ? within([together], range) : [gap];
    const bars = await source.bars(series, asked.from, asked.to);
    const found = bars.filter(([time]) => isIn(time, left));
    if (found.length > 0) {
      await keep({ ...asked, isFinal: false, bars: found });
      times.push(found.map(([time]) => time));
      left = without(left, found.map(barRange(step)));
      continue;
    }
    // Between the bars of an answer nothing is lacking; at its ends it may have been cut short.
    const answered = merged(bars.map(barRange(step)));
    const whole = { from: answered[0]?.from ?? 0, to: answered.at(-1)?.to ?? 0 };
    const proven = isTogether && bars.length > 0 ? whole : asked;
    if (bars.length > 0 || !isTogether) {
      await keep({ ...proven, isFinal: true, bars: [] });
      exhausted.push(proven);
      left = without(left, [proven]);
    }
    isTogether = false;
  }
  return exhausted;
}

const barRange =
  (step: number) =>
  ([time]: Bar): Range => ({ from: time, to: time + step });

/** Where bars are missing: between those that there are, and for one page before the first and after the last. */
function gapsOf(
  times: readonly ArrayLike<number>[],
  range: Range,
  step: number,
  pageLength: number,
): Range[] {
  const sorted = Float64Array.from(times.flatMap((some) => Array.from(some))).sort();
  const first = sorted.at(0);
  if (first === undefined) return [];
  const last = (sorted.at(-1) ?? first) + step;
  const gaps: Range[] = [{ from: Math.max(range.from, first - pageLength), to: first }];
  for (let index = 1; index < sorted.length; index += 1) {
    const from = (sorted[index - 1] ?? 0) + step;
    const to = sorted[index] ?? 0;
    if (from < to) gaps.push({ from, to });
  }
  gaps.push({ from: last, to: Math.min(range.to, last + pageLength) });
  return within(gaps, range);
}
