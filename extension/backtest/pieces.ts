import type { CandleColumns } from '../contracts/candles.ts';
import type { FinerBars } from './timeline.ts';

/**
 * A piece of time, a bar or a finer bar: within it the order of prices is known no better than that the open
 * comes first and the close last.
 */
export interface Piece {
  /** Grows with each piece. */
  number: number;
  open: number;
  high: number;
  low: number;
  close: number;
  /** Units traded in it. */
  volume: number;
}

const noColumn = new Float64Array(0);
/** No bars at all. */
export const noColumns: CandleColumns = {
  time: noColumn,
  open: noColumn,
  high: noColumn,
  low: noColumn,
  close: noColumn,
  volume: noColumn,
};

/** The pieces of time of one bar after the other: the finer bars inside it, or the bar itself. */
export class Pieces {
  /** The one at work, or the last one. */
  readonly current: Piece = { number: 0, open: 0, high: 0, low: 0, close: 0, volume: 0 };
  /** The bar at work: row `bar` of `bars`. */
  bars = noColumns;
  bar = 0;
  #columns = noColumns;
  #next = 0;
  #end = 0;

  /** Begins the bar at row `bar` of `bars`. */
  begin(bars: CandleColumns, bar: number, finer: FinerBars | undefined): void {
    this.bars = bars;
    this.bar = bar;
    const isCovered = finer !== undefined && finer.to > finer.from;
    this.#columns = isCovered ? finer.columns : bars;
    this.#next = isCovered ? finer.from : bar;
    this.#end = isCovered ? finer.to : bar + 1;
  }

  get hasNext(): boolean {
    return this.#next < this.#end;
  }

  /** Open time of the next piece of the bar; Infinity where none is left. */
  get nextTime(): number {
    return this.hasNext ? (this.#columns.time[this.#next] as number) : Infinity;
  }

  /** Moves on to the next piece. */
  take(): void {
    const columns = this.#columns;
    const at = this.#next++;
    const { current } = this;
    current.open = columns.open[at] as number;
    current.high = columns.high[at] as number;
    current.low = columns.low[at] as number;
    current.close = columns.close[at] as number;
    current.volume = columns.volume[at] as number;
    current.number++;
  }
}
