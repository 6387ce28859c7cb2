import type { CandleColumns } from '../contracts/candles.ts';
import { noColumns } from './pieces.ts';

/** Bars `from` to `to` of one market, and finer ones of the same time where there are any. */
export interface MarketPiece {
  readonly columns: CandleColumns;
  readonly from: number;
  readonly to: number;
  readonly finer?: { readonly columns: CandleColumns; readonly from: number; readonly to: number };
  /** What a position pays at the open of each bar, by the index of `columns`. */
  readonly funding?: Float64Array;
}

/** Earliest open time among the next bars of several markets; Infinity where none has one left. */
export function nextTime(
  columns: readonly Pick<CandleColumns, 'time'>[],
  next: readonly number[],
  ends: readonly number[],
): number {
  let earliest = Infinity;
  for (let market = 0; market < columns.length; market++) {
    const index = next[market] as number;
    if (index >= (ends[market] as number)) continue;
    const time = (columns[market] as Pick<CandleColumns, 'time'>).time[index] as number;
    if (time < earliest) earliest = time;
  }
  return earliest;
}

/** Finer bars of the same market: where they cover a bar, orders meet them in its place. */
export interface FinerBars {
  readonly columns: CandleColumns;
  /** Those of the bar at work: `from` included, `to` not. */
  from: number;
  to: number;
}

/** Finds the finer bars that lie inside one bar after the other. */
export class FinerCursor implements FinerBars {
  columns: CandleColumns = noColumns;
  /** Finer bars of the bar at work: `from` included, `to` not. */
  from = 0;
  to = 0;
  isGiven = false;
  readonly #barMilliseconds: number;
  #end = 0;
  #next = 0;

  constructor(barMilliseconds: number) {
    this.#barMilliseconds = barMilliseconds;
  }

  /** Takes the finer bars of the next bars; none for undefined. */
  begin(piece: MarketPiece['finer']): void {
    this.isGiven = piece !== undefined;
    this.columns = piece?.columns ?? noColumns;
    this.#next = piece?.from ?? 0;
    this.#end = piece?.to ?? 0;
  }

  /** Moves on to the bar that opens at `start`. */
  moveTo(start: number): void {
    const { time } = this.columns;
    const end = start + this.#barMilliseconds;
    while (this.#next < this.#end && (time[this.#next] as number) < start) this.#next++;
    this.from = this.#next;
    while (this.#next < this.#end && (time[this.#next] as number) < end) this.#next++;
    this.to = this.#next;
  }
}

/** Rows of the times of several markets: each time at which any of them has a bar, once, ascending. */
export interface Timeline {
  readonly times: Float64Array;
  /** For each market the number of its bars that open before each time, and their total at the end. */
  readonly barsBefore: readonly Uint32Array[];
}

/** Aligns markets by time. */
export function timelineOf(markets: readonly Pick<CandleColumns, 'time'>[]): Timeline {
  const ends = markets.map(({ time }) => time.length);
  const next = markets.map(() => 0);
  const times: number[] = [];
  const before: number[][] = markets.map(() => []);
  for (;;) {
    const time = nextTime(markets, next, ends);
    for (const [market, counts] of before.entries()) counts.push(next[market] as number);
    if (time === Infinity) break;
    times.push(time);
    for (const [market, { time: own }] of markets.entries()) {
      const index = next[market] as number;
      if (own[index] === time) next[market] = index + 1;
    }
  }
  return {
    times: Float64Array.from(times),
    barsBefore: before.map((counts) => Uint32Array.from(counts)),
  };
}

/** Finer bars that open before each bar, and their total at the end. Both `time` columns ascend. */
export function finerRanges(time: Float64Array, finer: Float64Array): Uint32Array {
  const ranges = new Uint32Array(time.length + 1);
  let next = 0;
  for (const [bar, start] of time.entries()) {
    while (next < finer.length && (finer[next] as number) < start) next++;
    ranges[bar] = next;
  }
  ranges[time.length] = finer.length;
  return ranges;
}

/** Number of times of a run: bars, with one market. */
export function timesOf(markets: readonly { readonly columns: CandleColumns }[]): number {
  const [first] = markets;
  if (markets.length === 1 && first !== undefined) return first.columns.time.length;
  return timelineOf(markets.map(({ columns }) => columns)).times.length;
}
